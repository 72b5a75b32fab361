// A challenge as the API shows it, in the contract's order. Also what the app's webhook carries, so it holds no secret.

import type { z } from 'zod'
import type { ChallengeSecrets } from '../challenges/challenge-secrets.ts'
import type { Delivery } from '../domain/challenge.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { challenge, delivery } from './schemas.ts'

export type ChallengeView = z.infer<typeof challenge>

export function challengeView({
  challenge,
  request: terms,
  createdAt,
  expiresAt,
  endedAt,
}: ChallengeRecord): ChallengeView {
  return {
    id: challenge.id,
    ...statusOf(challenge),
    flow: challenge.flow,
    scope: terms.scope,
    to: terms.maskedNumber,
    locale: terms.locale,
    details: terms.details,
    attempts_left: challenge.attemptsLeft,
    created_at: createdAt,
    expires_at: expiresAt,
    ended_at: endedAt,
    version: challenge.version,
    deliveries: challenge.deliveries.map(deliveryView),
    metadata: terms.metadata,
  }
}

/** To the page that asks for a code, the code it must show, for as long as it is worth something. */
export function viewFor(record: ChallengeRecord, byPage: boolean, secrets: ChallengeSecrets): ChallengeView {
  if (!byPage) return challengeView(record)
  const shown = record.challenge.flow === 'keypad_code' && !record.challenge.outcome
  return shown ? { ...pageView(record), display_code: secrets.code(record) } : pageView(record)
}

/** To the page, also what is being said on an answered call, so that it can tell the person what to do now; but not the app's metadata. */
export function pageView(record: ChallengeRecord): ChallengeView {
  const phases = record.challenge.deliveries.map(({ progress }) =>
    progress.state === 'answered' ? progress.phase : null,
  )
  const { metadata: _, ...view } = challengeView(record)
  const deliveries = view.deliveries.map((shown, i) => ({ ...shown, ...(phases[i] && { phase: phases[i] }) }))
  return { ...view, deliveries }
}

export function statusOf({ outcome }: ChallengeRecord['challenge']): Pick<ChallengeView, 'status' | 'reason'> {
  return { status: outcome?.status ?? 'pending', reason: outcome?.reason ?? null }
}

function deliveryView({
  id,
  channel,
  carrier,
  progress: live,
  result,
  createdAt,
  locale,
}: Delivery): z.infer<typeof delivery> {
  // A call on the line may already be known to end well, but until it has ended that is nobody's result.
  const ended = live.state === 'ended' ? result : null
  return { id, channel, carrier, state: live.state, result: ended, created_at: createdAt, ...(locale && { locale }) }
}
