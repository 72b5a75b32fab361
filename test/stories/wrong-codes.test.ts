// Wrong codes are counted on the number too: neither another challenge nor another service's begins to count anew.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { numberHashes } from '../../src/domain/one-time-codes.ts'
import { runCommand } from '../../src/guard/commands.ts'
import { createNumbers } from '../../src/guard/numbers.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'

const options = { skip: withoutPostgres, timeout: 60_000 }
let server: Server
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const create = (body: object, key = server.key) => server.ask('POST', '/v1/challenges', body, as(key))

/** A text to the number: what of its code is right, and how one is checked. */
async function begin(to: string, key = server.key) {
  const { status, json } = await create({ to, channel: 'sms' }, key)
  assert.equal(status, 201, json.detail)
  const record = await server.challenges.find(json.id as ChallengeId)
  const right = server.challenges.secrets.code(record!)
  const wrong = right.replace(/./, (digit) => (digit === '0' ? '1' : '0'))
  return {
    id: json.id as ChallengeId,
    right,
    wrong,
    check: async (code: string) =>
      (await server.ask('POST', `/v1/challenges/${json.id}/check`, { code }, as(key))).json,
  }
}

/** So many wrong codes, five a challenge and service after service; each is judged. */
async function guess(to: string, count: number): Promise<void> {
  for (let done = 0; done < count; ) {
    const { wrong, check } = await begin(to, done % 10 === 0 ? server.key : server.foreignKey)
    for (let tries = 0; tries < 5 && done < count; tries++, done++)
      assert.deepEqual([(await check(wrong)).valid, tries], [false, tries])
  }
}

async function countOf(to: string): Promise<number> {
  const rows = await server.query(
    `select count from failure_counters where key = any (array(select jsonb_array_elements_text($1::text::jsonb)))`,
    [JSON.stringify(keysOf(to))],
  )
  const counts = new Set(rows.map(({ count }) => count))
  assert.ok(counts.size <= 1, 'the same under every secret')
  return [...counts][0] ?? 0
}

/** Those that the test server lists. */
const SECRETS = ['a secret of the test server', 'long enough']
const hashes = (to: string) => numberHashes(SECRETS, to)
const keysOf = (to: string) => hashes(to).map((hash) => `code:${hash}`)

/** As if the present lock were over. */
async function waitForLock(to: string): Promise<void> {
  await server.query(
    `update failure_counters set locked_until = now() where key = any (array(select jsonb_array_elements_text($1::text::jsonb)))`,
    [JSON.stringify(keysOf(to))],
  )
}

async function refusal(to: string, body: object = {}): Promise<{ code: string; wait: number }> {
  const { status, json, headers } = await create({ to, channel: 'sms', ...body })
  assert.ok(status === 429 || status === 403, `${status}`)
  return { code: json.code, wait: Number(headers.get('retry-after')) }
}

test(
  'twenty in a row lock the number for ten minutes, for every service and both flows that have a code',
  options,
  async () => {
    const to = nextNumber()
    await guess(to, 19)
    const other = await begin(to, server.foreignKey)
    const last = await begin(to)
    assert.equal((await last.check(last.wrong)).status, 'pending')
    for (const body of [{ channel: 'sms' }, { channel: 'call' }, { channel: 'call', flow: 'keypad_code' }])
      for (const key of [server.key, server.foreignKey]) {
        const { status, json, headers } = await create({ to, ...body }, key)
        assert.deepEqual([status, json.code, json.limit], [429, 'rate_limited', 'wrong-codes'])
        assert.ok(Number(headers.get('retry-after')) > 590 && Number(headers.get('retry-after')) <= 600)
      }
    const page = await server.ask(
      'POST',
      `/v1/challenges/${other.id}/deliveries`,
      { channel: 'sms' },
      as(server.foreignKey),
    )
    assert.equal(page.json.code, 'rate_limited')
    const right = await other.check(other.right)
    assert.deepEqual([right.valid, right.status, right.reason], [false, 'denied', 'too_many_attempts'])
    const wrong = await last.check(last.wrong)
    assert.deepEqual(
      [wrong.valid, wrong.status, wrong.reason, wrong.attempts_left],
      [false, 'denied', 'too_many_attempts', 4],
    )
    assert.equal(await countOf(to), 20, 'what was not judged is not counted')
    assert.equal((await create({ to, flow: 'approve', channel: 'call' })).status, 201)
  },
)

test('nineteen lock nothing, and a right code clears them', options, async () => {
  const to = nextNumber()
  await guess(to, 19)
  const { right, check } = await begin(to)
  assert.equal((await check(right)).valid, true)
  assert.equal(await countOf(to), 0)
  await guess(to, 19)
  await begin(to)
})

test('neither another delivery nor another challenge begins to count anew', options, async () => {
  const to = nextNumber()
  const first = await begin(to)
  await first.check(first.wrong)
  assert.equal((await server.ask('POST', `/v1/challenges/${first.id}/deliveries`, { channel: 'sms' })).status, 201)
  await first.check(first.wrong)
  await server.ask('POST', `/v1/challenges/${first.id}/cancel`)
  const second = await begin(to)
  await second.check(second.wrong)
  assert.equal(await countOf(to), 3)
})

