// The tables of the audit log. A trigger of the migration numbers, dates and hashes each entry, so that the chain holds
// through every instance and command, and refuses to change one.

import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { time } from './schema.ts'

export type AuditAction =
  | 'number.blocked'
  | 'number.allowed'
  | 'number.unlisted'
  | 'number.opted_out'
  | 'number.opted_in'
  | 'number.unblocked'
  | 'guard.lifted'
  | 'webhooks.sent_again'
  | 'challenge.read'
  | 'service.created'
  | 'service.changed'
  | 'service.deleted'
  | 'service.webhook_secret_drawn'
  | 'key.created'
  | 'key.rotated'
  | 'key.deleted'
  | 'operator.added'
  | 'operator.disabled'
  | 'operator.reset'
  | 'operator.signed_in'
  | 'operator.factor_added'
  | 'operator.factor_removed'
  /** A wrong password, of this operator or, without a target, of none. */
  | 'operator.password_refused'
  /** A code of the authenticator app that was not accepted. */
  | 'operator.code_refused'
  /** So many of them in a row that the app is locked for a while. */
  | 'operator.locked'
  /** A call that was to be the second proof was not placed, or did not end with the right code. */
  | 'operator.call_refused'
  | 'operator.call_failed'
  /** A whole number, to an operator on the console. */
  | 'number.shown'
  /** A viewer has sent a form that an operator alone may send. */
  | 'act.refused'
  /** The oldest entries were deleted: the chain now begins behind the one that this names. */
  | 'audit.swept'

export const auditLog = pgTable(
  'audit_log',
  {
    sequence: integer('sequence').primaryKey(),
    /** Whole milliseconds, so that what is read hashes as what was written. */
    at: time('at').notNull(),
    /** `cli:ada`, `service:svc_…`, `server`. */
    actor: text('actor').notNull(),
    action: text('action').$type<AuditAction>().notNull(),
    /** `number:<hash>`, `prefix:+8816`, an id; empty for none. */
    target: text('target').notNull(),
    reason: text('reason'),
    /** JSON, kept as text since its very characters are hashed. */
    detail: text('detail').notNull(),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [index('audit_log_target_at').on(table.target, table.at)],
)

/** One row: the newest entry. Appending locks it, which puts the entries in one order. */
export const auditHead = pgTable('audit_head', {
  id: integer('id').primaryKey(),
  sequence: integer('sequence').notNull(),
  hash: text('hash').notNull(),
})
