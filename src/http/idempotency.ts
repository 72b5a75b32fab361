// One key, one challenge: a creation that is sent again gives the answer that was lost, and dials nobody.

import { createHmac } from 'node:crypto'
import type { Engine } from '../engine/engine.ts'
import type { Service, Stored } from '../store/records.ts'
import { isRefused, type Refused } from './problems.ts'
import { type ChallengeView, view } from './view.ts'

/** What the store remembers of a key. */
export type Idempotency = {
  claim(serviceId: string, key: string, fingerprint: string): Promise<Claim>
  answer(serviceId: string, key: string, body: string): Promise<void>
  release(serviceId: string, key: string): Promise<void>
}

export type Claim =
  | { type: 'ours' }
  | { type: 'in_hand' }
  | { type: 'other_body' }
  | { type: 'done'; challengeId: string; body: string | null }

type Created = { answer: ChallengeView; replayed: boolean }

export async function createOnce(
  { engine, idempotency }: { engine: Engine; idempotency: Idempotency },
  asked: { service: Service; key: string; fingerprint: string },
  create: () => Promise<Stored | Refused>,
): Promise<Created | Refused> {
  const { service, key, fingerprint } = asked
  const claim = await idempotency.claim(service.id, key, fingerprint)
  if (claim.type === 'in_hand') return refuse('conflict', 'The first request with this Idempotency-Key is in hand.')
  if (claim.type === 'other_body') return refuse('invalid', 'This Idempotency-Key came with another body before.')
  if (claim.type === 'done') {
    const stored = await engine.find(claim.challengeId)
    if (!stored) return refuse('conflict', 'The challenge of this Idempotency-Key is no longer kept.')
    const answer = claim.body === null ? view(stored) : (JSON.parse(claim.body) as ChallengeView)
    return { answer: withSecrets(engine, stored, answer), replayed: true }
  }
  const created = await create()
  if (isRefused(created)) {
    await idempotency.release(service.id, key)
    return created
  }
  const answer = view(created)
  await idempotency.answer(service.id, key, JSON.stringify(answer))
  return { answer: withSecrets(engine, created, answer), replayed: false }
}

/** Only the creation's answer bears the page token. Neither it nor the code is kept: both are derived anew. */
export function withSecrets(engine: Engine, stored: Stored, answer: ChallengeView): ChallengeView {
  const shown = answer.flow === 'keypad_code' && answer.status === 'pending'
  return {
    ...answer,
    page_token: engine.secrets.pageToken(stored),
    ...(shown && { display_code: engine.secrets.code(stored) }),
  }
}

/** The same for the same JSON, whatever the order of its fields. Keyed, since a telephone number is soon guessed. */
export function fingerprint(apiKey: string, json: unknown): string {
  return createHmac('sha256', apiKey).update(canonical(json)).digest('hex')
}

/** Only for JSON that a schema has found to be shallow. */
function canonical(json: unknown): string {
  return JSON.stringify(json, (_, value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

function refuse(refused: 'conflict' | 'invalid', detail: string): Refused {
  return { refused, detail, ...(refused === 'invalid' && { errors: [{ path: 'Idempotency-Key', message: detail }] }) }
}
