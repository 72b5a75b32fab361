// Who may sign in to the console, and who is signed in. The second factor stands among the factors, under CONSOLE_SERVICE.

import { index, pgTable, text } from 'drizzle-orm/pg-core'
import type { ChallengeId } from '../domain/challenge.ts'
import type { FactorId } from '../domain/factor.ts'
import { time } from './schema.ts'

/** Stands where the factors of an app's people have its service. No service has this id. */
export const CONSOLE_SERVICE = 'console'

/** `viewer`: may look. `operator`: may act. */
export type OperatorRole = 'viewer' | 'operator'

/** `password`: the password was right, and nothing is open yet. */
export type SessionStage = 'password' | 'signed_in'

export const operators = pgTable('operators', {
  name: text('name').primaryKey(),
  role: text('role').$type<OperatorRole>().notNull(),
  passwordHash: text('password_hash').notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
  signedInAt: time('signed_in_at'),
  disabledAt: time('disabled_at'),
})

export const operatorSessions = pgTable(
  'operator_sessions',
  {
    /** Of the id in the cookie. */
    idHash: text('id_hash').primaryKey(),
    operator: text('operator').notNull(),
    /** The account's when it was opened. It holds no longer than that, also where a reset could not see it to delete it. */
    passwordHash: text('password_hash').notNull(),
    /** The call that is to be the second proof; `null`: none was asked for. */
    challengeId: text('challenge_id').$type<ChallengeId>(),
    stage: text('stage').$type<SessionStage>().notNull(),
    /** By which it was signed in. It holds no longer than that counts, also where a removal could not see it to delete it. */
    factorId: text('factor_id').$type<FactorId>(),
    createdAt: time('created_at').notNull().defaultNow(),
    usedAt: time('used_at').notNull().defaultNow(),
  },
  (table) => [index('operator_sessions_created_at').on(table.createdAt)],
)
