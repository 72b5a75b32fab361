// docs/deploy.md: each way is a few commands, which exist, and the last of them is doctor.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseEnv } from 'node:util'
import { readConfig } from '../../src/config/read-config.ts'
import { ROOT, readText, readYaml } from './deployment-files.ts'

const guide = readText('docs/deploy.md')
const ways = Object.fromEntries(
  [...guide.matchAll(/<!-- commands:(\w+) -->\n```sh\n(.*?)```/gs)].map(([, name, text]) => [
    name!,
    text!.trimEnd().split('\n'),
  ]),
)

/** What an operator types, the settings included. */
const MOST: Record<string, number> = { docker: 4, fly: 8, systemd: 11, kubernetes: 7 }

describe('docs/deploy.md', () => {
  for (const [name, most] of Object.entries(MOST)) {
    const commands = ways[name]!

    test(`${name}: at most ${most} commands, and the last asks doctor`, () => {
      assert.ok(ways.settings!.length + commands.length <= most, `${commands.length}`)
      assert.match(commands.at(-1)!, /node (\/app\/)?src\/cli\/doctor\.ts"?$/)
    })

    test(`${name}: what the commands name is there`, () => {
      const paths = commands.flatMap((command) => [...command.matchAll(/\b(?:src|deploy)\/[\w./-]+/g)])
      for (const [path] of paths) assert.ok(existsSync(join(ROOT, path)), path)
      const [compose] = readYaml<{ services: Record<string, { profiles?: string[] }> }>('compose.yaml')
      for (const [, profile] of commands.join('\n').matchAll(/--profile (\w+)/g))
        assert.ok(
          Object.values(compose!.services).some(({ profiles }) => profiles?.includes(profile!)),
          profile,
        )
    })
  }

  test('the settings that are drawn are strong enough, and what is left to write is what production names', () => {
    const directory = mkdtempSync(join(tmpdir(), 'answerback-settings-'))
    execFileSync('bash', ['-c', ways.settings![0]!], { cwd: directory, env: { PATH: process.env.PATH } })
    const file = join(directory, '.env')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const environment = parseEnv(readFileSync(file, 'utf8'))
    rmSync(directory, { recursive: true })
    const read = readConfig(environment, [])
    assert.ok('faults' in read)
    assert.deepEqual(
      read.faults.map((fault) => fault.split(':')[0]),
      ['DATABASE_URL', 'PUBLIC_URL', 'CARRIERS'],
    )
  })
})
