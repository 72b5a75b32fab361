// Many read at once, which the store does with few statements: each gets what it asked for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChallengeStore } from '../../src/store/challenges.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import type { Database, Parameter } from '../../src/store/database.ts'
import { DatabaseUnavailable, ForeignRow } from '../../src/store/database-errors.ts'
import { onEachDatabase } from './each-database.ts'
import { aChallenge, aChange, aCreation, aRequest, asRecord } from './samples.ts'

const inserted = async (challenges: ChallengeStore, details: string | null = null) => {
  const made = { challenge: aChallenge(), request: { ...aRequest(), details } }
  return asRecord(await challenges.insert({ ...made, expiresIn: 300, idempotency: null, slot: null }, aCreation))
}

/** The database, and the statements that it is sent. */
function watched(database: Database) {
  const sent: string[] = []
  const query = <T>(text: string, params?: readonly Parameter[]) => {
    sent.push(text)
    return database.query<T>(text, params)
  }
  return { challenges: challengeStore({ ...database, query }), sent: () => sent.splice(0) }
}

onEachDatabase((database) => {
  test('twenty who read at once get their own challenges, and none where there is none', async () => {
    const { challenges, sent } = watched(database())
    const records = await Promise.all(Array.from({ length: 19 }, (_, index) => inserted(challenges, `no. ${index}`)))
    sent()
    const ids = [...records.map(({ challenge }) => challenge.id), 'chl_none']
    const found = await Promise.all([...ids, ...ids].map(challenges.find))
    assert.equal(sent().length, 1)
    const details = records.map(({ request }) => request.details)
    const seen = found.map((record) => record?.request.details ?? null)
    assert.deepEqual(seen, [...details, null, ...details, null])
  })

  test('of twenty that are refreshed at once those that have changed are to be read', async () => {
    const { challenges, sent } = watched(database())
    const records = await Promise.all(Array.from({ length: 20 }, () => inserted(challenges)))
    const changed = records.filter((_, index) => index % 3 === 0)
    await Promise.all(changed.map(({ challenge }) => challenges.save(aChange(challenge))))
    sent()
    const now = await Promise.all(records.map(challenges.refresh))
    assert.equal(sent().length, 1)
    assert.deepEqual(
      now.map((record) => record?.challenge ?? null),
      records.map((record) => (changed.includes(record) ? null : record.challenge)),
    )
  })

  test('what is read is as it was when it was asked for, or later', async () => {
    const { challenges } = watched(database())
    let { challenge } = await inserted(challenges)
    for (let round = 0; round < 20; round++) {
      const earlier = Array.from({ length: 5 }, () => challenges.find(challenge.id))
      challenge = asRecord(await challenges.save(aChange(challenge))).challenge
      const found = await Promise.all([challenges.find(challenge.id), challenges.find(challenge.id)])
      for (const record of found) assert.equal(record!.challenge.version, challenge.version)
      await Promise.all(earlier)
    }
  })

  test('a row that can not be read fails alone', async () => {
    const { challenges } = watched(database())
    const records = await Promise.all(Array.from({ length: 3 }, () => inserted(challenges)))
    const [good, bad, other] = records.map(({ challenge }) => challenge.id)
    await database().query(`update challenges set expires_at = 'infinity' where id = $1`, [bad!])
    const found = await Promise.allSettled([good!, bad!, other!].map(challenges.find))
    assert.deepEqual(
      found.map((settled) => (settled.status === 'fulfilled' ? settled.value?.challenge.id : 'failed')),
      [good, 'failed', other],
    )
    await database().query('delete from challenges where id = $1', [bad!])
  })

  test('an answer that lacks one of those asked for, or has another, is for none of them', async () => {
    const { challenges } = watched(database())
    const [one, other] = await Promise.all([inserted(challenges), inserted(challenges)])
    const foreign = <T>(rows: T[]) => rows.slice(1)
    const mixed = challengeStore({
      ...database(),
      query: async <T>(text: string, params?: readonly Parameter[]) => foreign(await database().query<T>(text, params)),
    })
    const read = [one.challenge.id, other.challenge.id].map(mixed.find)
    const refreshed = [one, other].map(mixed.refresh)
    for (const settled of await Promise.allSettled([...read, ...refreshed]))
      assert.ok(settled.status === 'rejected' && settled.reason instanceof ForeignRow)
  })

  test('a database that does not answer is told to each', async () => {
    const unavailable = new DatabaseUnavailable('The database did not answer in time.')
    let asked = 0
    const challenges = challengeStore({
      ...database(),
      async query() {
        asked++
        throw unavailable
      },
    })
    const reads = await Promise.allSettled(['chl_1', 'chl_2', 'chl_3'].map(challenges.find))
    assert.ok(reads.every((settled) => settled.status === 'rejected' && settled.reason === unavailable))
    assert.equal(asked, 1)
  })
})
