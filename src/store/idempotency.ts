// The requests that bore an `Idempotency-Key`, and their answers.

import { and, eq, isNull, or, sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { Database } from './database.ts'
import { ForeignRow } from './database-errors.ts'
import { execute, openOrm, statement } from './orm.ts'
import { idempotency } from './schema.ts'
import { OF_BATCH, untilNoneLeft } from './sweep.ts'

export type BeginResult =
  | { type: 'first' }
  | { type: 'replay'; body: unknown }
  | { type: 'in_progress' }
  | { type: 'mismatch' }
  /** Its instance died after it had made the challenge and before it could answer. */
  | { type: 'unanswered'; challengeId: ChallengeId }

export type IdempotencyStore = {
  /** Fingerprint: a hash of the request's body. */
  begin(serviceId: string, key: string, fingerprint: string): Promise<BeginResult>
  /** The answer comes back from `replay` as it went in. It is kept for a day: no code and no token may be in it. */
  finish(serviceId: string, key: string, challengeId: ChallengeId, body: unknown): Promise<void>
  /** The request made nothing and may be sent again. Does nothing once a challenge has been made. */
  abandon(serviceId: string, key: string): Promise<void>
  /** Deletes what is older than a day. */
  sweep(): Promise<void>
}

export function idempotencyStore(database: Database): IdempotencyStore {
  const orm = openOrm(database)
  const value = sql.placeholder
  const isKey = and(eq(idempotency.serviceId, value('serviceId')), eq(idempotency.key, value('key')))

  // New, or taken over from a request that has been in progress for longer than any answer takes.
  const claim = orm
    .insert(idempotency)
    .values({ serviceId: value('serviceId'), key: value('key'), fingerprint: value('fingerprint') })
    .onConflictDoUpdate({
      target: [idempotency.serviceId, idempotency.key],
      set: { claimedAt: sql`now()` },
      setWhere: sql`${idempotency.fingerprint} = excluded.fingerprint and ${idempotency.body} is null
        and ${idempotency.claimedAt} < now() - interval '${sql.raw(String(DEADLINES.idempotencyClaim / 1000))} seconds'`,
    })
    .returning({ key: idempotency.key, challengeId: idempotency.challengeId })
    .prepare('claim_idempotency_key')
  const find = orm
    .select({ key: idempotency.key, fingerprint: idempotency.fingerprint, body: idempotency.body })
    .from(idempotency)
    .where(isKey)
    .prepare('find_idempotency_key')
  const finish = orm
    .update(idempotency)
    .set({ challengeId: sql`${value('challengeId')}`, body: sql`${value('body')}` })
    .where(
      and(
        isKey,
        isNull(idempotency.body),
        or(isNull(idempotency.challengeId), eq(idempotency.challengeId, value('challengeId'))),
      ),
    )
    .prepare('finish_idempotency_key')
  const abandon = orm
    .delete(idempotency)
    .where(and(isKey, isNull(idempotency.challengeId)))
    .prepare('abandon_idempotency_key')

  return {
    async begin(serviceId, key, fingerprint) {
      const [claimed] = await execute(claim, { serviceId, key, fingerprint })
      if (claimed) {
        if (claimed.key !== key) throw new ForeignRow()
        return claimed.challengeId ? { type: 'unanswered', challengeId: claimed.challengeId } : { type: 'first' }
      }
      const [found] = await execute(find, { serviceId, key })
      // Abandoned between the two statements: its request is only just ending.
      if (!found) return { type: 'in_progress' }
      if (found.key !== key) throw new ForeignRow()
      if (found.fingerprint !== fingerprint) return { type: 'mismatch' }
      return found.body === null ? { type: 'in_progress' } : { type: 'replay', body: JSON.parse(found.body) }
    },

    async finish(serviceId, key, challengeId, body) {
      await execute(finish, { serviceId, key, challengeId, body: JSON.stringify(body) })
    },

    async abandon(serviceId, key) {
      await execute(abandon, { serviceId, key })
    },

    sweep: () => untilNoneLeft((batch) => sweep(database, batch)),
  }
}

const sweep = statement(sql`
  delete from ${idempotency} where ctid = any (array(
    select ctid from ${idempotency} where created_at < now() - interval '24 hours'
    order by created_at ${OF_BATCH} for update skip locked))
  returning key`)
