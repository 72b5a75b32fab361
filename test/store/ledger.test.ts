import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeStore } from '../../src/store/challenges.ts'
import { onEachDatabase } from './each-database.ts'
import { aChallenge, created, someTerms } from './samples.ts'

onEachDatabase((database) => {
  test('nothing that is in the ledger is changed or taken out, by whatever mistake', async () => {
    const challenges = challengeStore(database())
    const challenge = aChallenge()
    await challenges.insert({ challenge, request: someTerms(), expiresIn: 300, idempotencyKey: null }, created)
    const before = await challenges.ledger(challenge.id)
    for (const mistake of [
      `update events set data = '{}'`,
      'update events set version = 7 where false',
      'delete from events',
      'truncate events',
    ])
      await assert.rejects(database().query(mistake), /The ledger is only ever added to/, mistake)
    assert.deepEqual(await challenges.ledger(challenge.id), before)
  })
})
