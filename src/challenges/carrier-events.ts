// What a carrier reports, as an event of the state machine, and the answer: what the person hears next, read off the state.

import type { Carrier, CarrierEvent } from '../carriers/carrier.ts'
import { callScript, neutralScript, type ScriptContext } from '../domain/call-script.ts'
import type { Challenge, Delivery, DeliveryId } from '../domain/challenge.ts'
import { classifyDtmf, isUnheard } from '../domain/classify-dtmf.ts'
import type { ChallengeEvent, DtmfVerdict } from '../domain/events.ts'
import type { Script } from '../domain/script.ts'
import type { TrafficGuard } from '../guard/traffic-guard.ts'
import type { Logger } from '../log/logger.ts'
import { prompts } from '../prompts/index.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { CallbackTarget } from './callback-urls.ts'
import type { CarrierSelection } from './carrier-selection.ts'
import { type ChallengeSecrets, scriptContext } from './challenge-secrets.ts'
import type { SettingsOf } from './challenge-settings.ts'
import { callEnded, messageUndelivered } from './delivery-end.ts'
import type { KnownRecords } from './known-records.ts'
import type { Transition } from './transition.ts'

/** What the URL names that a carrier called. Its locale lets a person be spoken to while the database is away. */
export type WebhookTarget = CallbackTarget & { turn: number | null; awaitsDocument: boolean }

/** An event of another call than the delivery's own changes nothing, and who is on that call hears a neutral sentence. */
export type HandleCarrierEvent = (target: WebhookTarget, event: CarrierEvent) => Promise<Script>

/** `waited`: so many seconds after it came, since the database was away. The person has been asked again meanwhile. */
export type ApplyCarrierEvent = (target: WebhookTarget, event: CarrierEvent, waited: number) => Promise<Script>

type Deps = {
  carriers: readonly Carrier[]
  settingsOf: SettingsOf
  speechSpeed: number
  secrets: ChallengeSecrets
  selection: Pick<CarrierSelection, 'afterFailure'>
  knownRecords: Pick<KnownRecords, 'get'>
  traffic: Pick<TrafficGuard, 'priceSeen'>
  transition: Transition
  log: Logger
}

export function createApplyCarrierEvent(deps: Deps): ApplyCarrierEvent {
  const { carriers, settingsOf, speechSpeed, secrets, selection, knownRecords, traffic, transition, log } = deps

  return async (target, event, waited) => {
    const carrier = carriers.find(({ name }) => name === target.carrier)!
    const known = await knownRecords.get(target.challenge)
    if (known) notePrice(known, target, event)
    if (known && !target.awaitsDocument && isNoted(known, target, event)) return nothingToHear(target)
    const decide = (record: ChallengeRecord) => {
      const delivery = deliveryOf(record.challenge, target)
      if (!delivery || isForeign(delivery, event)) return null
      const next = challengeEvent(asOf(record, waited), delivery, target, carrier, event)
      if (waited > 0 && next?.type === 'dtmf_received' && !isDecision(record.challenge, next.key)) return null
      // With no event the record is read, and the event decided on again.
      return record === known && next && isJudgedByAge(next, delivery) ? null : next
    }
    const result = await transition(target.challenge, decide, known)
    if (!('record' in result)) return nothingToHear(target)
    const { record } = result
    const delivery = deliveryOf(record.challenge, target)
    if (delivery && isForeign(delivery, event)) {
      log.warn(
        { challenge: target.challenge, delivery: delivery.id, type: event.type },
        'webhook of another call ignored',
      )
      return nothingToHear(target)
    }
    if (!known) notePrice(record, target, event)
    if (!target.awaitsDocument) return nothingToHear(target)
    const id = target.delivery
    return callScript(record.challenge, id, contextOf(record, id, carrier))
  }

  /** Once or twice, it is the same price. */
  function notePrice({ request }: ChallengeRecord, { carrier }: WebhookTarget, event: CarrierEvent): void {
    if ('price' in event && event.price) traffic.priceSeen(request, carrier, event.price)
  }

  function contextOf(record: ChallengeRecord, delivery: DeliveryId, carrier: Carrier): ScriptContext {
    return scriptContext(record, delivery, carrier, settingsOf(record.request.serviceId), secrets)
  }

  function challengeEvent(
    record: ChallengeRecord,
    delivery: Delivery,
    { turn }: WebhookTarget,
    carrier: Carrier,
    event: CarrierEvent,
  ): ChallengeEvent | null {
    const { id } = delivery
    const ref = event.refs[0] ?? ''
    switch (event.type) {
      case 'answered':
        return { type: 'answered', delivery: id, ref }
      case 'ringing':
        return { type: 'ringing', delivery: id, ref }
      case 'detected':
        if (event.machine) return { type: 'voicemail_detected', delivery: id }
        // Of a call that is over, that it was answered may not be known yet.
        return delivery.progress.state === 'ended' ? { type: 'answered', delivery: id, ref } : null
      case 'document_failed':
        return { type: 'document_failed', delivery: id }
      case 'ended':
        return callEnded(record, delivery, { ...event, ref }, selection)
      case 'delivered':
        return { type: 'delivered', delivery: id }
      case 'undelivered':
        return messageUndelivered(record, delivery, event, selection)
      case 'dtmf': {
        if (turn === null) return null
        const seconds = record.turnAge * speechSpeed
        const context = contextOf(record, id, carrier)
        const key = classifyDtmf(record.challenge, id, event.digits, context, seconds)
        const unheard = key === 'repeat' && isUnheard(record.challenge, id, context, seconds)
        return { type: 'dtmf_received', delivery: id, turn, key, ...(unheard && { unheard }) }
      }
      case 'sent':
      case 'irrelevant':
        return null
    }
  }
}

