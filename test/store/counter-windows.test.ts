// All windows of a counter stand in one row, which services with other rates than each other's share.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nanoid } from 'nanoid'
import { challengeStore } from '../../src/store/challenges.ts'
import type { Database } from '../../src/store/database.ts'
import { type Limit, rateLimits } from '../../src/store/rate-limits.ts'
import type { ChargedCounter } from '../../src/store/schema.ts'
import type { ChallengeRecord } from '../../src/store/types.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { ageCounters, insertCounters, WINDOWS } from '../support/rate-limit-counters.ts'
import { onEachDatabase } from './each-database.ts'
import { aChallenge, aChange, aCreation, aRequest, asRecord } from './samples.ts'
import { onPostgres } from './test-databases.ts'

const MINUTES = 600
const HOUR = 3600
const DAY = 86_400

/** `rates`: how many in which time. */
function limit(key: string, rates: Record<number, number>): Limit {
  return { key, rates: Object.entries(rates).map(([seconds, max]) => ({ max, seconds: Number(seconds) })) }
}

function begin(database: Database, consume: Limit[], challenges = challengeStore(database)) {
  return challenges.insert(
    { challenge: aChallenge(), request: aRequest(), expiresIn: 300, idempotency: null, slot: null },
    { ...aCreation, begins: { ...aCreation.begins, consume } },
  )
}

const isBegun = (answer: Awaited<ReturnType<typeof begin>>) => typeof answer === 'object' && 'record' in answer

const giveBack = (database: Database, { challenge }: ChallengeRecord, refund: readonly ChargedCounter[]) =>
  challengeStore(database).save(aChange(challenge, { callOver: true, refund }))

/** What the row of a key counts, by the length of the window. */
async function countsOf(database: Database, key: string): Promise<Record<string, number>> {
  const text = `select seconds, count from ${WINDOWS} where key = $1`
  const rows = await database.query<{ seconds: number; count: number }>(text, [key])
  return Object.fromEntries(rows.map(({ seconds, count }) => [seconds, count]))
}

const age = (database: Database, key: string, seconds: number, ofLength?: number) =>
  database.query(ageCounters(`${seconds} seconds`, 'key = $1', ofLength === undefined ? undefined : String(ofLength)), [
    key,
  ])

