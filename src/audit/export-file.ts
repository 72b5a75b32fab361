// An export is a line of JSON for each entry, oldest first.

import type { AuditRow } from '../store/audit-log.ts'
import { entryHash } from './entry-hash.ts'

export function exportLine(row: AuditRow): string {
  return JSON.stringify(row)
}

/** Throws with a sentence when a line is none of an export, or was changed. */
export function readExport(text: string): AuditRow[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const row = parsed(line)
      if (row === null) throw new Error(`Line ${index + 1} of the export is no entry of an audit log.`)
      if (entryHash(row) !== row.hash) throw new Error(`Entry ${row.sequence} of the export was changed.`)
      return row
    })
}

function parsed(line: string): AuditRow | null {
  try {
    const row = JSON.parse(line)
    return Number.isInteger(row?.sequence) && typeof row.hash === 'string' ? row : null
  } catch {
    return null
  }
}
