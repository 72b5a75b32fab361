// One key, one challenge: a creation that is sent again gets the answer of the first, and places no call.

import type { Challenges } from '../challenges/challenges.ts'
import { beforeSaveDeadline } from '../challenges/save-deadline.ts'
import type { Logger } from '../log/logger.ts'
import type { IdempotencyClaim, IdempotencyStore } from '../store/idempotency.ts'
import type { ChallengeRecord, Service } from '../store/types.ts'
import { type Clock, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import { type ChallengeView, challengeView, shownPhrase } from './challenge-view.ts'
import { invalid, isRefused, type Refused } from './problems.ts'

type Parts = { challenges: Challenges; idempotency: Omit<IdempotencyStore, 'sweep'>; clock: Clock; log: Logger }
/** `fingerprints`: of the body, under each secret. */
type Asked = { service: Service; key: string; fingerprints: string[]; arrivedAt: number }
type Created = { answer: ChallengeView; replayed: boolean }

/** The key is looked up only when nothing was created: the statement that creates the challenge takes it. */
export async function createOnce(
  { challenges, idempotency, clock, log }: Parts,
  { service, key, fingerprints, arrivedAt }: Asked,
  create: (claim: IdempotencyClaim) => Promise<ChallengeRecord | Refused>,
): Promise<Created | Refused> {
  const inTime = <T>(work: () => Promise<T>) => beforeSaveDeadline(clock, arrivedAt, work)
  // Kept under the newest secret; a retry across a rotation is known by an older one.
  const created = await create({ key, fingerprint: fingerprints[0]! })
  if (!isRefused(created)) return finish(created)
  const known = await inTime(() => idempotency.find(service.id, key, fingerprints))
  switch (known?.type) {
    case undefined:
      return created
    case 'in_progress':
      return { refused: 'conflict', detail: 'The first request with this Idempotency-Key is in progress.' }
    case 'mismatch':
      return invalid('Idempotency-Key', 'This key came with another body before')
    case 'replay':
      return again(known.body as ChallengeView)
    case 'unanswered': {
      const record = await inTime(() => challenges.find(known.challengeId))
      return record ? { ...(await finish(record)), replayed: true } : GONE
    }
  }

  /** The app is told what was done, in time, whether this is kept or not. Unkept, the key still leads to its challenge. */
  async function finish(record: ChallengeRecord): Promise<Created> {
    const answer = challengeView(record)
    const kept = idempotency
      .finish(service.id, key, record.challenge.id, answer)
      .catch((err: Error) => log.warn({ err }, 'idempotent answer not kept'))
    await withTimeout(clock, DEADLINES.keepAnswer, kept, undefined)
    return { answer: withSecrets(challenges, record, answer), replayed: false }
  }

  async function again(answer: ChallengeView): Promise<Created | Refused> {
    const record = await inTime(() => challenges.find(answer.id))
    return record ? { answer: withSecrets(challenges, record, answer), replayed: true } : GONE
  }
}

const GONE: Refused = { refused: 'conflict', detail: 'The challenge of this Idempotency-Key is no longer kept.' }

/** Only the creation's answer bears the page token. Neither it nor the code is kept: both are derived anew. */
export function withSecrets(challenges: Challenges, record: ChallengeRecord, answer: ChallengeView): ChallengeView {
  const shown = answer.flow === 'keypad_code' && answer.status === 'pending'
  return {
    ...answer,
    page_token: challenges.secrets.pageToken(record),
    ...shownPhrase(record, challenges),
    ...(shown && { display_code: challenges.secrets.code(record) }),
  }
}

/** The same text for the same JSON with its fields in another order. Only for JSON that a schema has found to be shallow. */
export function canonical(json: unknown): string {
  return JSON.stringify(json, (_, value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
