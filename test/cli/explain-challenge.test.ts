// npm run challenge: from what a support agent has, an id or a number, to sentences.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openEmbedded } from '../../src/store/embedded.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { freshDatabase, withoutPostgres } from '../support/fresh-database.ts'
import { runCommand } from './run-command.ts'

const SECRET = 'a secret of the test server, long enough'
const NUMBER = '+12025550161'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'answerback-challenge-'))
})
after(() => rm(directory, { recursive: true }))

const run = (args: string[], variables: Record<string, string>) => runCommand('challenge', args, directory, variables)

describe('on a Postgres server', { skip: withoutPostgres }, () => {
  let server: Server
  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  const ask = (...args: string[]) =>
    run(args, { DATABASE_URL: server.databaseUrl!, SECRET: `another secret, the newer one of two,${SECRET}` })

  async function canceled(key = server.key): Promise<string> {
    const { json } = await server.ask('POST', '/v1/challenges', { to: NUMBER, scope: 'login' }, as(key))
    await server.phones.phone(NUMBER).rings()
    await server.ask('POST', `/v1/challenges/${json.id}/cancel`, undefined, as(json.page_token))
    await server.calm()
    return json.id
  }

  test('an id, a number, several of it, and the same for programs', async () => {
    const first = await canceled()
    const one = await ask(first)
    assert.equal(one.code, 0, one.err)
    assert.match(
      one.out,
      new RegExp(
        `^${first}: canceled\\nsend_code for login, to \\+1••••••0161, of the first service\\n\\d{4}-\\d\\d-\\d\\d, times in UTC\\n\\n`,
      ),
    )
    assert.match(
      one.out,
      /^\d\d:\d\d:\d\d {2}The app asked us to verify the number by a code .* We asked Twilio to call it\.$/m,
    )
    assert.match(one.out, /^\d\d:\d\d:\d\d {2}It was canceled on the page\. We asked Twilio to hang up\./m)
    assert.equal((await ask('+1 (202)', '555-0161')).out, one.out)

    // An operator sees every service's.
    const second = await canceled(server.foreignKey)
    const several = await ask('2025550161', '--region', 'US')
    assert.match(several.out, /^2 challenges to \+1••••••0161, newest first:\n\n/)
    const listed = several.out.split('\n').filter((line) => line.includes('  canceled  login'))
    assert.deepEqual(
      listed.map((line) => [line.split('  ')[1], line.split('  ').at(-1)]),
      [
        [second, 'other'],
        [first, 'the first service'],
      ],
    )
    assert.ok(several.out.includes(`The newest:\n\n${second}: canceled\n`))

    const json = await ask(NUMBER, '--json')
    const { challenges } = JSON.parse(json.out)
    assert.deepEqual(
      challenges.map(({ id, service, timeline }: { id: string; service: string; timeline: { type: string }[] }) => [
        id,
        service === 'svc_first',
        timeline[0]!.type,
      ]),
      [
        [second, false, 'created'],
        [first, true, 'created'],
      ],
    )
    const shown = (await server.ask('GET', `/v1/challenges/${first}`)).json
    const { service: _, timeline, ...plain } = JSON.parse((await ask(first, '--json')).out).challenges[0]
    assert.deepEqual(plain, shown, 'as the API shows it, with its service and its timeline beside')
    assert.deepEqual(timeline, JSON.parse((await server.ask('GET', `/v1/challenges/${first}/timeline`)).text).events)
    assert.match((await ask('--help')).out, /each challenge as the API shows it, with its service and its timeline/)
    for (const { out, err } of [one, several, json]) assert.doesNotMatch(out + err, /2025550161|202\D+555\D+0161/)
  })

  for (const [args, sentence] of [
    [['chl_unknown'], /^There is no challenge with this id\./],
    [['+12025550162'], /^There is no challenge to this number/],
    [['2025550161'], /^Begin the number with \+ and the country code, or give its region \(--region US\)\./],
    [['ada'], /^Write the number as \+.* An id begins with chl_\./],
  ] as const)
    test(`${args.join(' ')}: ${sentence.source}`, async () => {
      const { code, out, err } = await ask(...args)
      assert.deepEqual([code, out], [1, ''], err)
      assert.match(err, sentence)
    })

  test('a number wants the SECRET, and an id does not', async () => {
    const url = { DATABASE_URL: server.databaseUrl!, DATA_DIR: join(directory, 'none') }
    const { code, err } = await run([NUMBER], url)
    assert.equal(code, 1)
    assert.match(err, /^SECRET: it is not set\. A number is found by its hash/)
    assert.match((await run(['chl_unknown'], url)).err, /^There is no challenge with this id/)
  })

  test('a database without tables', async () => {
    const { url, drop } = await freshDatabase()
    const { code, err } = await run(['chl_unknown'], { DATABASE_URL: url })
    await drop()
    assert.equal(code, 1)
    assert.match(err, /^The database has no tables of ours yet/)
  })
})

test('no database', async () => {
  const { code, err } = await run(['chl_unknown'], { DATABASE_URL: 'postgres://me@127.0.0.1:1/answerback' })
  assert.equal(code, 1)
  assert.match(err, /^Nothing answers at the database's address 127\.0\.0\.1:1\./)
})

test('an embedded database that a server has open, and when it has none any more', async () => {
  const dataDir = join(directory, 'data')
  const database = await openEmbedded(dataDir)
  const busy = await run(['chl_unknown'], { DATA_DIR: dataDir })
  await database.close()
  assert.equal(busy.code, 1)
  assert.match(
    busy.err,
    /^The data directory .* is in use by process \d+\.\nStop it first: an embedded database is open to one process only\./,
  )
  await writeFile(join(dataDir, 'keys.json'), JSON.stringify({ secret: SECRET, apiKey: 'k', exchangeToken: 'e' }))
  const free = await run([NUMBER], { DATA_DIR: dataDir })
  assert.match(free.err, /^The database has no tables of ours yet/)
})