test('every five more lock for twice as long, up to a day; a hundred stop codes until another flow has proved the number', {
  ...options,
  timeout: 120_000,
}, async () => {
  const to = nextNumber()
  await guess(to, 20)
  const waits = [(await refusal(to)).wait]
  for (let count = 25; count <= 95; count += 5) {
    await waitForLock(to)
    await guess(to, 4)
    await begin(to)
    await guess(to, 1)
    waits.push((await refusal(to)).wait)
  }
  const minutes = [10, 20, 40, 80, 160, 320, 640, 1280, ...Array(8).fill(1440)]
  assert.deepEqual(
    waits.map((wait) => Math.ceil(wait / 60)),
    minutes,
  )
  await waitForLock(to)
  await guess(to, 4)
  const pending = await begin(to)
  await guess(to, 1)
  assert.equal((await refusal(to)).code, 'number_blocked')
  assert.equal((await pending.check(pending.right)).valid, false)
  await waitForLock(to)
  for (const key of [server.key, server.foreignKey])
    for (const channel of ['sms', 'call']) {
      const { status, json } = await create({ to, channel }, key)
      assert.deepEqual([status, json.code], [403, 'number_blocked'])
      assert.match(json.detail, /until it is proved by approve or keypad_code/)
    }
  // Forgotten as a count, it stands as a rule.
  await server.query(`update failure_counters set ends_at = now() - interval '1 second'`)
  await server.store.failureCounters.sweep()
  assert.equal((await refusal(to)).code, 'number_blocked')

  assert.equal((await create({ to, flow: 'approve', channel: 'call' })).status, 201)
  const phone = server.phones.phone(to)
  await phone.answers()
  await phone.keys('1')
  await server.calm()
  await begin(to)
})

test('the operator unblocks what wrong codes have locked or stopped, and a service does not', options, async () => {
  const to = nextNumber()
  await guess(to, 20)
  await server.query(
    `update failure_counters set count = 99, locked_until = null where key = any (array(select jsonb_array_elements_text($1::text::jsonb)))`,
    [JSON.stringify(keysOf(to))],
  )
  const { wrong, check } = await begin(to)
  await check(wrong)
  const run = (command: 'list' | 'unblock', ...args: string[]) =>
    runCommand(
      command,
      args,
      { reason: 'asked by letter' },
      createNumbers(server.store.numberRules, SECRETS),
      'cli:ada',
    )
  assert.match((await run('list'))!, /^wrong_codes +\+1•+\d{4} .*until taken back {2}100 wrong codes in a row$/m)
  await server.ask('POST', '/v1/numbers/unblock', { to, reason: 'The person told our support.' })
  assert.equal((await refusal(to)).code, 'number_blocked')
  assert.match((await run('unblock', to))!, /no longer/)
  await begin(to)
  assert.equal(await countOf(to), 0)
})

test(
  'a code that is keyed on the phone counts too, and the person hears that none is taken any more',
  options,
  async () => {
    const to = nextNumber()
    await guess(to, 18)
    const { json } = await create({ to, flow: 'keypad_code', channel: 'call' })
    const phone = server.phones.phone(to)
    await phone.answers()
    const wrong = json.display_code.replace(/./, (digit) => (digit === '0' ? '1' : '0'))
    for (let tries = 0; tries < 2; tries++) await phone.keys(wrong)
    await phone.hears(/not right.*not right/)
    assert.equal(await countOf(to), 20)
    await phone.keys(json.display_code)
    await phone.hears(/too many wrong codes\. Goodbye\./)
    const { status, reason, attempts_left } = (await server.ask('GET', `/v1/challenges/${json.id}`)).json
    assert.deepEqual([status, reason, attempts_left], ['denied', 'too_many_attempts', 3])
    const { json: told } = await server.ask('GET', `/v1/challenges/${json.id}/timeline`)
    const { events } = told as unknown as { events: { type: string }[] }
    assert.ok(events.some(({ type }) => type === 'codes_locked'))
  },
)

test(
  'what is counted is forgotten after ninety days, and a row that a right code has cleared at once',
  options,
  async () => {
    const to = nextNumber()
    await guess(to, 3)
    const rows = async () => {
      await server.store.failureCounters.sweep()
      return countOf(to)
    }
    await server.query(`update failure_counters set ends_at = ends_at - interval '89 days'`)
    assert.equal(await rows(), 3)
    const { right, check } = await begin(to)
    await check(right)
    await server.store.failureCounters.sweep()
    assert.equal((await server.query('select key from failure_counters where count = 0')).length, 0)
    const { wrong, check: checkAgain } = await begin(to)
    await checkAgain(wrong)
    await server.query(`update failure_counters set ends_at = ends_at - interval '90 days'`)
    assert.equal(await rows(), 0)
  },
)
