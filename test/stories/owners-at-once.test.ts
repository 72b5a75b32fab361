// Strangers, accounts that have not proved a number and one that has ask for it at once, on two instances and of two services:
// each of the three gets what the limits allow, and what one of them uses up the others keep.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { keyHash } from '../../src/domain/one-time-codes.ts'
import { anAct } from '../store/samples.ts'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { ageCounters } from '../support/rate-limit-counters.ts'
import { openSideBySide } from './side-by-side.ts'

const options = { skip: withoutPostgres, timeout: 120_000 }
const SECRET = 'the secret of two instances that is long enough'
const OTHER_KEY = 'the-api-key-of-another-service'

type Created = { id: ChallengeId; code?: string; limit?: string }
type Body = { to: string; account?: string } & Record<string, unknown>

async function open(t: TestContext, settings: Record<string, string>) {
  const side = await openSideBySide(t, settings)
  const instances = await side.startWith([[SECRET], [SECRET]])
  const { store, challenges } = instances[0]!
  await store.services.create({ id: 'svc_other', name: 'Other', settings: {} }, anAct)
  const key = { id: 'apk_other', serviceId: 'svc_other', name: 'other', keyHash: keyHash(OTHER_KEY) }
  await store.services.addKey({ ...key, scopes: ['create', 'read'] }, anAct)

  async function start(on: number, body: Body, isOther = false) {
    const headers = isOther ? { Authorization: `Bearer ${OTHER_KEY}` } : {}
    const response = await side.ask(on % 2, '/v1/challenges', { channel: 'sms', ...body }, headers)
    return { ...((await response.json()) as Created), status: response.status, isOther }
  }

  async function check(on: number, { id, isOther }: { id: string; isOther: boolean }, code: string) {
    const headers = isOther ? { Authorization: `Bearer ${OTHER_KEY}` } : {}
    const response = await side.ask(on % 2, `/v1/challenges/${id}/check`, { code }, headers)
    return (await response.json()) as { valid: boolean; status: string; attempts_left: number }
  }

  const codeOf = async (id: ChallengeId) => challenges.secrets.code((await challenges.find(id))!)

  /** An account that has proved the number. */
  async function owner(to: string, account = 'the owner'): Promise<string> {
    const begun = await start(0, { to, account })
    assert.equal((await check(1, begun, await codeOf(begun.id))).valid, true)
    return account
  }

  return { ...side, instances, start, check, codeOf, owner }
}

const times = <T>(count: number, each: (index: number) => T) => Array.from({ length: count }, (_, index) => each(index))
const begun = (answers: { status: number }[]) => answers.filter(({ status }) => status === 201).length

test('of a number: as many for each of the three, and not one more', options, async (t) => {
  const { start, owner } = await open(t, { LIMIT_PER_NUMBER: '4/h', LIMIT_PER_ACCOUNT: 'off' })
  const to = nextNumber()
  // What proved it counted for those who had not.
  const account = await owner(to)
  const [strangers, named, own] = await Promise.all([
    Promise.all(times(20, (index) => start(index, { to }, index % 4 > 1))),
    Promise.all(times(20, (index) => start(index, { to, account: `account ${index}` }, index % 4 > 1))),
    Promise.all(times(20, (index) => start(index, { to, account }))),
  ])
  assert.deepEqual([begun(strangers), begun(named), begun(own)], [4, 3, 4])
  for (const { status, limit } of [...strangers, ...named, ...own])
    assert.ok(status === 201 || (status === 429 && limit === 'per-number'), `${status} ${limit}`)
})

test('of numbers that are alike: owners have a count of their own, which all of them share', options, async (t) => {
  const { start, owner } = await open(t, { LIMIT_PER_PREFIX: '6/h', LIMIT_PER_NUMBER: 'off', LIMIT_PER_ACCOUNT: 'off' })
  const to = nextNumber()
  const accounts = await Promise.all(times(3, (index) => owner(to, `owner ${index}`)))
  const alike = times(20, (index) => `${to.slice(0, -2)}${String(index).padStart(2, '0')}`).filter((one) => one !== to)
  const [strangers, own] = await Promise.all([
    Promise.all(alike.map((other, index) => start(index, { to: other }, index % 4 > 1))),
    Promise.all(times(30, (index) => start(index, { to, account: accounts[index % 3]! }))),
  ])
  assert.deepEqual([begun(strangers), begun(own)], [3, 6])
})

