// Accounts that have proved their number, in memory, by the same rules as the statements of src/store/number-owners.ts.

import type { NumberOwners } from '../../src/store/number-owners.ts'

const KEPT_MS = 180 * 86_400_000

export type MemoryOwners = NumberOwners & {
  /** Within a statement: the rows that hold for the one who asks. */
  applying<Row extends { ofOwner?: boolean }>(rows: readonly Row[], owner: readonly string[]): Row[]
  /** Within a statement: whether the account that asks has proved the number. */
  hasProved(owner: readonly string[]): boolean
  /** Within the statement that saves an approval. */
  prove(owner: readonly string[]): void
}

export function memoryOwners(now: () => number): MemoryOwners {
  const ends = new Map<string, number>()
  const isProved = (owner: readonly string[]) => owner.some((key) => (ends.get(key) ?? 0) > now())
  return {
    proved: async (owner) => isProved(owner),
    hasProved: isProved,
    applying(rows, owner) {
      const proved = isProved(owner)
      return rows.filter(({ ofOwner }) => ofOwner === undefined || ofOwner === proved)
    },
    prove(owner) {
      for (const key of owner) ends.set(key, now() + KEPT_MS)
    },
    async sweep() {
      for (const [key, endsAt] of ends) if (endsAt < now()) ends.delete(key)
    },
  }
}
