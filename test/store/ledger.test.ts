import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeStore } from '../../src/store/challenges.ts'
import { onEachDatabase } from './each-database.ts'
import { aChallenge, aCreation, aRequest } from './samples.ts'

onEachDatabase((database) => {
  test('no line of the ledger can be changed or deleted', async () => {
    const challenges = challengeStore(database())
    const challenge = aChallenge()
    await challenges.insert(
      { challenge, request: aRequest(), expiresIn: 300, idempotency: null, slot: null },
      aCreation,
    )
    const before = await challenges.ledger(challenge.id)
    for (const mistake of [
      `update challenge_events set data = '{}'`,
      'update challenge_events set version = 7 where false',
      'delete from challenge_events',
      'truncate challenge_events',
    ])
      await assert.rejects(database().query(mistake), /The ledger is only ever added to/, mistake)
    assert.deepEqual(await challenges.ledger(challenge.id), before)
  })
})