test(
  'wrong codes of strangers and other accounts are counted together, and lock the owner out of nothing',
  options,
  async (t) => {
    const { url, start, check, codeOf, owner } = await open(t, { LIMIT_PER_NUMBER: 'off', LIMIT_PER_ACCOUNT: 'off' })
    const to = nextNumber()
    const account = await owner(to)
    const own = await start(0, { to, account })
    const others = await Promise.all(
      times(10, (index) => start(index, index % 3 ? { to, account: `account ${index}` } : { to }, index % 4 > 1)),
    )
    const wrong = new Map(
      await Promise.all(
        others.map(
          async ({ id }) => [id, (await codeOf(id)).replace(/./, (digit) => (digit === '0' ? '1' : '0'))] as const,
        ),
      ),
    )
    await Promise.all(
      others.flatMap((one, index) => times(5, (guess) => check(index + guess, one, wrong.get(one.id)!))),
    )
    const [spent] = await queryOnce(url, 'select sum(5 - attempts_left)::int as looked_at from challenges', [])
    assert.equal(spent!.looked_at, 20)
    for (const body of [{ to }, { to, account: 'a new one' }]) assert.equal((await start(1, body)).limit, 'wrong-codes')
    assert.equal((await check(1, own, await codeOf(own.id))).valid, true)
    assert.equal((await start(0, { to, account })).status, 201)
  },
)

test('calls to one number, whoever asks, for whichever of its lines: one at a time', options, async (t) => {
  const { url, phones, start, owner, settled } = await open(t, { LIMIT_PER_NUMBER: 'off', LIMIT_PER_ACCOUNT: 'off' })
  const to = nextNumber()
  const account = await owner(to)
  const bodies = [{ to }, { to, account }, { to, account: 'another' }, { to, extension: '12' }, { to, extension: '13' }]
  const answers = await Promise.all(
    times(50, (index) => start(index, { ...bodies[index % 5]!, channel: 'call' }, index % 4 > 1)),
  )
  await settled()
  assert.equal(begun(answers), 1)
  assert.ok(answers.every(({ status }) => status === 201 || status === 409))
  assert.equal(phones.phone(to).calls.length, 1)
  const [held] = await queryOnce(url, 'select count(distinct challenge_id)::int from active_calls', [])
  assert.equal(held!.count, 1)
})

test('with every limit off all begin, and nothing is counted', options, async (t) => {
  const off = ['NUMBER', 'PREFIX', 'IP', 'NETWORK', 'SESSION', 'ACCOUNT', 'SERVICE'].map((what) => [
    `LIMIT_PER_${what}`,
    'off',
  ])
  const { url, start } = await open(t, Object.fromEntries(off))
  const to = nextNumber()
  const body = { to, client_ip: '203.0.113.7', session: 'one', account: 'one' }
  assert.equal(begun(await Promise.all(times(40, (index) => start(index, body)))), 40)
  assert.deepEqual([...(await queryOnce(url, 'select key from rate_limit_counters', []))], [])
})

test('storms that are refused add no counters, and those of a window that is over are swept', options, async (t) => {
  const { url, start, instances } = await open(t, { LIMIT_PER_NUMBER: '2/h,3/d', LIMIT_PER_IP: '1000/h' })
  const to = nextNumber()
  const rows = async () => {
    const [counted] = await queryOnce(url, 'select count(*)::int from rate_limit_counters', [])
    return counted!.count
  }
  await Promise.all(times(10, (index) => start(index, { to, client_ip: '203.0.113.7' })))
  const before = await rows()
  for (let round = 0; round < 4; round++)
    await Promise.all(
      times(50, (index) => start(index, { to, client_ip: `198.51.${round}.${index}`, session: `${index}` })),
    )
  assert.equal(await rows(), before)
  const hasDay = async () => {
    const found = await queryOnce(
      url,
      'select distinct 86400 = any (seconds) as day from rate_limit_counters order by 1',
    )
    return found.map(({ day }) => day)
  }
  assert.deepEqual(await hasDay(), [false, true])
  await queryOnce(url, ageCounters('3601 seconds'))
  await instances[0]!.store.rateLimits.sweep()
  assert.deepEqual(await hasDay(), [true], 'one that is still open stays')
})
