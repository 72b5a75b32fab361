// What the judges look up, worked out once.

import { type ChallengeSecrets, challengeSecrets } from '../../../src/challenges/challenge-secrets.ts'
import type { ChallengeId, DeliveryId } from '../../../src/domain/challenge.ts'
import type { ChallengeRecord } from '../../../src/store/types.ts'
import type { Order, Witness } from '../recorder.ts'
import type { World } from '../world.ts'

export type Judge = (world: World, facts: Facts) => Generator<string>

export type History = {
  id: ChallengeId
  commits: Witness['commits']
  last: ChallengeRecord
  /** When the outcome was committed. */
  endedAt: number | null
  expiresAt: number
  orders: Order[]
  guesses: Witness['guesses']
}

export type Facts = {
  histories: History[]
  byId: Map<string, History>
  secret: ChallengeSecrets
  orderOf: Map<DeliveryId, Order>
}

export function factsOf({ witness, settings }: World): Facts {
  const byId = new Map<string, History>()
  for (const [id, commits] of Map.groupBy(witness.commits, ({ stored }) => stored.challenge.id)) {
    const last = commits.at(-1)!.stored
    byId.set(id, {
      id,
      commits,
      last,
      endedAt: commits.find(({ stored }) => stored.challenge.outcome)?.at ?? null,
      expiresAt: Date.parse(last.expiresAt),
      orders: witness.orders.filter(({ challenge }) => challenge === id),
      guesses: witness.guesses.filter(({ challenge }) => challenge === id),
    })
  }
  return {
    byId,
    histories: [...byId.values()],
    secret: challengeSecrets(settings.secrets),
    orderOf: new Map(witness.orders.map((order) => [order.delivery, order])),
  }
}

/** The keys that were heard on a call, `*` apart, up to a moment. */
export function keysOf({ call }: Order, until = Number.POSITIVE_INFINITY): string[] {
  return (call?.transcript ?? [])
    .filter(({ kind, at }) => kind === 'key' && Date.parse(at) <= until)
    .map(({ text }) => text)
}

/** A statement that fails may have begun so long before. */
export const STALL_MS = 2_100

/** Moved on for as long as something hurt the instances: what was to happen by then may happen so much later. */
export function extended({ witness }: World, from: number, deadline: number, patience: number): number {
  let end = deadline
  for (const at of witness.hurtAt) if (at >= from - STALL_MS && at <= end) end = Math.max(end, at + patience)
  return end
}

/** Whether nothing went wrong in that time that could delay what an instance does. */
export function calm({ witness, weather, silentUntil }: World, from: number, until: number): boolean {
  const during = (at: number) => at >= from && at <= until
  return (
    !witness.hurtAt.some(during) &&
    Object.values(silentUntil).every((end) => end < from) &&
    !weather.struck.some(({ fault, at }) => during(at) && /^(carrier|database|instance)/.test(fault))
  )
}
