// Whether the audit log is what was appended to it: each entry unchanged and behind the one before, none missing between
// the beginning, or what retention has deleted, and the newest.

import type { AuditRow, AuditSnapshot, ChainLink } from '../store/audit-log.ts'
import { entryHash, NO_HASH } from './entry-hash.ts'

/** An entry as an earlier export has it, which is compared with the log of today. */
export type KnownEntry = Pick<AuditRow, 'sequence' | 'hash'>

export type Verified = { entries: number; faults: string[] }

export async function verifyChain(
  { swept, newest, rows }: AuditSnapshot,
  known: readonly KnownEntry[] = [],
): Promise<Verified> {
  const faults: string[] = []
  const exported = new Map(known.map(({ sequence, hash }) => [sequence, hash]))
  let last: ChainLink = swept ?? { sequence: 0, hash: NO_HASH }
  let entries = 0
  for await (const row of rows) {
    if (row.sequence > last.sequence + 1) faults.push(missing(last.sequence + 1, row.sequence - 1))
    else if (row.previousHash !== last.hash)
      faults.push(`Entry ${row.sequence} does not follow entry ${last.sequence}.`)
    if (entryHash(row) !== row.hash) faults.push(`Entry ${row.sequence} was changed.`)
    const before = exported.get(row.sequence)
    if (before !== undefined && before !== row.hash)
      faults.push(`Entry ${row.sequence} is another one than in the export.`)
    last = row
    entries++
  }
  if (newest.sequence > last.sequence) faults.push(missing(last.sequence + 1, newest.sequence))
  else if (newest.hash !== last.hash) faults.push(`Entry ${last.sequence} is not the one that was appended last.`)
  const lost = known.filter(({ sequence }) => sequence > newest.sequence)
  if (lost.length > 0) faults.push(`${missing(lost[0]!.sequence, lost.at(-1)!.sequence)} The export has them.`)
  return { entries, faults }
}

function missing(first: number, last: number): string {
  return first === last ? `Entry ${first} is missing.` : `Entries ${first} to ${last} are missing.`
}