function nothingToHear({ locale }: WebhookTarget): Script {
  return neutralScript(locale, prompts[locale])
}

/**
 * A status that tells nothing, or what the delivery has already been through: a call never rings or is answered for the
 * first time twice, and keeps its ref, so that holds for every later version too and need not be read.
 */
function isNoted({ challenge }: ChallengeRecord, target: WebhookTarget, event: CarrierEvent): boolean {
  const delivery = deliveryOf(challenge, target)
  if (!delivery || delivery.ref === null || isForeign(delivery, event)) return false
  const { state } = delivery.progress
  if (event.type === 'ringing') return state === 'ringing' || state === 'answered'
  return event.type === 'irrelevant' || (event.type === 'answered' && state === 'answered')
}

/** The record with the ages that it had so many seconds ago. */
function asOf(record: ChallengeRecord, seconds: number): ChallengeRecord {
  if (seconds === 0) return record
  return { ...record, deliveryAge: record.deliveryAge - seconds, turnAge: record.turnAge - seconds }
}

/**
 * A proof, a refusal or a report: what a person says once and hangs up. All else they are asked for again, and a turn that
 * ended meanwhile would have their next keys for those of an old one.
 */
function isDecision({ flow }: Challenge, key: DtmfVerdict): boolean {
  return key === 'report' || (flow !== 'send_code' && key === 'right') || (flow === 'approve' && key === 'wrong')
}

/** The delivery that a URL names, if it goes through this carrier. */
function deliveryOf(challenge: Challenge, { delivery, carrier }: WebhookTarget): Delivery | null {
  return challenge.deliveries.find((one) => one.id === delivery && one.carrier === carrier) ?? null
}

/**
 * Keys that came too early, and a phone that was given up before it could ring: how long ago something began is known only
 * roughly of a known record, and never too long, so what counts against the person is judged by the database's clock alone.
 */
function isJudgedByAge(event: ChallengeEvent, { progress }: Delivery): boolean {
  if (event.type === 'dtmf_received')
    return event.key === 'wrong' || event.key === 'malformed' || event.unheard !== undefined
  return (event.type === 'ended' || event.type === 'placement_failed') && progress.state === 'placing'
}

function isForeign({ ref }: Delivery, { refs }: CarrierEvent): boolean {
  return ref !== null && !refs.includes(ref)
}
