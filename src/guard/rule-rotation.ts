// While SECRET is rotated, rules for numbers get a key under every listed secret, and lose those under secrets that are listed
// no more once they have another: so none is lost with the old secret.

import { secretId } from '../domain/one-time-codes.ts'
import { DatabaseUnavailable } from '../store/database-errors.ts'
import type { NumberRules } from '../store/number-rules.ts'
import { throwAll } from '../store/sweep.ts'
import { otherKeys } from './rule-keys.ts'

const BATCH = 200

export function createRuleRotation(
  store: Pick<NumberRules, 'lacking' | 'addKey' | 'deleteKeysOfOthers'>,
  secrets: readonly string[],
): () => Promise<void> {
  const listed = secrets.map(secretId)
  return async () => {
    const failures: unknown[] = []
    for (let after = ''; ; ) {
      const rules = await store.lacking(listed, after, BATCH)
      for (const { ruleId, ...known } of rules) {
        after = ruleId
        try {
          for (const added of otherKeys(secrets, known)) await store.addKey(known.key, added)
        } catch (error) {
          if (error instanceof DatabaseUnavailable) throw error
          failures.push(error)
        }
      }
      if (rules.length < BATCH) break
    }
    await store.deleteKeysOfOthers(listed)
    throwAll(failures)
  }
}
