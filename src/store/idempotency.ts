// What became of a request that bore an `Idempotency-Key`.

import type { ChallengeId } from '../domain/challenge.ts'
import type { Database } from './database.ts'

export type Begun =
  | { type: 'first' }
  | { type: 'replay'; body: unknown }
  | { type: 'in_hand' }
  | { type: 'mismatch' }
  /** Its instance died after it had made the challenge and before it could answer. */
  | { type: 'orphan'; challengeId: ChallengeId }

export type IdempotencyStore = {
  /** Fingerprint: a hash of the request's body. */
  begin(serviceId: string, key: string, fingerprint: string): Promise<Begun>
  /** The answer comes back from `replay` as it went in. It is kept for a day: no code and no token may be in it. */
  finish(serviceId: string, key: string, challengeId: ChallengeId, body: unknown): Promise<void>
  /** The request came to nothing and may be sent again. Does nothing once a challenge has been made. */
  abandon(serviceId: string, key: string): Promise<void>
  /** Forgets what is older than a day. */
  sweep(): Promise<void>
}

export function idempotencyStore({ query }: Database): IdempotencyStore {
  return {
    async begin(serviceId, key, fingerprint) {
      const [taken] = await query<Taken>(BEGIN, [serviceId, key, fingerprint])
      if (taken) return taken.challengeId ? { type: 'orphan', challengeId: taken.challengeId } : { type: 'first' }
      const [found] = await query<Found>(FIND, [serviceId, key])
      // Abandoned between the two statements: its request is only just ending.
      if (!found) return { type: 'in_hand' }
      if (found.fingerprint !== fingerprint) return { type: 'mismatch' }
      return found.body === null ? { type: 'in_hand' } : { type: 'replay', body: JSON.parse(found.body) }
    },

    async finish(serviceId, key, challengeId, body) {
      await query(FINISH, [serviceId, key, challengeId, JSON.stringify(body)])
    },

    async abandon(serviceId, key) {
      await query('delete from idempotency where service_id = $1 and key = $2 and challenge_id is null', [
        serviceId,
        key,
      ])
    },

    async sweep() {
      await query(SWEEP)
    },
  }
}

type Taken = { challengeId: ChallengeId | null }
type Found = { fingerprint: string; body: string | null }

// New, or taken over from a request that has been in hand for longer than any answer takes. A second statement reads
// what stands there otherwise.
const BEGIN = `
  insert into idempotency (service_id, key, fingerprint) values ($1, $2, $3)
  on conflict (service_id, key) do update set held_at = now()
    where idempotency.fingerprint = excluded.fingerprint
      and idempotency.body is null
      and idempotency.held_at < now() - interval '15 seconds'
  returning challenge_id as "challengeId"`

const FIND = 'select fingerprint, body from idempotency where service_id = $1 and key = $2'

const FINISH = `
  update idempotency set challenge_id = $3, body = $4
  where service_id = $1 and key = $2 and body is null and (challenge_id is null or challenge_id = $3)`

const SWEEP = `
  delete from idempotency where ctid = any (array(
    select ctid from idempotency where created_at < now() - interval '24 hours' limit 10000 for update skip locked))`
