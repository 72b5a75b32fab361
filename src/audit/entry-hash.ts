import { createHash } from 'node:crypto'
import type { AuditRow } from '../store/audit-log.ts'

/** The hash before the first entry. */
export const NO_HASH = '0'.repeat(64)

/** As the database computes it: drizzle/, "chain_audit_entry". */
export function entryHash(row: AuditRow): string {
  const { previousHash, sequence, at, actor, action, target, reason, detail } = row
  const lines = [previousHash, sequence, at, actor, action, target, JSON.stringify(reason), detail]
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}
