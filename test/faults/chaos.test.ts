import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Challenge } from '../../src/client/client.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { createPrng } from '../support/prng.ts'
import { injectFaults } from './fault-injector.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { possibleOutcomes } from './possible-outcomes.ts'
import { type Scenario, startScenario } from './scenario.ts'
import { eventually } from './waiting.ts'

const CALLS = 100
const AT_ONCE = 12
/** A call that lasts longer than this makes room for the next one. */
const LONG_MS = 4_000
/** On a quiet machine all calls have begun after a dozen seconds. On a busy one carriers are given up, faults or none. */
const BUSY_MS = 20_000

test('a hundred calls keep their promises while instances are killed and the database is cut off, silent or away', {
  skip: withoutPostgres,
}, async (t) => {
  const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 32))
  t.diagnostic(`CHAOS_SEED=${seed}`)
  const prng = createPrng(seed)
  const receiverPrng = createPrng(seed + 1)
  let calm = false
  const all = await startFleet(t, {
    instances: 3,
    phoneTimeoutMs: 60_000,
    receiverStatus: () => (!calm && receiverPrng.next() < 0.1 ? 500 : 204),
  })
  const from = performance.now()
  const since = () => `${Math.round((performance.now() - from) / 1000)} s`
  const injector = injectFaults(t, all, createPrng(seed + 2))

  const begun: ReturnType<typeof startScenario>[] = []
  let left = CALLS
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) {
        const one = startScenario(all, prng)
        begun.push(one)
        await Promise.race([one.playPerson, pause(LONG_MS)])
      }
    }),
  )
  const busy = performance.now() - from > BUSY_MS
  await injector.end()
  calm = true
  t.diagnostic(`${injector.injected.join(' ')}, in ${since()}`)

  const stories = await Promise.all(begun.map(({ scenario }) => scenario))
  t.diagnostic(`all are made after ${since()}`)
  await older(all)
  const told = await Promise.all(stories.map(({ waiters }) => waiters))
  t.diagnostic(`all waiters know after ${since()}`)
  await eventually('everything to be settled', async () => (await open(all)).length === 0).catch(async (error) => {
    throw new Error(`${error.message}: ${JSON.stringify(await open(all))}`)
  })

  const ways: Record<string, number> = {}
  for (const [at, one] of stories.entries()) {
    const truth = await all.client().get(one.challenge.id)
    const outcome = `${truth.status} ${truth.reason}`
    ways[outcome] = (ways[outcome] ?? 0) + 1
    const about = `${one.behaviour} ${one.challenge.id}: ${outcome}. ${JSON.stringify(one.phone.calls[0]?.transcript)}`
    assert.ok(possibleOutcomes(one).includes(outcome), about)
    for (const { status, reason } of told[at]!) assert.equal(`${status} ${reason}`, outcome, about)
    assert.ok(one.phone.calls.length <= 1, `${one.phone.number} was rung ${one.phone.calls.length} times`)
    await assertRecords(all, one, truth, about)
  }
  t.diagnostic(`${JSON.stringify(ways)}, settled after ${since()}`)
  assert.equal(stories.length, CALLS)
  const approved = (ways['approved key_pressed'] ?? 0) + (ways['approved code_matched'] ?? 0)
  assert.ok(approved > (busy ? 0 : CALLS / 5), 'calls go on through all of it')
  await assertPushes(all)
  for (const { output } of all.instances) assert.doesNotMatch(output, /"request failed"/)
})

/** Lets half a minute pass at once, for whatever is still open: longer than a challenge lives here. */
async function older({ database }: Fleet): Promise<void> {
  await database.query(
    `update challenges set expires_at = expires_at - interval '40 seconds', next_check_at = now(), check_put_off_to = null,
        deliveries = jsonb_set(deliveries, '{-1,createdAt}',
          to_jsonb((deliveries #>> '{-1,createdAt}')::timestamptz - interval '40 seconds'))
      where status = 'pending' or id in (select challenge_id from active_calls)`,
  )
  // What a killed instance had claimed, another claims after half a minute.
  await database.query('update outbox set next_at = now() where next_at is not null')
}

/** What is not settled yet. */
function open({ database }: Fleet) {
  return database.query(
    `select id, status as what, deliveries::text as rest from challenges where status = 'pending' or id in (select challenge_id from active_calls)
      union all
      select id, type, last_error from outbox where delivered_at is null`,
  )
}

/** One row, a ledger without gaps, and one push of one outcome. */
async function assertRecords({ database, accepted }: Fleet, { phone }: Scenario, truth: Challenge, about: string) {
  const rows = await database.query<{ id: string }>('select id from challenges where "to" = $1', [phone.number])
  assert.deepEqual(rows, [{ id: truth.id }], about)
  const ledger = await database.query<{ version: number }>(
    'select version from challenge_events where challenge_id = $1 order by version',
    [truth.id],
  )
  assert.deepEqual(
    ledger.map(({ version }) => version),
    Array.from({ length: truth.version }, (_, index) => index + 1),
    about,
  )
  const outcomes = accepted.filter(({ type, data }) => data.id === truth.id && type.startsWith('challenge.'))
  assert.deepEqual([...new Set(outcomes.map(({ type }) => type))], [`challenge.${truth.status}`], about)
  assert.equal(new Set(outcomes.map(({ id }) => id)).size, 1, about)
  assert.ok(
    outcomes.every(({ data }) => data.reason === truth.reason),
    about,
  )
}

async function assertPushes({ database, accepted }: Fleet): Promise<void> {
  const written = await database.query<{ id: string }>('select id from outbox order by id')
  assert.deepEqual([...new Set(accepted.map(({ id }) => id))].toSorted(), written.map(({ id }) => id).toSorted())
}