onEachDatabase((database) => {
  const begins = (...consume: Limit[]) => begin(database(), consume)
  const counts = (key: string) => countsOf(database(), key)

  test('two services that count a key by other rates keep each other’s windows, and share those that both have', async () => {
    const key = nanoid()
    const [one, other] = [limit(key, { [MINUTES]: 9, [HOUR]: 9 }), limit(key, { [HOUR]: 9, [DAY]: 2 })]
    await begins(one)
    await begins(other)
    assert.deepEqual(await counts(key), { [MINUTES]: 1, [HOUR]: 2, [DAY]: 1 })
    const { charge } = asRecord(await begins(one))
    assert.deepEqual(await counts(key), { [MINUTES]: 2, [HOUR]: 3, [DAY]: 1 })
    assert.deepEqual(
      charge!.map(([, seconds, starts]) => [seconds, starts.length]),
      [[[MINUTES, HOUR], 2]],
    )
    await begins(other)
    const refused = await begins(other)
    assert.ok(typeof refused === 'object' && 'quota' in refused)
    assert.deepEqual(refused.quota, { max: 2, seconds: DAY })
    assert.equal(isBegun(await begins(one)), true)
    assert.deepEqual(await counts(key), { [MINUTES]: 3, [HOUR]: 5, [DAY]: 2 })
  })

  test('and when both come at once, too', async () => {
    const key = nanoid()
    const [one, other] = [limit(key, { [MINUTES]: 9, [HOUR]: 9 }), limit(key, { [HOUR]: 9, [DAY]: 9 })]
    const stricter = limit(key, { [HOUR]: 4 })
    let sent = 0
    const query: Database['query'] = (text, params) => {
      sent++
      return database().query(text, params)
    }
    const instance = challengeStore({ ...database(), query })
    const answers = await Promise.all([one, other, one, other].map((each) => begin(database(), [each], instance)))
    assert.ok(answers.every(isBegun))
    assert.equal(sent, 3, 'those with the same rates share a statement')
    assert.deepEqual(await counts(key), { [MINUTES]: 2, [HOUR]: 4, [DAY]: 2 })
    assert.deepEqual((await Promise.all([stricter, one].map((each) => begins(each)))).map(isBegun), [false, true])
  })

  test('a window that is over begins anew beside one that is open, which keeps its start', async () => {
    const key = nanoid()
    const both = limit(key, { [MINUTES]: 9, [HOUR]: 9 })
    await begins(both)
    await age(database(), key, MINUTES)
    const [[, , before]] = asRecord(await begins(both)).charge as [ChargedCounter]
    assert.deepEqual(await counts(key), { [MINUTES]: 1, [HOUR]: 2 })
    assert.equal(Math.round((before[0]! - before[1]!) / 1e6) >= MINUTES, true)
    const [[, , after]] = asRecord(await begins(both)).charge as [ChargedCounter]
    assert.deepEqual(after, before)
    assert.deepEqual(await counts(key), { [MINUTES]: 2, [HOUR]: 3 })
  })

  test('a row is kept until its last window is over, whichever was asked for last', async () => {
    const key = nanoid()
    await begins(limit(key, { [MINUTES]: 9, [DAY]: 9 }))
    await begins(limit(key, { [MINUTES]: 9 }))
    await age(database(), key, HOUR)
    await begins(limit(key, { [MINUTES]: 9 }))
    await age(database(), key, HOUR)
    await rateLimits(database()).sweep()
    assert.equal((await counts(key))[DAY], 1)
    await age(database(), key, DAY)
    await rateLimits(database()).sweep()
    assert.deepEqual(await counts(key), {})
  })

  test('what is given back is given back in the windows that counted it, and in no other', async () => {
    const key = nanoid()
    const both = limit(key, { [MINUTES]: 9, [HOUR]: 9 })
    const first = asRecord(await begins(both))
    await age(database(), key, MINUTES, MINUTES)
    await begins(limit(key, { [MINUTES]: 9, [HOUR]: 9, [DAY]: 9 }))
    await giveBack(database(), first, first.charge!)
    assert.deepEqual(await counts(key), { [MINUTES]: 1, [HOUR]: 1, [DAY]: 1 })
    const other = nanoid()
    await begins(limit(other, { [MINUTES]: 9, [HOUR]: 9 }))
    const ofHour = asRecord(await begins(limit(other, { [HOUR]: 9 })))
    await giveBack(database(), ofHour, ofHour.charge!)
    assert.deepEqual(await counts(other), { [MINUTES]: 1, [HOUR]: 1 }, 'though both windows began at once')
    const last = asRecord(await begins(limit(key, { [HOUR]: 9 })))
    await giveBack(database(), last, last.charge!)
    for (let twice = 0; twice < 2; twice++) {
      const free = asRecord(await begins())
      await giveBack(database(), free, ofHour.charge!)
      assert.equal((await counts(other))[HOUR], 0, 'and never below nothing')
    }
    assert.deepEqual(await counts(key), { [MINUTES]: 1, [HOUR]: 1, [DAY]: 1 })
  })

  test('of several counters each gets back its own, and one that is gone is not made again', async () => {
    const keys = [nanoid(), nanoid(), nanoid()]
    const begun = asRecord(await begins(...keys.map((key) => limit(key, { [MINUTES]: 9, [HOUR]: 9 }))))
    await begins(...keys.map((key) => limit(key, { [MINUTES]: 9, [HOUR]: 9 })))
    await database().query('delete from rate_limit_counters where key = $1', [keys[2]!])
    const before = begun.charge!.map(
      ([key, seconds, starts]): ChargedCounter => [key, seconds, starts.map((at) => at - DAY * 1e6)],
    )
    await giveBack(database(), begun, [
      ...begun.charge!.filter(([key]) => key === keys[0]),
      ...before.filter(([key]) => key !== keys[0]),
    ])
    assert.deepEqual(await Promise.all(keys.map(counts)), [
      { [MINUTES]: 1, [HOUR]: 1 },
      { [MINUTES]: 2, [HOUR]: 2 },
      {},
    ])
  })

  test('a window begins anew when all its units were given back, and the others of its row go on', async () => {
    const key = nanoid()
    const only = limit(key, { [MINUTES]: 1 })
    const first = asRecord(await begins(limit(key, { [MINUTES]: 1, [HOUR]: 9 })))
    await begins(limit(key, { [HOUR]: 9 }))
    await giveBack(database(), first, first.charge!)
    await age(database(), key, 1)
    const again = asRecord(await begins(only))
    assert.ok(again.charge![0]![2][0]! > first.charge![0]![2][0]!)
    assert.deepEqual(await counts(key), { [MINUTES]: 1, [HOUR]: 1 })
    assert.equal(isBegun(await begins(only)), false)
  })

  test('of several windows of a row that are exhausted the one that is so for longest is told', async () => {
    for (const lengths of [
      [MINUTES, HOUR, DAY],
      [DAY, HOUR, MINUTES],
    ]) {
      const rates = lengths.map((seconds) => ({ max: seconds === DAY ? 9 : 1, seconds }))
      const key = nanoid()
      await begins({ key, rates })
      const refused = await begins({ key, rates })
      assert.ok(typeof refused === 'object' && 'quota' in refused)
      assert.deepEqual(refused.quota, { max: 1, seconds: HOUR })
      assert.ok(refused.retryAfter > MINUTES && refused.retryAfter <= HOUR)
    }
  })

  test('a wrong gate counts where the row of an earlier day is swept while it is saved', async () => {
    const hash = nanoid()
    const key = `gate:${hash}`
    const { challenge } = asRecord(await begins())
    await database().query(insertCounters(`values ('${key}')`, { seconds: DAY, count: 3, endsIn: '-1 hour' }))
    let sweeps = 0
    const query: Database['query'] = async (text, params) => {
      const rows = await database().query<never>(text, params)
      if (sweeps++ === 0) await rateLimits(database()).sweep()
      return rows
    }
    const gateEntry = { isRight: false, callGoesOn: true, hashes: [hash] }
    await challengeStore({ ...database(), query }).save(aChange(challenge, { gateEntry }))
    assert.deepEqual(await counts(key), { [DAY]: 1 })
  })

  test('a row keeps no window that is over once it is written again, however many lengths there were', async () => {
    const key = nanoid()
    for (let seconds = 1; seconds <= 20; seconds++) {
      await begins(limit(key, { [seconds]: 9, [seconds + 1]: 9 }))
      await age(database(), key, seconds + 1)
    }
    await begins(limit(key, { [HOUR]: 9 }))
    assert.deepEqual(await counts(key), { [HOUR]: 1 })
  })
})

describe('on a real Postgres', { skip: withoutPostgres }, () => {
  const { database } = onPostgres({ instances: 3 })

  test('services with other rates that ask three instances at once never exceed what they have in common', async () => {
    const key = nanoid()
    const rates = [{ [MINUTES]: 17, [HOUR]: 50 }, { [MINUTES]: 17, [DAY]: 50 }, { [MINUTES]: 17 }]
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => begin(database(index % 3), [limit(key, rates[(index % 7) % 3]!)])),
    )
    const begun = answers.flatMap((answer, index) => (isBegun(answer) ? [index] : []))
    assert.equal(begun.length, 17)
    const counted = await countsOf(database(), key)
    assert.equal(counted[MINUTES], 17)
    assert.equal(counted[HOUR] ?? 0, begun.filter((index) => (index % 7) % 3 === 0).length)
    assert.equal(counted[DAY] ?? 0, begun.filter((index) => (index % 7) % 3 === 1).length)
    const records = answers.filter(isBegun).map(asRecord)
    await Promise.all(records.map((record, index) => giveBack(database(index % 3), record, record.charge!)))
    assert.deepEqual(
      Object.values(await countsOf(database(), key)).filter((count) => count !== 0),
      [],
    )
  })
})
