// "Call me again", "text me instead": another delivery of the same code, under the same budget.

import type { ChallengeId, Channel, Delivery } from '../domain/challenge.ts'
import type { AskedBy, Policy } from '../domain/events.ts'
import { invalidField, type Refusal } from '../domain/refusal.ts'
import { stateOf } from '../domain/state-machine.ts'
import { NotExecuted } from '../store/database-errors.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { AbandonedCreates } from './abandoned-creates.ts'
import type { CarrierSlots } from './carrier-slots.ts'
import type { SettingsOf } from './challenge-settings.ts'
import { hasEnded, NOT_FOUND, NUMBER_BUSY } from './refusals.ts'
import { refusedByPolicy } from './refused-by-settings.ts'
import { beforeSaveDeadline } from './save-deadline.ts'
import type { Transition } from './transition.ts'
import type { WaitForEffects } from './wait-for-effects.ts'

type Deps = {
  store: Pick<Store, 'challenges' | 'pageLeases'>
  policy: Policy
  settingsOf: SettingsOf
  slots: CarrierSlots
  abandoned: AbandonedCreates
  transition: Transition
  waitForEffects: WaitForEffects
  clock: Clock
}

const NO_PAGE: Refusal = {
  refused: 'conflict',
  detail: 'No page is connected, and this challenge requires one. Nothing was dialled.',
}

/** A page is there, and the first delivery waits for the number or for its carrier. */
const NOT_BEGUN: Refusal = {
  refused: 'conflict',
  detail: 'The first delivery has not begun yet: another call rings the number, or no carrier could take it.',
}

/** `arrivedAt`: of the request, by the clock. */
export type RedeliverChallenge = (
  id: ChallengeId,
  channel: Channel,
  by: AskedBy,
  arrivedAt: number,
) => Promise<ChallengeRecord | Refusal>

export function createRedeliverChallenge({
  store,
  policy,
  settingsOf,
  slots,
  abandoned,
  transition,
  waitForEffects,
  clock,
}: Deps): RedeliverChallenge {
  return async (id, channel, by, arrivedAt) => {
    const record = await beforeSaveDeadline(clock, arrivedAt, () => store.challenges.find(id))
    if (!record?.request.to) return NOT_FOUND
    const refusal = refusalOf(record, channel)
    if (refusal && refusal !== NOT_BEGUN) return refusal
    if (record.request.requireWaiter && !(await beforeSaveDeadline(clock, arrivedAt, () => store.pageLeases.holds(id))))
      return NO_PAGE
    if (refusal) return refusal
    return slots.throughCarriers(record.request, channel, async (next) => {
      const result = await request(record, next, by, arrivedAt)
      if (result.type === 'changed') return waitForEffects(result.record, result.effects, arrivedAt)
      if (result.type === 'no_slot') return 'no_slot'
      if (result.type === 'refused') return result.refusal
      if (result.type === 'number_busy') return NUMBER_BUSY
      if (result.type === 'not_found') return NOT_FOUND
      return refusalOf(result.record, channel) ?? NUMBER_BUSY
    })
  }

  async function request(record: ChallengeRecord, next: Delivery, by: AskedBy, arrivedAt: number) {
    const { id } = record.challenge
    const decide = (now: ChallengeRecord) =>
      refusalOf(now, next.channel) ? null : ({ type: 'delivery_requested', next, fallback: false, by } as const)
    let placed: Promise<unknown> | undefined
    try {
      return await beforeSaveDeadline(clock, arrivedAt, (isOver) => {
        const changed = transition(id, (now) => (isOver() ? null : decide(now)), record)
        placed = changed.then(async (result) => void ('effects' in result && (await result.effects))).catch(() => {})
        return changed
      })
    } catch (error) {
      if (!(error instanceof NotExecuted)) abandoned.add(id, next.id, placed)
      throw error
    }
  }

  function refusalOf(record: ChallengeRecord, channel: Channel): Refusal | null {
    const { challenge, request } = record
    if (challenge.outcome || record.expired) return hasEnded(challenge.outcome?.status ?? 'expired')
    if (record.reported) return hasEnded('denied')
    if (channel === 'sms' && challenge.flow !== 'send_code')
      return invalidField('channel', `${challenge.flow} is answered on the phone, so it can't go by sms.`)
    const refusal = refusedByPolicy(record, { policy, settingsOf })
    if (refusal) return refusal
    const settings = settingsOf(request.serviceId)
    const state = stateOf(challenge)
    if (state === 'waiting') return NOT_BEGUN
    if (state !== 'sent' && state !== 'ended') return { refused: 'conflict', detail: 'A delivery is under way.' }
    const wait = Math.ceil(settings.cooldown - record.deliveryAge)
    return wait > 0
      ? {
          refused: 'rate_limited',
          detail: `The last delivery was a moment ago: wait ${wait} s.`,
          retryAfter: wait,
          limit: { name: 'cooldown', quota: { max: 1, seconds: settings.cooldown } },
        }
      : null
  }
}
