import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeStore } from '../../src/store/challenges.ts'
import { onEachDatabase } from './each-database.ts'
import { aChallenge, aChange, aCreation, aDelivery, aRequest, asRecord } from './samples.ts'

onEachDatabase((database) => {
  const challenges = () => challengeStore(database())

  async function inserted() {
    const challenge = aChallenge()
    const created = { challenge, request: aRequest(), expiresIn: 300, idempotency: null, slot: null }
    return asRecord(await challenges().insert(created, aCreation))
  }

  test('no line of the ledger can be changed or deleted', async () => {
    const { challenge } = await inserted()
    const before = await challenges().ledger(challenge.id)
    for (const mistake of [
      `update challenges set ledger = replace(ledger, 'created', 'canceled')`,
      `update challenges set ledger = 'and before ' || ledger`,
      `update challenges set ledger = ''`,
      'truncate challenges',
    ])
      await assert.rejects(database().query(mistake), /The ledger is only ever added to/, mistake)
    await assert.rejects(database().query('delete from challenge_events'))
    assert.deepEqual(await challenges().ledger(challenge.id), before)
  })

  test('each version has its line, with its delivery, the time by the database and the facts as they were given', async () => {
    const before = await inserted()
    const second = aDelivery()
    const next = { ...before.challenge, deliveries: [...before.challenge.deliveries, second] }
    const facts = { why: 'a "quoted"\nand broken line \\ [0,', none: null, right: true, turn: 2 }
    const after = asRecord(
      await challenges().save(aChange(next, { before, entry: { type: 'changed', delivery: second.id, facts } })),
    )
    const lines = await challenges().ledger(next.id)
    assert.deepEqual(
      lines.map(({ version, type, delivery }) => [version, type, delivery]),
      [
        [1, 'created', null],
        [2, 'changed', second.id],
      ],
    )
    assert.deepEqual(
      lines.map((line) => line.facts),
      [aCreation.entry.facts, facts],
    )
    assert.deepEqual(
      lines.map(({ at }) => at),
      [before.createdAt, after.challenge.deliveries[1]!.createdAt],
    )
  })
})
