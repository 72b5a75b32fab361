// An unblock while wrong codes are counted that put a rule: each locks the failures before the rules.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { challengeStore } from '../../src/store/challenges.ts'
import { numberRuleStore } from '../../src/store/number-rules.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { aChallenge, aChange, aCreation, aRequest, anAct, asRecord } from './samples.ts'
import { onPostgres } from './test-databases.ts'

const RULE = { first: 99, every: 99, seconds: 1, longest: 1, jitter: 0, forgottenAfter: 999, disablesAt: 1 }
const KEYS = ['code:a', 'code:b', 'code:c']

describe('on a Postgres server', { skip: withoutPostgres }, () => {
  const { database } = onPostgres()

  test('an unblock and wrong codes of one number do not wait for each other', async () => {
    const store = challengeStore(database())
    const keys = KEYS.map((key) => ({ key, secretId: 's1', ciphertext: 'x' }))
    const failures = [{ ...RULE, keys, failed: true, refusedWhileLocked: false }]
    const created = { request: aRequest(), expiresIn: 300, idempotency: null, slot: null }
    async function fail(): Promise<void> {
      const { challenge } = asRecord(await store.insert({ challenge: aChallenge(), ...created }, aCreation))
      assert.ok(await store.save(aChange(challenge, { failures })))
    }
    await fail()
    await database().session(async (query) => {
      await query('begin', [])
      await query('select from failure_counters where key = $1 for update', [KEYS[0]!])
      const unblocked = numberRuleStore(database())
        .unblock({ keys: [], failures: KEYS, gates: [] }, anAct)
        .catch(() => null)
      const waiting = 'select from pg_locks where not granted and pid <> pg_backend_pid()'
      while ((await query(waiting, [])).length === 0);
      const rules = await query("select from number_rules where key like 'code:%' for update nowait", [])
      assert.equal(rules.length, KEYS.length)
      await query('rollback', [])
      await unblocked
    })
  })
})
