// What stands against a number for its inside lines and for accounts that have proved it is kept apart from what stands against
// the number, and found by the number: unblock ends it, explain and list tell of it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeId, E164 } from '../../src/domain/challenge.ts'
import { numberHashes } from '../../src/domain/one-time-codes.ts'
import { reasonsAgainst } from '../../src/guard/explain-number.ts'
import type { GuardSettings } from '../../src/guard/guard.ts'
import { createNumbers, type Numbers } from '../../src/guard/numbers.ts'
import { createRuleKeys, otherKeys } from '../../src/guard/rule-keys.ts'
import { dialledNumber } from '../../src/guard/who-asks.ts'
import { wrongCodeLocks } from '../../src/guard/wrong-codes.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { insertCounters } from '../support/rate-limit-counters.ts'

const SECRETS = ['a secret of the test server', 'long enough']
const hashes = (text: string) => numberHashes(SECRETS, text)
const BY = { actor: 'cli:ada', reason: 'The person told our support.' }
const options = { skip: withoutPostgres, timeout: 60_000 }
const LIMITS = { number: [{ max: 4, seconds: 3600 }] }

let server: Server
let numbers: Numbers
before(async () => {
  server = await startServer({ cooldown: 0, limits: LIMITS, waitsUnanswered: true })
  numbers = createNumbers(server.store.numberRules, SECRETS)
})
after(() => server.stop())

type Asker = { extension?: string; account?: string }

/** A text reaches no inside line. */
const channelTo = ({ extension }: Asker) => (extension === undefined ? 'sms' : 'call')

async function start(to: string, asker: Asker, channel = 'call') {
  const { status, json } = await server.ask('POST', '/v1/challenges', { to, channel, ...asker })
  return { status, id: json.id as ChallengeId, code: json.code, detail: json.detail }
}

async function rings(to: string, asker: Asker) {
  const call = await start(to, asker)
  if (call.status !== 201) return call
  await server.calm()
  await server.ask('POST', `/v1/challenges/${call.id}/cancel`)
  await server.calm()
  return call
}

/** As if so many failures in a row had been counted for those who ask so. */
async function failed(to: string, asker: Asker, count: number, what: string): Promise<void> {
  const before = new Set((await server.query('select key from failure_counters')).map(({ key }) => key))
  const { id } = await start(to, asker, channelTo(asker))
  await server.ask('POST', `/v1/challenges/${id}/check`, { code: wrong(await code(id)) })
  await server.ask('POST', `/v1/challenges/${id}/cancel`)
  await server.calm()
  const fresh = (await server.query('select key from failure_counters'))
    .map(({ key }) => key as string)
    .filter((key) => !before.has(key))
  assert.equal(fresh.length, SECRETS.length)
  for (const key of fresh)
    await server.query(
      `update failure_counters set key = $2, count = $3, locked_until = now() + interval '10 minutes' where key = $1`,
      [key, key.replace(/^\w+/, what), count],
    )
}

const code = async (id: ChallengeId) => server.challenges.secrets.code((await server.challenges.find(id))!)
const wrong = (right: string) => right.replace(/./, (digit) => String((Number(digit) + 1) % 10))
const explained = (to: string, extension: string | null = null, limits: GuardSettings['limits'] = LIMITS) =>
  reasonsAgainst(
    to as E164,
    {
      obstacles: server.store.numberObstacles,
      hashes,
      services: () => [{ id: 'svc_first', settings: { countries: '*', limits, waitsUnanswered: true } }],
    },
    extension,
  )

async function owner(to: string): Promise<Asker> {
  const account = `owner of ${to.slice(-4)}`
  const { id } = await start(to, { account }, 'sms')
  const checked = await server.ask('POST', `/v1/challenges/${id}/check`, { code: await code(id) })
  assert.equal(checked.json.valid, true)
  return { account }
}

const WHO: Record<string, { asker: (to: string) => Promise<Asker> | Asker; told: RegExp }> = {
  'an inside line': { asker: () => ({ extension: '12' }), told: /inside line/ },
  'an account that has proved the number': { asker: owner, told: /account that has proved it/ },
}

