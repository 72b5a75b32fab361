// Saves changed challenges, those that are saved at once by one statement.

import { batched } from './batching.ts'
import { isBatched, saveTogether } from './challenge-batch.ts'
import { keepsChargeOf, savedValues } from './challenge-parameters.ts'
import { savedRecord } from './challenge-record.ts'
import type { Saved } from './challenge-statements.ts'
import * as statements from './challenge-statements.ts'
import type { Database } from './database.ts'
import { ForeignRow, isLostRace, mayBeOfOneOfSeveral, NotExecuted } from './database-errors.ts'
import { failureRows, isFailureRace } from './failure-counters.ts'
import { refundValues } from './rate-limits.ts'
import type { ChallengeRecord, SaveChallenge } from './types.ts'
import { gateValues, openWrongGateCounters, WRONG_GATES } from './wrong-gates.ts'

/**
 * `stale`: read again and decide again. `locked`: after its failures. `gates_used_up`: with these wrong keys the number has
 * had too many, and their call would go on.
 */
type NotSaved = 'stale' | 'locked' | 'gates_used_up'
export type SaveOne = (change: SaveChallenge) => Promise<ChallengeRecord | NotSaved>

export function challengeSave(database: Database): SaveOne {
  const alone = saveAlone(database)
  const save = batched<SaveChallenge, ChallengeRecord | NotSaved>({
    alone,
    async together(changes) {
      const rows = new Map((await saveTogether(database, changes)).map((row) => [row.id, row]))
      const saved = changes.map((change) => {
        const row = rows.get(change.next.id)
        return row && recordSaved(change, row)
      })
      if (saved.filter(Boolean).length !== rows.size) throw new ForeignRow()
      return saved
    },
    mayBeOfOne: mayBeOfOneOfSeveral,
    keysOf: ({ next }) => [next.id],
  })
  return (change) => (isBatched(change) ? save(change) : alone(change))
}

function saveAlone(database: Database): SaveOne {
  return async (change) => {
    const { callOver, withoutPage, refund, gateEntry, failures, owner } = change
    const values = savedValues(change)
    const known = ([row]: Saved[]) => (row ? recordSaved(change, row) : 'stale')
    if (gateEntry) {
      const wrongBefore = gateEntry.isRight ? 0 : await openWrongGateCounters(database, gateEntry)
      if (gateEntry.callGoesOn && wrongBefore + 1 >= WRONG_GATES) return 'gates_used_up'
      return known(await statements.saveGateEntry(change)(database, { ...values, ...gateValues(gateEntry) }))
    }
    if (failures.length > 0) {
      const counted = { ...values, failures: JSON.stringify(failureRows(failures)), owner: JSON.stringify(owner) }
      const counting = failures.some(({ failed }) => failed) ? statements.saveFailure : statements.saveSuccess
      const row = await repeated(() => counting(change)(database, counted))
      if (row.lockedKey !== null) return 'locked'
      return row.id === null ? 'stale' : known([row])
    }
    if (refund.length > 0)
      return known(await statements.saveWithRefund(change)(database, { ...values, ...refundValues(refund) }))
    const ended = withoutPage ? statements.saveWithoutPage : statements.save
    const plain = callOver ? statements.saveCallOver : ended
    return known(await plain(change)(database, values))
  }
}

/** So often another statement may take the last of something between two tries, or the sweep delete a counter. */
const TRIES = 10

/** While other statements take the last of what this one was to take: nothing of it has happened. It has one row in any case. */
export async function repeated<Row>(statement: () => Promise<Row[]>): Promise<Row> {
  for (let tries = 1; ; tries++) {
    try {
      const [row] = await statement()
      if (!row) throw new ForeignRow()
      return row
    } catch (error) {
      if (!(isLostRace(error) || isFailureRace(error))) throw error
      if (tries === TRIES) throw new NotExecuted('Other statements were quicker each time.', { cause: error })
    }
  }
}

function recordSaved(change: SaveChallenge, row: Saved): ChallengeRecord {
  return recordAfter(change, row, keepsChargeOf(change) ? change.before.charge : null)
}

export function recordAfter(
  { before, next }: SaveChallenge,
  row: Saved,
  charge: ChallengeRecord['charge'],
): ChallengeRecord {
  if (row.id !== next.id) throw new ForeignRow()
  return savedRecord(before, next, row.at, charge)
}
