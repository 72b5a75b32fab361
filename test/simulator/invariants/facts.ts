// What the invariants look up, computed once.

import { type ChallengeSecrets, challengeSecrets } from '../../../src/challenges/challenge-secrets.ts'
import type { ChallengeId, DeliveryId } from '../../../src/domain/challenge.ts'
import type { ChallengeRecord } from '../../../src/store/types.ts'
import type { DeliveryRequest, Recorder } from '../recorder.ts'
import type { World } from '../world.ts'

export type Check = (world: World, facts: Facts) => Generator<string>

export type History = {
  id: ChallengeId
  commits: Recorder['commits']
  last: ChallengeRecord
  /** When the outcome was committed. */
  endedAt: number | null
  expiresAt: number
  deliveryRequests: DeliveryRequest[]
  codeChecks: Recorder['codeChecks']
}

export type Facts = {
  histories: History[]
  byId: Map<string, History>
  secrets: ChallengeSecrets
  requestByDelivery: Map<DeliveryId, DeliveryRequest>
  /** The key that approves on a call. */
  approveKey(history: History, delivery: DeliveryId): string
}

export function collectFacts({ recorder, settings }: World): Facts {
  const byId = new Map<string, History>()
  for (const [id, commits] of Map.groupBy(recorder.commits, ({ stored }) => stored.challenge.id)) {
    const last = commits.at(-1)!.stored
    byId.set(id, {
      id,
      commits,
      last,
      endedAt: commits.find(({ stored }) => stored.challenge.outcome)?.at ?? null,
      expiresAt: Date.parse(last.expiresAt),
      deliveryRequests: recorder.deliveryRequests.filter(({ challenge }) => challenge === id),
      codeChecks: recorder.codeChecks.filter(({ challenge }) => challenge === id),
    })
  }
  const secrets = challengeSecrets(settings.secrets)
  return {
    byId,
    histories: [...byId.values()],
    secrets,
    approveKey: ({ last }, delivery) => (settings.policy.drawnKey ? secrets.approveKey(last, delivery) : '1'),
    requestByDelivery: new Map(recorder.deliveryRequests.map((order) => [order.delivery, order])),
  }
}

/** The keys that were heard on a call, `*` apart, up to a moment. */
export function keysPressed({ call }: DeliveryRequest, until = Number.POSITIVE_INFINITY): string[] {
  return (call?.transcript ?? [])
    .filter(({ kind, at }) => kind === 'key' && Date.parse(at) <= until)
    .map(({ text }) => text)
}

/** A statement that fails may have begun so long before. */
export const STALL_MS = 2_100

/** Moved on for as long as something hurt the instances: what was to happen by then may happen so much later. */
export function extendedDeadline({ recorder }: World, from: number, deadline: number, extensionMs: number): number {
  let end = deadline
  for (const at of recorder.disruptions) if (at >= from - STALL_MS && at <= end) end = Math.max(end, at + extensionMs)
  return end
}

/** Whether nothing went wrong in that time that could delay what an instance does. */
export function isUndisturbed(
  { recorder, faultRates, carrierSilentUntil }: World,
  from: number,
  until: number,
): boolean {
  const during = (at: number) => at >= from && at <= until
  return (
    !recorder.disruptions.some(during) &&
    Object.values(carrierSilentUntil).every((end) => end < from) &&
    !faultRates.occurred.some(({ fault, at }) => during(at) && /^(carrier|database|instance)/.test(fault))
  )
}