for (const [who, { asker, told }] of Object.entries(WHO)) {
  for (const [what, count] of [
    ['code', 20],
    ['code', 100],
  ] as const)
    test(`${count} wrong codes of ${who} are told by the number, and end with unblock`, options, async () => {
      const to = nextNumber()
      const one = await asker(to)
      await failed(to, one, count - 1, what)
      await server.query('update failure_counters set locked_until = null')
      const last = await start(to, one, channelTo(one))
      await server.ask('POST', `/v1/challenges/${last.id}/check`, { code: wrong(await code(last.id)) })
      await server.ask('POST', `/v1/challenges/${last.id}/cancel`)
      const refused = await start(to, one, channelTo(one))
      assert.deepEqual([refused.status, refused.code], count < 100 ? [429, 'rate_limited'] : [403, 'number_blocked'])
      assert.equal((await start(to, {}, 'sms')).status, 201)

      const reasons = await explained(to)
      assert.ok(
        reasons.some((reason) => /wrong codes/.test(reason) && told.test(reason)),
        reasons.join('\n'),
      )
      if (count === 100) assert.match((await numbers.rules(1))[0]!.shown, told)
      assert.equal(await numbers.unblock(to as E164, null, BY), true)
      assert.deepEqual(await explained(to), [])
      assert.equal((await start(to, one, channelTo(one))).status, 201)
      assert.equal(await numbers.unblock(to as E164, null, BY), false)
    })

  test(`a wait after unanswered calls of ${who} is told by the number, and ends with unblock`, options, async () => {
    const to = nextNumber()
    const one = await asker(to)
    await failed(to, one, 3, 'account' in one ? 'unanswered_owner' : 'unanswered')
    const refused = await start(to, one)
    assert.deepEqual([refused.status, refused.detail], [429, 'Calls to this number have to wait for a while.'])
    const reasons = await explained(to)
    assert.ok(
      reasons.some((reason) => /not answered/.test(reason) && told.test(reason)),
      reasons.join('\n'),
    )
    assert.equal(await numbers.unblock(to as E164, null, BY), true)
    assert.deepEqual(await explained(to), [])
    assert.equal((await start(to, one)).status, 201)
  })
}

test('deliveries to an inside line are told where it is asked for', options, async () => {
  const to = nextNumber()
  for (let count = 0; count < 4; count++) assert.equal((await rings(to, { extension: 'w7' })).status, 201)
  assert.equal((await start(to, { extension: '7' })).status, 429)
  assert.deepEqual(await explained(to), [])
  assert.match((await explained(to, '7')).join(), /^4 deliveries in 1 h to this number/)
})

test('what is counted of owners among numbers that are alike is told in words', options, async () => {
  const reasons = await explained(nextNumber(), null, { prefix: [{ max: 0, seconds: 3600 }] })
  const alike = '0 deliveries in 1 h to numbers that differ only in their last four digits'
  assert.deepEqual(reasons, [
    `${alike} (LIMIT_PER_PREFIX): no more.`,
    `${alike}, for accounts that have proved theirs (LIMIT_PER_PREFIX): no more for these.`,
  ])
})

test('a stop of spoken codes after wrong gates ends with unblock', options, async () => {
  const to = nextNumber()
  for (const hash of hashes(to))
    await server.query(insertCounters('values ($1)', { seconds: 86_400, count: 3, endsIn: '20 hours' }), [
      `gate:${hash}`,
    ])
  assert.deepEqual([(await start(to, {})).code, (await start(to, {}, 'sms')).status], ['number_blocked', 201])
  assert.match((await explained(to)).join(), /Wrong keys before a code/)
  assert.equal(await numbers.unblock(to as E164, null, BY), true)
  assert.equal((await rings(to, {})).status, 201)
})

test('a stop of an inside line is carried over to the key that the next secret looks for', () => {
  const to = '+12025550123' as E164
  const [before] = createRuleKeys(['the old secret'])('code', dialledNumber({ to, extension: 'w12' }))
  const carried = otherKeys(['the new secret', 'the old secret'], before!).map(({ key }) => key)
  const line = { to, extension: '12', askerHashes: null }
  const asked = (secret: string) => wrongCodeLocks(line, (text) => numberHashes([secret], text)).map(({ key }) => key)
  assert.deepEqual([before!.key], asked('the old secret'))
  assert.deepEqual(carried, asked('the new secret'))
})

test('what concerns another number stays', options, async () => {
  const [to, other] = [nextNumber(), nextNumber()]
  await failed(other, { extension: '12' }, 20, 'code')
  assert.equal(await numbers.unblock(to as E164, null, BY), false)
  assert.equal((await explained(other)).length, 1)
})
