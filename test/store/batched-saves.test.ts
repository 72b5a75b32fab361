// Many saved at once, which the store does with few statements: each stands or falls by itself, as if it were alone.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nanoid } from 'nanoid'
import type { Outcome } from '../../src/domain/challenge.ts'
import { type ChallengeStore, challengeStore } from '../../src/store/challenges.ts'
import type { Database, Parameter } from '../../src/store/database.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import type { ChallengeRecord } from '../../src/store/types.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { onEachDatabase } from './each-database.ts'
import { holdRows } from './held-rows.ts'
import { aChallenge, aChange, aCreation, aRequest, asRecord } from './samples.ts'
import { onPostgres } from './test-databases.ts'

const APPROVED: Outcome = { status: 'approved', reason: 'key_pressed' }
const RULE = { first: 1, every: 1, seconds: 60, longest: 60, jitter: 0, forgottenAfter: 600, disablesAt: null }

/** Made one after another, so that the statements seen after it are only those of the saves. */
async function made(challenges: ChallengeStore, count: number, hold = false): Promise<ChallengeRecord[]> {
  const all: ChallengeRecord[] = []
  for (let index = 0; index < count; index++) {
    const created = { challenge: aChallenge(), request: aRequest(), expiresIn: 300, idempotency: null, slot: null }
    const begins = { ...aCreation.begins, hold: hold ? [created.request.numberHash] : [] }
    all.push(asRecord(await challenges.insert(created, { ...aCreation, begins })))
  }
  return all
}

/** The database, and the statements that it is sent. */
function watched(database: Database) {
  const sent: string[] = []
  const query = <T>(text: string, params?: readonly Parameter[]) => {
    sent.push(text)
    return database.query<T>(text, params)
  }
  return { challenges: challengeStore({ ...database, query }), sent: () => sent.splice(0).length }
}

const change = ({ challenge }: ChallengeRecord, index: number) =>
  aChange(
    { ...challenge, attemptsLeft: index % 5 },
    { entry: { type: `change ${index}`, delivery: challenge.deliveries[0]!.id, facts: { index } } },
  )

const cleared = (key: string) => ({ ...RULE, keys: [{ key }], failed: false, refusedWhileLocked: false })
const counted = (key: string) => ({ ...cleared(key), failed: true })

