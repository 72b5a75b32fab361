// The requests that bore an `Idempotency-Key`, and their answers.

import { and, eq, isNull, sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { Database } from './database.ts'
import { ForeignRow } from './database-errors.ts'
import { execute, openOrm } from './orm.ts'
import { idempotency } from './schema.ts'
import { batchSweep, deletionOf } from './sweep.ts'

/** Fingerprint: a hash of the request's body. The challenge that takes the key is tied to it (challenges.ts). */
export type IdempotencyClaim = { key: string; fingerprint: string }

export type KnownKey =
  | { type: 'replay'; body: unknown }
  | { type: 'in_progress' }
  | { type: 'mismatch' }
  /** Its instance died after it had made the challenge and before it could answer: who asks now answers in its place. */
  | { type: 'unanswered'; challengeId: ChallengeId }

export type IdempotencyStore = {
  /** What has become of the key; `null`: no challenge has taken it. `fingerprints`: of one body, under several secrets. */
  find(serviceId: string, key: string, fingerprints: readonly string[]): Promise<KnownKey | null>
  /** The answer comes back from `replay` as it went in. It is kept for a day: no code and no token may be in it. */
  finish(serviceId: string, key: string, challengeId: ChallengeId, body: unknown): Promise<void>
  /** Deletes what is older than a day. */
  sweep(): Promise<void>
}

export function idempotencyStore(database: Database): IdempotencyStore {
  const orm = openOrm(database)
  const value = sql.placeholder
  const isKey = and(eq(idempotency.serviceId, value('serviceId')), eq(idempotency.key, value('key')))

  const find = orm
    .select({
      key: idempotency.key,
      fingerprint: idempotency.fingerprint,
      body: idempotency.body,
    })
    .from(idempotency)
    .where(isKey)
    .prepare('find_idempotency_key')
  // Of several who ask, one answers.
  const takeOver = orm
    .update(idempotency)
    .set({ claimedAt: sql`now()` })
    .where(
      and(
        isKey,
        isNull(idempotency.body),
        sql`${idempotency.claimedAt} < now() - interval '${sql.raw(String(DEADLINES.idempotencyClaim / 1000))} seconds'`,
      ),
    )
    .returning({ key: idempotency.key, challengeId: idempotency.challengeId })
    .prepare('take_over_idempotency_key')
  const finish = orm
    .update(idempotency)
    .set({ body: sql`${value('body')}` })
    .where(and(isKey, isNull(idempotency.body), eq(idempotency.challengeId, value('challengeId'))))
    .prepare('finish_idempotency_key')

  return {
    async find(serviceId, key, fingerprints) {
      const [found] = await execute(find, { serviceId, key })
      if (!found) return null
      if (found.key !== key) throw new ForeignRow()
      if (!fingerprints.includes(found.fingerprint)) return { type: 'mismatch' }
      if (found.body !== null) return { type: 'replay', body: JSON.parse(found.body) }
      const [taken] = await execute(takeOver, { serviceId, key })
      if (!taken) return { type: 'in_progress' }
      if (taken.key !== key) throw new ForeignRow()
      return { type: 'unanswered', challengeId: taken.challengeId }
    },

    async finish(serviceId, key, challengeId, body) {
      await execute(finish, { serviceId, key, challengeId, body: JSON.stringify(body) })
    },

    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

const sweep = deletionOf(idempotency, sql`created_at < now() - interval '24 hours'`, sql`created_at, service_id, key`)
