// The one way in which a challenge changes: read, decide, save under the version that was read, carry out the effects.
// After a lost race it reads and decides again. Only creation writes a challenge in another way.

import type { Challenge, ChallengeId, DeliveryId } from '../domain/challenge.ts'
import type { ChallengeEvent, Effect, Policy } from '../domain/events.ts'
import type { Refusal } from '../domain/refusal.ts'
import { hasActiveCall, stateOf, step } from '../domain/state-machine.ts'
import type { EventOf } from '../domain/transitions/handler.ts'
import { notAdmitted } from '../guard/guard.ts'
import type { TrafficGuard } from '../guard/traffic-guard.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord, ChallengeRequest, SaveChallenge } from '../store/types.ts'
import type { BackgroundTasks } from './background-tasks.ts'
import type { NoteCarrierHealth } from './carrier-health.ts'
import type { CarrierSlots } from './carrier-slots.ts'
import type { ServiceSettings } from './challenge-settings.ts'
import {
  failuresOf,
  gateEntryOf,
  ledgerEntry,
  outboxMessages,
  refundOf,
  secondsUntilNextCheck,
} from './change-record.ts'
import { type DeliveryLimits, ownerOf } from './delivery-limits.ts'
import type { KnownRecords } from './known-records.ts'
import type { LearntRules } from './learnt-rules.ts'
import { type NotedTraffic, noteTraffic } from './note-traffic.ts'
import type { RefusedBySettings } from './refused-by-settings.ts'

/** What happens to a challenge as it stands; `null`: nothing. Asked again after every lost race. */
export type Decide = (record: ChallengeRecord) => ChallengeEvent | null

export type TransitionResult =
  /**
   * `changed`: by the very event that was decided on. The effects are under way; `effects` gives the record as they left
   * it, and rejects only when nothing was asked of a carrier.
   */
  | { type: 'changed' | 'unchanged'; record: ChallengeRecord; effects: Promise<ChallengeRecord> }
  | { type: 'not_found' }
  /** The event was to place a call, and another call to the number is live. */
  | { type: 'number_busy' }
  /** The event was another delivery, and the next slot in its carrier's rate is too far off. */
  | { type: 'no_slot' }
  /** The event was another delivery, and a rule or an exhausted limit refuses it. */
  | { type: 'refused'; refusal: Refusal }

/**
 * `known`: the record as it was read or saved before, which spares a read. It may be stale, so only what is saved under its
 * version holds: where it would change nothing, or the change is refused, the record is read and decided on again.
 */
export type Transition = (id: ChallengeId, decide: Decide, known?: ChallengeRecord) => Promise<TransitionResult>

/** Carries out effects one after another, and gives the record as the last one left it. */
export type EffectRunner = (
  transition: Transition,
  record: ChallengeRecord,
  effects: readonly Effect[],
) => Promise<ChallengeRecord>

type Deps = {
  store: Pick<Store, 'challenges' | 'notifier'>
  limits: DeliveryLimits
  slots: Pick<CarrierSlots, 'slotFor' | 'reserved'>
  traffic: Pick<TrafficGuard, 'admit' | 'prefixRefused' | 'begun'> & NotedTraffic
  countWhenFound: <T>(challenge: ChallengeId, delivery: DeliveryId, saved: Promise<T>) => Promise<T>
  refusedBySettings: RefusedBySettings
  knownRecords: KnownRecords
  learntRules: LearntRules
  policy: Policy
  settingsOf: (serviceId: string) => Pick<ServiceSettings, 'pushes'>
  tasks: BackgroundTasks
  log: Logger
  runEffects: EffectRunner
  noteCarrierHealth: NoteCarrierHealth
  metrics: Pick<Metrics, 'rang' | 'answered' | 'ended'>
}

type Change = { record: ChallengeRecord; changed: boolean; effects: Effect[] }
type NotSaved = 'stale' | 'locked' | 'gates_used_up' | 'number_busy' | 'no_slot' | Refusal

/** So many lost races in a row mean that something is broken, not that it is busy. */
const MAX_TRIES = 100

