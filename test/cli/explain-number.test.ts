// npm run guard -- explain: why a challenge to a number was refused, which left no row. Each number is first refused.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { E164 } from '../../src/domain/challenge.ts'
import { numberHashes } from '../../src/domain/one-time-codes.ts'
import { numberKeys } from '../../src/guard/number-rules.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { anAct } from '../store/samples.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { insertCounters, WINDOWS } from '../support/rate-limit-counters.ts'
import { runCommand } from './run-command.ts'

const SECRETS = ['a secret of the test server', 'long enough']
const hashes = (text: string) => numberHashes(SECRETS, text)
const ADA = { actor: 'cli:ada', reason: 'asked' }
const TIME = String.raw`20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*`
const COUNTS = `select (select coalesce(sum(count), 0) from ${WINDOWS}) as counted,
  (select count(*) from rate_limit_counters) + (select count(*) from failure_counters)
    + (select count(*) from guard_decisions) + (select count(*) from prefix_traffic) + (select count(*) from challenges) as rows`

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'answerback-explain-'))
})
after(() => rm(directory, { recursive: true }))

describe('on a Postgres server', { skip: withoutPostgres }, () => {
  let server: Server
  before(async () => {
    server = await startServer({
      countries: new Set(['US']),
      limits: { number: [{ max: 2, seconds: 600 }], prefix: [{ max: 4, seconds: 3600 }] },
      waitsUnanswered: true,
    })
  })
  after(() => server.stop())

  const SETTINGS = {
    ALLOWED_COUNTRIES: 'US',
    LIMIT_PER_NUMBER: '2/10m',
    LIMIT_PER_PREFIX: '4/h',
    LIMIT_UNANSWERED: 'on',
  }
  const run = (command: string, ...args: string[]) =>
    runCommand(command, args, directory, { DATABASE_URL: server.databaseUrl!, SECRET: SECRETS.join(','), ...SETTINGS })

  async function asked(to: string, channel = 'sms', key = server.key): Promise<string> {
    const { status, json } = await server.ask('POST', '/v1/challenges', { to, channel }, as(key))
    return status === 201 ? '201' : `${status} ${json.code}`
  }

  async function explained(to: string): Promise<string> {
    const before = await server.query(COUNTS)
    const { code, out, err } = await run('guard', 'explain', to)
    assert.equal(code, 0, err)
    assert.deepEqual(await server.query(COUNTS), before, 'it counts nothing')
    assert.ok(!out.includes(to.slice(2)), 'the number is masked')
    return out
  }

  /** Refused, so explained; and that it left no challenge is said. */
  async function assertReason(to: string, refusal: string, reason: RegExp, channel = 'sms'): Promise<void> {
    assert.equal(await asked(to, channel), refusal)
    const out = await explained(to)
    assert.match(out, reason)
    assert.doesNotMatch(out, /Nothing stands/)
    assert.match(out, /^A creation that is refused leaves no challenge/m)
  }

  const numbers = () => server.challenges.numbers
  const rule = (to: string, kind: 'report' | 'wrong_codes', keys: string[], seconds: number | null) =>
    server.store.numberRules.add(
      {
        kind,
        keys,
        forService: kind === 'report' ? 'svc_first' : '',
        forChannel: '',
        shown: to,
        reason: null,
        seconds,
      },
      anAct,
    )
  const lock = (key: string) =>
    server.query(
      `insert into failure_counters (key, count, locked_until, ends_at) values ($1, 20, now() + interval '9 minutes', now() + interval '1 day')`,
      [key],
    )

  test('a number that nothing stands against', async () => {
    const out = await explained(nextNumber())
    assert.match(out, /^Nothing stands against it now\.$/m)
    assert.doesNotMatch(out, /deliveries in/)
  })

  test('a country and a kind of number that are not allowed, unless the list allows the number', async () => {
    const to = '+442079460113'
    await assertReason(to, '403 country_not_allowed', /^Numbers in GB may not be called: ALLOWED_COUNTRIES/m)
    await assertReason('+19005550123', '403 number_blocked', /^Numbers of this kind are not called .*premium rate/m)
    await numbers().listAs('allow', { prefix: '+4420' }, ADA)
    assert.match(await explained(to), /^Nothing stands against it now\.$/m)
    await numbers().unlist({ prefix: '+4420' }, ADA)
  })

  test('the block list, by number and by prefix', async () => {
    const to = nextNumber() as E164
    await numbers().listAs('block', { number: to }, ADA)
    await assertReason(to, '403 number_blocked', /^\+1•+\d{4} is on the operator's block list, until it is taken off/m)
    await numbers().listAs('block', { prefix: '+1907' }, ADA)
    await assertReason('+19072255123', '403 number_blocked', /^\+1907 is on the operator's block list/m)
  })

  test('an opt-out', async () => {
    const to = nextNumber() as E164
    await numbers().optOut(to, 'sms', ADA)
    await assertReason(to, '403 number_blocked', /^The person at this number wants no more texts from this server/m)
  })

  test('the freeze after a report, and to whom', async () => {
    const to = nextNumber() as E164
    await rule(to, 'report', numberKeys(to, hashes), 600)
    const reason = new RegExp(
      `has reported a verification of svc_first \\(the first service\\) as fraud: .* until ${TIME}\\.$`,
      'm',
    )
    await assertReason(to, '403 number_blocked', reason)
  })

  test('wrong codes: for a while, and for good', async () => {
    const [to, other] = [nextNumber(), nextNumber()]
    await lock(`code:${hashes(to)[0]}`)
    await assertReason(to, '429 rate_limited', new RegExp(`^Too many wrong codes in a row .* until ${TIME}\\.$`, 'm'))
    await rule(other, 'wrong_codes', [`code:${hashes(other)[0]}`], null)
    await assertReason(other, '403 number_blocked', /^Too many wrong codes .* until it is proved by approve/m)
  })

  test('wrong keys before a code', async () => {
    const to = nextNumber()
    await server.query(insertCounters('values ($1)', { seconds: 86_400, count: 3, endsIn: '1 day' }), [
      `gate:${hashes(to)[0]}`,
    ])
    const reason = new RegExp(`^Wrong keys before a code three times in a day: .* until ${TIME}\\.$`, 'm')
    await assertReason(to, '403 number_blocked', reason, 'call')
  })

  test('calls that nobody answered', async () => {
    const to = nextNumber()
    await lock(`unanswered:${hashes(to)[0]}`)
    await assertReason(to, '429 rate_limited', new RegExp(`the next call waits until ${TIME}\\.$`, 'm'), 'call')
  })

  test('the deliveries to the number and to those like it', async () => {
    const to = '+12129550101'
    for (const _ of [1, 2]) assert.equal(await asked(to), '201')
    const reason = new RegExp(
      `^2 deliveries in 10 min to this number \\(LIMIT_PER_NUMBER\\): no more until ${TIME}\\.$`,
      'm',
    )
    await assertReason(to, '429 rate_limited', reason)
    for (const _ of [1, 2]) assert.equal(await asked('+12129550102'), '201')
    await assertReason(
      '+12129550103',
      '429 rate_limited',
      new RegExp(
        `^4 deliveries in 1 h to numbers that .* four digits \\(LIMIT_PER_PREFIX\\): .* until ${TIME}\\.$`,
        'm',
      ),
    )
  })

  test('what stands by the settings of one service alone names it', async () => {
    const key = await server.newService('british', { ALLOWED_COUNTRIES: 'GB' })
    assert.equal(await asked('+442079460114', 'sms', key), '201')
    assert.match(
      await explained('+442079460114'),
      /^For svc_first \(the first service\), svc_other \(other\): Numbers in GB may not be called/m,
    )
  })

  test('the search for a number without a challenge leads to it', async () => {
    const { code, err } = await run('challenge', nextNumber())
    assert.equal(code, 1)
    assert.match(err, /npm run guard -- explain/)
  })
})
