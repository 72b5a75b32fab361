// The table of authenticator apps, recovery codes and the operators' phones.

import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import type { FactorId, FactorStatus, StoredFactorType } from '../domain/factor.ts'
import { time } from './schema.ts'

/** What is secret in them is encrypted with the row's id as associated data. */
export const factors = pgTable(
  'factors',
  {
    id: text('id').$type<FactorId>().primaryKey(),
    serviceId: text('service_id').notNull(),
    type: text('type').$type<StoredFactorType>().notNull(),
    /** The app's own name for the person. */
    subject: text('subject').notNull(),
    label: text('label'),
    status: text('status').$type<FactorStatus>().notNull(),
    ciphertext: text('ciphertext').notNull(),
    /** Which of the secrets the encryption key was derived from. */
    secretId: text('secret_id').notNull(),
    /** The newest time step that was accepted. */
    lastStep: bigint('last_step', { mode: 'number' }),
    /** Bit n is set once recovery code n has been used. */
    usedCodes: integer('used_codes').notNull().default(0),
    /** Wrong codes in a row. */
    failures: integer('failures').notNull().default(0),
    lockedUntil: time('locked_until'),
    createdAt: time('created_at').notNull().defaultNow(),
    confirmedAt: time('confirmed_at'),
    lastUsedAt: time('last_used_at'),
  },
  (table) => [
    index('factors_subject').on(table.serviceId, table.subject),
    index('factors_secret_id').on(table.secretId),
  ],
)
