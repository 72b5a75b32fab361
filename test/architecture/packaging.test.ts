// What is built and started from the repository's own files: the image, its compose file, the scripts of npm.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createInstance } from '../faults/instance-process.ts'
import { leastMs, timed } from '../faults/waiting.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const { optionalDependencies, scripts } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
const dockerfile = read('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))

/** The arguments of every such instruction, in order. */
function instructions(name: string): string[] {
  return dockerfile.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1).trim())
}

describe('the image', () => {
  test('has the Node that the tests run under, by its exact version', () => {
    const versions = new Set(Object.values(optionalDependencies!))
    assert.equal(versions.size, 1)
    assert.deepEqual(instructions('FROM'), [`node:${[...versions][0]}-slim`])
  })

  test('is given every file that it copies, the licence among them', () => {
    const given = read('.dockerignore').split('\n')
    const copied = instructions('COPY').flatMap((line) => line.split(' ').slice(0, -1))
    assert.ok(copied.includes('LICENSE') && copied.includes('src') && copied.includes('drizzle'))
    for (const path of copied) {
      assert.ok(existsSync(join(ROOT, path)), path)
      assert.ok(given.includes(`!${path}`), path)
    }
  })

  test('lets its user write where the data goes', () => {
    const [data] = instructions('VOLUME')
    const [user] = instructions('USER')
    assert.match(instructions('ENV').join(' '), new RegExp(`\\bDATA_DIR=${data}\\b`))
    const [made] = instructions('RUN').filter((line) => line.includes(`chown ${user}:`))
    assert.match(made!, new RegExp(`mkdir ${data} && chown ${user}:${user} ${data}$`))
    assert.ok(dockerfile.indexOf(`RUN ${made}`) < dockerfile.indexOf(`USER ${user}`))
    assert.ok(dockerfile.indexOf(`RUN ${made}`) < dockerfile.indexOf(`VOLUME ${data}`))
  })

  test('brings what its user has compiled, with the options that it is started with', () => {
    const [, ...options] = JSON.parse(instructions('CMD')[0]!).filter((word: string) => !word.startsWith('--disable-'))
    // What a start leaves to the first who asks is named.
    const later = '--import=./src/console/console.ts'
    assert.ok(existsSync(join(ROOT, later.split('=')[1]!)))
    const made = `RUN node ${options.toSpliced(-1, 0, later).join(' ')} 2> /dev/null || true`
    assert.ok(dockerfile.indexOf(made) > dockerfile.indexOf(`USER ${instructions('USER')[0]}`))
    assert.match(
      instructions('RUN').join('\n'),
      /mkdir -p node_modules\/\.cache && chown node:node node_modules\/\.cache/,
    )
  })

  test('starts Node under an init and without a shell, and is asked for its health', () => {
    assert.deepEqual(JSON.parse(instructions('ENTRYPOINT')[0]!), ['tini', '--'])
    assert.match(instructions('RUN').join('\n'), /apt-get install .*\btini\b/)
    const [node, ...rest] = JSON.parse(instructions('CMD')[0]!)
    assert.equal(node, 'node')
    assert.ok(existsSync(join(ROOT, rest.at(-1))))
    assert.equal(`exec node ${rest.join(' ')}`, scripts!.start)
    assert.match(instructions('HEALTHCHECK')[0]!, /CMD \["node", .*\/healthz/)
  })
})

test('what routes requests asks /healthz, which does not depend on the database', () => {
  assert.match(read('fly.toml'), /^path = "\/healthz"$/m)
  assert.doesNotMatch(read('fly.toml'), /^path = "\/readyz"$/m)
})

test('a process that runs on is the one that npm started, so that a signal to npm reaches it', () => {
  for (const [name, script] of Object.entries(scripts!))
    if (/\bnode\b/.test(script)) assert.match(script, /^exec node /, name)
})

test('production ends within the ten seconds that `docker stop` gives, whatever a client does', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'answerback-stop-'))
  const settings = {
    NODE_ENV: 'production',
    DATA_DIR: join(directory, 'data'),
    EMBEDDED: 'on',
    PUBLIC_URL: 'https://verify.example.com',
    SECRET: 'correct horse battery staple twice over',
    API_KEY: 'key_of_at_least_24_characters',
    PLIVO_AUTH_ID: 'MA0123456789ABCDEFGH',
    PLIVO_AUTH_TOKEN: 'token',
    PLIVO_FROM: '+12025550103',
  }
  const server = await createInstance(settings, directory)
  const ms = await leastMs(10_000, async () => {
    await server.start()
    const stalled = connect(server.port, '127.0.0.1').on('error', () => {})
    stalled.write('GET /healthz HTTP/1.1\r\nHost: a')
    await once(stalled, 'connect')
    const stopped = await timed(server.stop())
    stalled.destroy()
    return stopped.ms
  })
  assert.ok(ms < 10_000, `${ms} ms`)
  rmSync(directory, { recursive: true })
})

// The packages are built for glibc and do not say so; npm goes by what the lock file says. Without this an Alpine machine
// would find a Node that can't run before its own.
test('the Node of the optional packages is installed where it can run', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { libc?: string[] }> }
  for (const name of Object.keys(optionalDependencies!))
    assert.deepEqual(packages[`node_modules/${name}`]?.libc, ['glibc'], name)
})