export function createTransition(deps: Deps): Transition {
  const {
    store,
    limits,
    slots,
    traffic,
    countWhenFound,
    refusedBySettings,
    knownRecords,
    learntRules,
    policy,
    settingsOf,
    tasks,
    log,
    runEffects,
    noteCarrierHealth,
    metrics,
  } = deps

  const transition: Transition = async (id, decide, known) => {
    let codesLocked = false
    let gatesUsedUp = false
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const isKnown = tries === 0 && known !== undefined
      const record = isKnown ? known : await read(id)
      if (!record) return { type: 'not_found' }
      const end = endOf(record, codesLocked)
      const decided = end ?? decide(record)
      const event: ChallengeEvent | null = gatesUsedUp ? stopsCodes(decided) : decided
      const saved: Change | NotSaved = event ? await save(record, event) : { record, changed: false, effects: [] }
      codesLocked ||= saved === 'locked'
      gatesUsedUp ||= saved === 'gates_used_up'
      if (saved === 'stale' || saved === 'locked' || saved === 'gates_used_up' || (isKnown && !isChange(saved)))
        continue
      if (saved === 'number_busy' || saved === 'no_slot') return { type: saved }
      if ('refused' in saved) return { type: 'refused', refusal: saved }
      const effects = begin(saved)
      if (end === null) return { type: saved.changed ? 'changed' : 'unchanged', record: saved.record, effects }
    }
    throw new Error(`challenge ${id} changed ${MAX_TRIES} times under one event`)
  }
  return transition

  async function read(id: ChallengeId): Promise<ChallengeRecord | null> {
    const known = knownRecords.latest(id)
    const same = known && (await store.challenges.refresh(known))
    if (same) return same
    const record = await store.challenges.find(id)
    if (record) knownRecords.put(record)
    return record
  }

  async function save(record: ChallengeRecord, event: ChallengeEvent): Promise<Change | NotSaved> {
    const taken = step(record.challenge, event, policy)
    const { challenge: next, effects } = taken
    if (next === record.challenge) return { record, changed: false, effects }
    if (event.type === 'delivery_requested') {
      const refusal = await refusedBySettings(record)
      if (refusal) return refusal
    }
    const rules = learntRules(record, event, next)
    const change: SaveChallenge = {
      before: record,
      next,
      entry: ledgerEntry(record.challenge, event, taken),
      outbox: settingsOf(record.request.serviceId).pushes ? outboxMessages(record.challenge, next, rules) : [],
      rules,
      callOver: hasActiveCall(record.challenge) && !hasActiveCall(next),
      withoutPage: event.type === 'page_left',
      gateEntry: gateEntryOf(record, next, limits.hashes),
      failures: failuresOf(record, event, next, limits),
      owner: ownerOf(record.request),
      refund: refundOf(record, event, next),
      secondsUntilCheck: secondsUntilNextCheck(record, next),
      inTime: !record.challenge.outcome && event.type !== 'expired' && event.type !== 'number_reported',
    }
    const saved = await knownRecords.save(next.id, () =>
      event.type === 'delivery_requested' ? saveDelivery(change, event, record.request) : store.challenges.save(change),
    )
    if (typeof saved === 'string' || 'refused' in saved) return saved
    store.notifier.publish(saved.challenge.id)
    noteCarrierHealth(record.challenge, event)
    noteProgress(record.challenge, saved)
    noteTraffic(traffic, record, event, saved)
    if (!record.challenge.outcome) noteOutcome(saved)
    if (rules.some(({ kind }) => kind === 'report')) tasks.add(endOthers(saved))
    return { record: saved, changed: true, effects }
  }

  /** The slot of a fallback is reserved when its carrier is to be asked (call-placement.ts). */
  async function saveDelivery(
    change: SaveChallenge,
    { next, fallback }: EventOf<'delivery_requested'>,
    request: ChallengeRequest,
  ): Promise<ChallengeRecord | NotSaved> {
    const counts = stateOf(change.before.challenge) === 'waiting' ? 'first_delivery' : 'all'
    const begins = limits.startOf(request, next.channel, change.next.flow, counts)
    const admitted = await traffic.admit(request, next, change.next.id)
    if ('refused' in admitted) return admitted
    try {
      const saving = store.challenges.saveDelivery(change, begins, fallback ? null : slots.slotFor(next))
      const saved = await countWhenFound(change.next.id, next.id, saving)
      if (typeof saved === 'string') return saved
      if ('prefix' in saved) return traffic.prefixRefused(request, saved, change.next.id)
      if (!('record' in saved)) return notAdmitted(saved, next.channel)
      const begun = saved.record.challenge.deliveries.at(-1)!
      traffic.begun(request, begun, change.next.id, saved.block ?? null, admitted.use())
      if (!fallback) slots.reserved(next, saved.slotWait)
      return saved.record
    } finally {
      admitted.leave()
    }
  }

  function noteProgress(before: Challenge, { challenge, deliveryAge: seconds }: ChallengeRecord): void {
    const [was, { carrier, progress }] = [before.deliveries.at(-1)!, challenge.deliveries.at(-1)!]
    if (was.progress.state === progress.state) return
    if (progress.state === 'ringing') metrics.rang({ carrier, seconds })
    if (progress.state === 'answered') metrics.answered({ carrier, seconds })
  }

  function noteOutcome({ challenge, createdAt, endedAt }: ChallengeRecord): void {
    const { id, flow, outcome, deliveries } = challenge
    if (!outcome || !endedAt) return
    const ms = Date.parse(endedAt) - Date.parse(createdAt)
    const { channel, carrier } = deliveries.at(-1)!
    metrics.ended({ flow, channel, carrier, ...outcome, seconds: ms / 1000 })
    log.info({ challenge: id, status: outcome.status, reason: outcome.reason, ms }, 'challenge ended')
  }

  /** In the background unless the caller waits; what a crash cuts off the reconciler takes up. */
  function begin({ record, effects }: Change): Promise<ChallengeRecord> {
    if (effects.length === 0) return Promise.resolve(record)
    const work = runEffects(transition, record, effects)
    tasks.add(work)
    return work
  }

  /** What else the service has under way to a number that was reported. One that this misses ends when it is next read. */
  async function endOthers({ request: { serviceId, to } }: ChallengeRecord): Promise<void> {
    if (to === null) return
    for (const id of await store.challenges.pendingTo(serviceId, to))
      await transition(id, () => ({ type: 'number_reported' }))
  }
}

/** What the database says has ended it, whatever happens now. */
function endOf({ challenge, expired, reported }: ChallengeRecord, codesLocked: boolean): ChallengeEvent | null {
  if (expired) return { type: 'expired' }
  if (reported) return { type: 'number_reported' }
  return codesLocked && !challenge.outcome ? { type: 'codes_locked' } : null
}

/** Wrong keys at the gate, with which the number has had too many. */
function stopsCodes(event: ChallengeEvent | null): ChallengeEvent | null {
  return event?.type === 'dtmf_received' ? { ...event, stopsCodes: true } : event
}

function isChange(saved: Change | NotSaved): boolean {
  return typeof saved === 'object' && 'changed' in saved && saved.changed
}