onEachDatabase((database) => {
  test('twenty that are saved at once are saved by one statement, each with its own line', async () => {
    const { challenges, sent } = watched(database())
    const records = await made(challenges, 20)
    sent()
    const saved = (await Promise.all(records.map((record, index) => challenges.save(change(record, index))))).map(
      asRecord,
    )
    assert.equal(sent(), 1)
    for (const [index, { challenge }] of saved.entries()) {
      const { id } = records[index]!.challenge
      assert.deepEqual([challenge.id, challenge.version, challenge.attemptsLeft], [id, 2, index % 5])
      assert.deepEqual((await challenges.find(id))!.challenge, challenge)
      const [, line] = await challenges.ledger(id)
      const { type, delivery, facts, version } = line!
      assert.deepEqual([type, delivery, facts, version], [`change ${index}`, challenge.deliveries[0]!.id, { index }, 2])
    }
  })

  test('a save that comes too late fails alone', async () => {
    const { challenges } = watched(database())
    const records = await made(challenges, 4)
    await challenges.save(change(records[1]!, 4))
    const saved = await Promise.all(records.map((record, index) => challenges.save(change(record, index))))
    assert.deepEqual(
      saved.map((result) => (result === 'stale' ? result : asRecord(result).challenge.version)),
      [2, 'stale', 2, 2],
    )
    assert.equal((await challenges.ledger(records[1]!.challenge.id)).length, 2)
  })

  test('of two saves of one version one wins', async () => {
    const { challenges } = watched(database())
    const [one, other] = await made(challenges, 2)
    const saves = [one!, other!, one!, other!].map((record, index) => challenges.save(change(record, index)))
    const saved = await Promise.all(saves)
    assert.deepEqual(
      saved.map((result) => typeof result),
      ['object', 'object', 'string', 'string'],
    )
  })

  test('of those saved in time one that has expired, and one whose outcome stands, are stale', async () => {
    const { challenges } = watched(database())
    const records = await made(challenges, 3)
    const [expired, ended] = records.map(({ challenge }) => challenge)
    await database().query(`update challenges set expires_at = now() where id = $1`, [expired!.id])
    const denied = asRecord(
      await challenges.save(aChange({ ...ended!, outcome: { status: 'denied', reason: 'rejected' } })),
    )
    const wanted = [expired!, denied.challenge, records[2]!.challenge]
    const saves = wanted.map((next) => challenges.save(aChange({ ...next, outcome: APPROVED }, { inTime: true })))
    assert.deepEqual(
      (await Promise.all(saves)).map((result) => (result === 'stale' ? result : asRecord(result).challenge.outcome)),
      ['stale', 'stale', APPROVED],
    )
  })

  test('a row that the database refuses is refused alone', async () => {
    const { challenges } = watched(database())
    const records = await made(challenges, 4)
    const saves = records.map(({ challenge }, index) =>
      challenges.save(aChange({ ...challenge, attemptsLeft: index === 2 ? -1 : 3 })),
    )
    const saved = await Promise.allSettled(saves)
    assert.deepEqual(
      saved.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.match(String((saved[2] as PromiseRejectedResult).reason), /challenges_attempts_left/)
    const versions = await Promise.all(records.map(async ({ challenge }) => (await challenges.find(challenge.id))!))
    assert.deepEqual(
      versions.map(({ challenge }) => challenge.version),
      [2, 2, 1, 2],
    )
  })

  test('a statement that took too long is told to all that it was for, and none is asked for again', async () => {
    const { challenges, sent } = watched(database())
    const records = await made(challenges, 3)
    await database().query(
      `create function run_out_of_time() returns trigger language plpgsql
       as $$ begin raise 'too slow' using errcode = 'query_canceled'; end $$`,
    )
    await database().query(
      'create trigger slow before update on challenges for each row execute function run_out_of_time()',
    )
    sent()
    const saved = await Promise.allSettled(records.map((record, index) => challenges.save(change(record, index))))
    await database().query('drop trigger slow on challenges')
    assert.ok(saved.every(({ status }) => status === 'rejected'))
    assert.equal(sent(), 1)
  })

  test('a call that is over frees its own number, and a message is that of its challenge', async () => {
    const { challenges, sent } = watched(database())
    const records = await made(challenges, 3, true)
    sent()
    const messages = records.map(() => `msg_${nanoid()}` as const)
    const saves = records.map(({ challenge }, index) =>
      challenges.save(
        aChange(challenge, {
          callOver: index !== 1,
          outbox: index === 2 ? [] : [{ id: messages[index]!, type: `of ${index}` }],
        }),
      ),
    )
    await Promise.all(saves)
    assert.equal(sent(), 1)
    const ids = records.map(({ challenge }) => challenge.id)
    const rows = (text: string) => database().query<{ id: string; type: string }>(text, [JSON.stringify(ids)])
    const among = 'any (array(select jsonb_array_elements_text($1::text::jsonb)))'
    const held = await rows(`select challenge_id as id from active_calls where challenge_id = ${among}`)
    assert.deepEqual(
      held.map(({ id }) => id),
      [ids[1]],
    )
    const pushed = await rows(`select challenge_id as id, type from outbox where challenge_id = ${among} order by type`)
    assert.deepEqual(pushed, [
      { id: ids[0], type: 'of 0' },
      { id: ids[1], type: 'of 1' },
    ])
  })

  test('approvals clear what wrong codes have counted, and prove the number of the one who asked', async () => {
    const { challenges, sent } = watched(database())
    const [guessed, ...records] = await made(challenges, 5)
    const [wrong, owner] = [`code:${nanoid()}`, `owner:${nanoid()}`]
    asRecord(await challenges.save(aChange(guessed!.challenge, { failures: [counted(wrong)] })))
    sent()
    const approved = (next: ChallengeRecord, key: string, owns: string[]) =>
      challenges.save(aChange({ ...next.challenge, outcome: APPROVED }, { failures: [cleared(key)], owner: owns }))
    const saved = await Promise.all([
      approved(records[0]!, wrong, [owner]),
      approved(records[1]!, `code:${nanoid()}`, [owner]),
      approved(records[2]!, `code:${nanoid()}`, [owner]),
      approved(records[3]!, `code:${nanoid()}`, []),
    ])
    assert.deepEqual(
      saved.map((result) => asRecord(result).challenge.outcome),
      Array(4).fill(APPROVED),
    )
    assert.equal(sent(), 2, 'the one that has something to clear is saved alone')
    const [count] = await database().query<{ count: number }>('select count from failure_counters where key = $1', [
      wrong,
    ])
    assert.equal(count!.count, 0)
    assert.equal((await database().query('select from number_owners where key = $1', [owner])).length, 1)
  })

  test('one that is locked after its failures is told so, and the others are saved', async () => {
    const { challenges } = watched(database())
    const [guessed, ...records] = await made(challenges, 3)
    const wrong = `code:${nanoid()}`
    await challenges.save(aChange(guessed!.challenge, { failures: [counted(wrong)] }))
    const saves = records.map(({ challenge }, index) => {
      const failures = [{ ...cleared(index === 0 ? wrong : `code:${nanoid()}`), refusedWhileLocked: true }]
      return challenges.save(aChange({ ...challenge, outcome: APPROVED }, { failures }))
    })
    const [locked, saved] = await Promise.all(saves)
    assert.equal(locked, 'locked')
    assert.deepEqual(asRecord(saved!).challenge.outcome, APPROVED)
  })

  test('a database that does not answer is told to each, and nothing is saved twice', async () => {
    const { challenges } = watched(database())
    const records = await made(challenges, 3)
    let asked = 0
    const cut = challengeStore({
      ...database(),
      async query<T>(text: string, params?: readonly Parameter[]): Promise<T[]> {
        asked++
        await database().query<T>(text, params)
        throw new DatabaseUnavailable('The connection was lost after the commit.')
      },
    })
    const saves = await Promise.allSettled(records.map((record, index) => cut.save(change(record, index))))
    assert.ok(saves.every((settled) => settled.status === 'rejected' && settled.reason instanceof DatabaseUnavailable))
    assert.equal(asked, 1)
    for (const { challenge } of records) assert.equal((await challenges.ledger(challenge.id)).length, 2)
  })
})

describe('beside other statements', { skip: withoutPostgres }, () => {
  const { database: instance } = onPostgres({ instances: 2 })

  test('a challenge that another statement has locked holds up no other', async () => {
    const challenges = challengeStore(instance())
    const records = await made(challenges, 5)
    const { id } = records[2]!.challenge
    const release = await holdRows(instance(1), 'select from challenges where id = $1 for update', [id])
    const saves = records.map((record, index) => challenges.save(change(record, index)))
    const [one, two, held, ...others] = saves
    const free = await Promise.all([one!, two!, ...others])
    assert.ok(free.every((saved) => asRecord(saved).challenge.version === 2))
    await release()
    const [last] = await Promise.allSettled([held!])
    // A lock that is not free in time is an outage.
    if (last.status === 'fulfilled') assert.equal(asRecord(last.value).challenge.version, 2)
    else assert.ok(last.reason instanceof DatabaseUnavailable, String(last.reason))
  })

  test('two instances that save the same challenges in other orders do not wait for each other', async () => {
    const [here, there] = [challengeStore(instance(0)), challengeStore(instance(1))]
    for (let round = 0; round < 10; round++) {
      const records = await made(here, 20)
      const owner = records.map(() => `owner:${nanoid()}`)
      const approved =
        (challenges: ChallengeStore) =>
        (record: ChallengeRecord): ReturnType<ChallengeStore['save']> =>
          challenges.save(aChange({ ...record.challenge, outcome: APPROVED }, { failures: [cleared(nanoid())], owner }))
      const results = await Promise.all([...records.map(approved(here)), ...records.toReversed().map(approved(there))])
      assert.deepEqual([results.filter((result) => result !== 'stale').length, results.length], [20, 40])
    }
  })
})
