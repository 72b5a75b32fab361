// A challenge as the API shows it, in the contract's order. Also what the app's webhook carries, so it holds no secret.

import type { z } from 'zod'
import type { Challenges } from '../challenges/challenges.ts'
import type { Delivery } from '../domain/challenge.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { challenge, delivery } from './challenge-schemas.ts'

export type ChallengeView = z.infer<typeof challenge>

export function challengeView({
  challenge,
  request,
  createdAt,
  expiresAt,
  endedAt,
  consumedAt,
}: ChallengeRecord): ChallengeView {
  return {
    id: challenge.id,
    ...statusOf(challenge),
    flow: challenge.flow,
    scope: request.scope,
    to: request.maskedNumber,
    locale: request.locale,
    details: request.details,
    attempts_left: challenge.attemptsLeft,
    created_at: createdAt,
    expires_at: expiresAt,
    ended_at: endedAt,
    version: challenge.version,
    deliveries: shownDeliveries(challenge),
    ...(request.requireWaiter && { require_waiter: true as const }),
    metadata: request.metadata,
    ...(consumedAt !== null && { consumed_at: consumedAt }),
  }
}

/** To the page that asks for a code, the code it must show, for as long as it is worth something. */
export function viewFor(record: ChallengeRecord, byPage: boolean, challenges: PageFacts): ChallengeView {
  if (!byPage) return challengeView(record)
  const shown = record.challenge.flow === 'keypad_code' && !record.challenge.outcome
  const view = pageView(record, challenges)
  return shown ? { ...view, display_code: challenges.secrets.code(record) } : view
}

type PageFacts = Pick<Challenges, 'cooldownOf' | 'drawnKey' | 'secrets'>

/** The words by which the person knows the call, for as long as they are worth something. */
export function shownPhrase(record: ChallengeRecord, { secrets }: Pick<Challenges, 'secrets'>) {
  const phrase = record.challenge.outcome ? null : secrets.sharedPhrase(record)
  return phrase === null ? {} : { shared_phrase: phrase }
}

/**
 * To the page, also what it needs to tell the person what to do now: what is being said on an answered call, the length of
 * the code, and the seconds left by the database's clock, since the browser's may be wrong. Not the app's metadata, nor
 * when it used the approval.
 */
export function pageView(record: ChallengeRecord, facts: PageFacts): ChallengeView {
  const { cooldownOf, drawnKey } = facts
  const phases = record.challenge.deliveries.map(({ progress }) =>
    progress.state === 'answered' ? progress.phase : null,
  )
  const { metadata: _, consumed_at: __, ...view } = challengeView(record)
  const deliveries = view.deliveries.map((shown, i) => ({ ...shown, ...(phases[i] && { phase: phases[i] }) }))
  return {
    ...view,
    deliveries,
    ...shownPhrase(record, facts),
    ...(drawnKey && view.flow === 'approve' && { key_drawn: true as const }),
    code_length: record.request.codeLength,
    ...secondsLeft(record, cooldownOf(record.request.serviceId)),
  }
}

function secondsLeft(
  { challenge, createdAt, expiresAt, deliveryAge }: ChallengeRecord,
  cooldownSeconds: number,
): { expires_in: number; redeliver_in: number } {
  const now = Date.parse(challenge.deliveries.at(-1)?.createdAt || createdAt) + deliveryAge * 1000
  return {
    expires_in: rounded((Date.parse(expiresAt) - now) / 1000),
    redeliver_in: rounded(cooldownSeconds - deliveryAge),
  }
}

function rounded(seconds: number): number {
  return Math.max(0, Math.round(seconds * 10) / 10)
}

export function statusOf({ outcome }: ChallengeRecord['challenge']): Pick<ChallengeView, 'status' | 'reason'> {
  return { status: outcome?.status ?? 'pending', reason: outcome?.reason ?? null }
}

/** One that waits for a page has not begun: nobody was called or texted. */
function shownDeliveries({ deliveries }: ChallengeRecord['challenge']): ChallengeView['deliveries'] {
  return deliveries.flatMap(({ progress, ...delivery }) =>
    progress.state === 'waiting' ? [] : deliveryView({ ...delivery, progress }),
  )
}

type Begun = Omit<Delivery, 'progress'> & { progress: Exclude<Delivery['progress'], { state: 'waiting' }> }

function deliveryView({
  id,
  channel,
  carrier,
  progress: live,
  result,
  createdAt,
  locale,
  cause,
}: Begun): z.infer<typeof delivery> {
  // A call on the line may already be known to end well, but the API shows no result until it has ended.
  const ended = live.state === 'ended' ? result : null
  return {
    id,
    channel,
    carrier,
    state: live.state,
    result: ended,
    ...(ended && cause && { cause }),
    created_at: createdAt,
    ...(locale && { locale }),
  }
}
