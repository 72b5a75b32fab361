// Many at once, on a real server: the embedded database has one connection and can lose no race.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nanoid } from 'nanoid'
import type { Outcome } from '../../src/domain/challenge.ts'
import { carrierRateLimit } from '../../src/store/carrier-rate-limit.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import type { Database } from '../../src/store/database.ts'
import { idempotencyStore } from '../../src/store/idempotency.ts'
import { outboxStore } from '../../src/store/outbox.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { insertCounters, WINDOWS } from '../support/rate-limit-counters.ts'
import { aChallenge, aChange, aCreation, aRequest, asRecord, NO_RULES } from './samples.ts'
import { onPostgres } from './test-databases.ts'

describe('among many at once', { skip: withoutPostgres }, () => {
  const { database: instance } = onPostgres({ instances: 2 })

  /** Fifty callers, on two instances in turn. */
  const fifty = <T>(each: (database: Database, index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: 50 }, (_, index) => each(instance(index % 2), index)))

  const inserted = async (request = aRequest(), wakeSeconds: number | null = null) => {
    const challenge = aChallenge()
    const made = { challenge, request, expiresIn: 300, idempotency: null, slot: null }
    return asRecord(await challengeStore(instance()).insert(made, { ...aCreation, secondsUntilCheck: wakeSeconds }))
      .challenge
  }

  test('one save of a version wins', async () => {
    const challenge = await inserted()
    const outbox = () => [{ id: `msg_${nanoid()}` as const, type: 'challenge.denied' }]
    const saves = await fifty((database, index) =>
      challengeStore(database).save(aChange({ ...challenge, attemptsLeft: index % 5 }, { outbox: outbox() })),
    )
    assert.equal(saves.filter((saved) => typeof saved === 'object').length, 1)
    assert.equal(saves.filter((saved) => saved === 'stale').length, 49)
    assert.equal((await challengeStore(instance()).ledger(challenge.id)).length, 2)
    assert.equal((await instance().query('select from outbox where challenge_id = $1', [challenge.id])).length, 1)
  })

  test('wrong guesses never exceed the budget, and each is in the ledger', async () => {
    const challenge = await inserted()
    await fifty(async (database) => {
      const challenges = challengeStore(database)
      for (;;) {
        const { challenge: next } = (await challenges.find(challenge.id))!
        if (next.attemptsLeft === 0) return
        await challenges.save(aChange({ ...next, attemptsLeft: next.attemptsLeft - 1 }))
      }
    })
    const versions = (await challengeStore(instance()).ledger(challenge.id)).map(({ version }) => version)
    assert.deepEqual(versions, [1, 2, 3, 4, 5, 6])
  })

  test('instances that list the secrets in another order do not wait for each other over one number', async () => {
    for (let round = 0; round < 5; round++) {
      // More than anybody lists, so that the statements meet while they hold a part of them.
      const hashes = Array.from({ length: 200 }, () => nanoid())
      const results = await fifty((database, index) => {
        const hold = index % 2 === 0 ? hashes : hashes.toReversed()
        const made = { challenge: aChallenge(), request: aRequest(), expiresIn: 300, idempotency: null, slot: null }
        return challengeStore(database).insert(made, {
          ...aCreation,
          begins: { rules: NO_RULES, owner: [], locks: [], consume: [], hold },
        })
      })
      assert.equal(results.filter((result) => typeof result === 'object').length, 1)
      assert.equal(results.filter((result) => result === 'number_busy').length, 49)
    }
  })

  test('an outcome is the only one there ever is', async () => {
    const challenge = await inserted()
    const outcomes: Outcome[] = [
      { status: 'approved', reason: 'key_pressed' },
      { status: 'denied', reason: 'rejected' },
      { status: 'canceled', reason: 'canceled' },
      { status: 'approved', reason: 'code_matched' },
    ]
    const seen = await fifty(async (database, index) => {
      const challenges = challengeStore(database)
      const outcome = outcomes[index % 4]!
      const ended: string[] = []
      // A caller that forgets to look whether there is an outcome, and takes whatever version stands there.
      for (let tries = 0; tries < 5; tries++) {
        const { challenge: next } = (await challenges.find(challenge.id))!
        const saved = await challenges.save(aChange({ ...next, outcome }))
        if (typeof saved === 'object') ended.push(JSON.stringify(asRecord(saved).challenge.outcome))
      }
      return ended
    })
    assert.equal(new Set(seen.flat()).size, 1)
    const { challenge: last } = (await challengeStore(instance()).find(challenge.id))!
    assert.equal(JSON.stringify(last.outcome), seen.flat()[0])
    assert.equal((await challengeStore(instance()).ledger(challenge.id)).length, last.version)
  })

  test('one call of a number is live', async () => {
    // Two instances whose secrets differ by one step of a rotation have one hash in common.
    const [older, common, newer] = [nanoid(), nanoid(), nanoid()]
    const calls = await fifty((database, index) =>
      challengeStore(database).insert(
        { challenge: aChallenge(), request: aRequest(), expiresIn: 300, idempotency: null, slot: null },
        {
          ...aCreation,
          begins: {
            rules: NO_RULES,
            owner: [],
            locks: [],
            consume: [],
            hold: index % 2 ? [common, older] : [newer, common],
          },
        },
      ),
    )
    assert.equal(calls.filter((call) => typeof call === 'object').length, 1)
    assert.equal(calls.filter((call) => call === 'number_busy').length, 49)
  })

  test('a challenge that is due goes to one instance', async () => {
    const all = await Promise.all(Array.from({ length: 300 }, () => inserted(aRequest(), 0)))
    const claims = await fifty((database) => challengeStore(database).claimDue(20))
    assert.ok(claims.every((claim) => claim.length <= 20))
    const ids = new Set(all.map(({ id }) => id))
    const claimed = claims
      .flat()
      .map(({ id }) => id)
      .filter((id) => ids.has(id))
    assert.equal(claimed.length, 300)
    assert.deepEqual(new Set(claimed), ids)
  })

  test('a message goes to one sender', async () => {
    const challenge = await inserted()
    const messages = Array.from({ length: 40 }, () => ({ id: `msg_${nanoid()}` as const, type: 't' }))
    await challengeStore(instance()).save(aChange(challenge, { outbox: messages }))
    const claimed = (await fifty((database) => outboxStore(database).claim(3, 60))).flat()
    const ids = claimed.map(({ id }) => id).filter((id) => messages.some((message) => message.id === id))
    assert.equal(ids.length, 40)
    assert.equal(new Set(ids).size, 40)
  })

  test('a key makes one challenge, and one request answers it after its instance died', async () => {
    const key = nanoid()
    const lane = { carrier: 'plivo', channel: 'sms', lane: 0, perSecond: 1 } as const
    const made = await fifty((database) =>
      challengeStore(database).insert(
        {
          challenge: aChallenge(),
          request: aRequest(),
          expiresIn: 300,
          idempotency: { key, fingerprint: 'f' },
          slot: { ...lane, maxWaitSeconds: 60 },
        },
        aCreation,
      ),
    )
    assert.equal(made.filter((one) => typeof one === 'object').length, 1)
    assert.equal(made.filter((one) => one === 'key_taken').length, 49)
    const wait = await carrierRateLimit(instance()).reserve({ ...lane, maxWaitSeconds: 3600 })
    assert.ok(wait !== null && wait <= 1, 'one slot is taken')
    await instance().query(`update idempotency set claimed_at = now() - interval '16 seconds' where key = $1`, [key])
    const found = await fifty((database) => idempotencyStore(database).find('svc_test', key, ['g', 'f']))
    assert.equal(found.filter((one) => one?.type === 'unanswered').length, 1)
    assert.equal(found.filter((one) => one?.type === 'in_progress').length, 49)
  })

  test('a thousand charges never exceed a limit, and a refused one costs nothing', async () => {
    // With this many rows the server looks them up one by one, in the order they are named if nothing else says so.
    await instance().session(async (query) => {
      await query(
        insertCounters(`select 'other:' || n from generate_series(1, 20000) as n`, {
          seconds: 600,
          count: 1,
          endsIn: '0 s',
        }),
      )
      await query('analyze rate_limit_counters')
    })
    const shared = { key: `ip:${nanoid()}`, rates: [{ max: 100, seconds: 3600 }] }
    const numbers = Array.from({ length: 50 }, () => nanoid())
    const charge = (index: number) => {
      // Both orders, so that locks taken as they are named would deadlock.
      const number = { key: `number:${numbers[index % 50]}`, rates: [{ max: 3, seconds: 600 }] }
      const consume = index % 3 ? [number, shared] : [shared, number]
      return challengeStore(instance(index % 2)).insert(
        { challenge: aChallenge(), request: aRequest(), expiresIn: 300, idempotency: null, slot: null },
        { ...aCreation, begins: { rules: NO_RULES, owner: [], locks: [], consume, hold: [] } },
      )
    }
    const charges: Awaited<ReturnType<typeof charge>>[] = []
    // A hundred at once: more would wait in the pools for longer than a statement may.
    for (let from = 0; from < 1000; from += 100)
      charges.push(...(await Promise.all(Array.from({ length: 100 }, (_, index) => charge(from + index)))))
    assert.equal(charges.filter((charge) => typeof charge === 'object' && 'record' in charge).length, 100)
    const counts = await instance().query<{ key: string; count: number }>(
      `select key, count from ${WINDOWS} where key not like 'other:%'`,
    )
    assert.equal(counts.find(({ key }) => key === shared.key)!.count, 100)
    const ofNumbers = counts.filter(({ key }) => key.startsWith('number:'))
    assert.equal(
      ofNumbers.reduce((sum, { count }) => sum + count, 0),
      100,
    )
    assert.ok(ofNumbers.every(({ count }) => count <= 3))
  })

  test('as many calls begin at once as have a slot in reach, and one that does not is counted nowhere', async () => {
    const slot = { carrier: 'bandwidth', channel: 'call', lane: 0, perSecond: 1, maxWaitSeconds: 10 } as const
    const limit = { key: `prefix:${nanoid()}`, rates: [{ max: 1000, seconds: 3600 }] }
    const modes = { conversion: 'record', neighbours: 'record' } as const
    const prefix = { prefix: `+1${nanoid()}`, region: 'US', suffix: 1000, ...modes }
    const calls = await fifty((database) =>
      challengeStore(database).insert(
        { challenge: aChallenge(), request: aRequest(), expiresIn: 300, idempotency: null, slot },
        { ...aCreation, begins: { rules: NO_RULES, owner: [], locks: [], consume: [limit], hold: [], prefix } },
      ),
    )
    const begun = calls.filter((call) => typeof call === 'object' && 'record' in call).length
    // Ten seconds ahead at one a second; a slow machine may have let one or two more seconds go by.
    assert.ok(begun >= 11 && begun <= 14, `${begun} begun`)
    assert.equal(calls.filter((call) => call === 'no_slot').length, 50 - begun)
    const [counted] = await instance().query(
      `select count, started from ${WINDOWS}, prefix_traffic where key = $1 and prefix = $2`,
      [limit.key, prefix.prefix],
    )
    assert.deepEqual(counted, { count: begun, started: begun })
  })

  test('the end of a call that gives back what it was counted for, and the beginnings of the next, are no deadlock', async () => {
    for (let round = 0; round < 20; round++) {
      const consume = [1, 2, 3].map(() => ({ key: `number:${nanoid()}`, rates: [{ max: 1000, seconds: 600 }] }))
      const begins = { rules: NO_RULES, owner: [], locks: [], consume, hold: [nanoid()] }
      const begin = (database: Database) =>
        challengeStore(database).insert(
          { challenge: aChallenge(), request: aRequest(), expiresIn: 300, idempotency: null, slot: null },
          { ...aCreation, begins },
        )
      const { challenge, charge } = asRecord(await begin(instance()))
      const end = challengeStore(instance()).save(aChange(challenge, { callOver: true, refund: charge! }))
      await Promise.all([end, ...Array.from({ length: 16 }, (_, index) => begin(instance(index % 2)))])
    }
    const [found] = await instance().query(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    )
    assert.deepEqual(found, { deadlocks: 0 })
  })

  test('calls leave a carrier one after the other', async () => {
    const slot = { carrier: 'twilio', channel: 'call', lane: 0, perSecond: 1, maxWaitSeconds: 20 } as const
    const waits = (await fifty((database) => carrierRateLimit(database).reserve(slot))).filter((wait) => wait !== null)
    // Twenty seconds ahead at one a second; a slow machine may have let one or two more seconds go by.
    assert.ok(waits.length >= 20 && waits.length <= 25, `${waits.length} slots`)
    const [{ ahead } = { ahead: 0 }] = await instance().query<{ ahead: number }>(
      `select extract(epoch from free_at - now())::float8 as ahead from carrier_rate_slots where carrier = 'twilio'`,
    )
    assert.ok(ahead > 15 && ahead <= 21, `reserved for ${ahead} s ahead`)
  })
})
