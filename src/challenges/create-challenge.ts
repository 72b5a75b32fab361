// What an app may do with a challenge: start it, guess, cancel, ask for another delivery.

import type { Challenge, ChallengeId, Channel, Delivery } from '../domain/challenge.ts'
import { numberHash, sameText, secretId } from '../domain/one-time-codes.ts'
import { maskNumber, parseNumber } from '../domain/phone-number.ts'
import { hasActiveCall, secondsUntilCheck, stateOf } from '../domain/state-machine.ts'
import { allowed, consume, counted, invalid, reachable } from '../guard/guard.ts'
import type { InsertChallenge } from '../store/challenges.ts'
import type { ChallengeRecord, ChallengeRequest, Service } from '../store/types.ts'
import type { Regrets } from './abandoned-creates.ts'
import type { Hands } from './call-placement.ts'
import { challengeSecrets } from './challenge-secrets.ts'
import type { Challenges, CreateChallenge, Ground, Refusal } from './challenges.ts'
import { withTimeout } from './clock.ts'
import { sortableId } from './sortable-id.ts'
import type { Act, Acted } from './transition.ts'

const ATTEMPTS = 5
/** The answer leaves within 4 s. A carrier that needs longer is heard of later, by events. */
const ANSWER_WITHIN_MS = 3_600
const TIME_TO_READ_MS = 200

const BUSY: Refusal = { refused: 'conflict', detail: 'A call to this number is placing, ringing or answered.' }
const KEY_TAKEN: Refusal = { refused: 'conflict', detail: 'A request with this Idempotency-Key is in hand.' }
const NO_CARRIER: Refusal = {
  refused: 'carrier_unavailable',
  detail: 'No carrier can be tried now. Nothing was dialled.',
}
const UNKNOWN: Refusal = { refused: 'not_found', detail: 'There is no such challenge.' }

export function challenges(
  { store, carriers, settings, clock }: Ground,
  act: Act,
  hands: Hands,
  withdrawn: Regrets,
): Pick<Challenges, 'create' | 'check' | 'cancel' | 'redeliver'> {
  const newest = settings.secrets[0]!
  const secret = challengeSecrets(settings.secrets)
  /** Limits must count one number as one, whichever secret is the newest: the oldest one names it. */
  const hash = (text: string) => numberHash(settings.secrets.at(-1)!, text as CreateChallenge['to'])

  async function create(
    service: Service,
    wanted: CreateChallenge,
    idempotencyKey: string | null,
  ): Promise<ChallengeRecord | Refusal> {
    const from = clock.now()
    const number = parseNumber(wanted.to, null)
    if (!number.ok) return invalid('to', number.message)
    const refusal = allowed(settings, wanted, number) ?? reachable(wanted, carriers)
    if (refusal) return refusal
    const terms = termsOf(service, wanted, number.region)
    const first = hands.choose({ request: terms }, wanted.channel, [])
    if (!first) return NO_CARRIER
    const { to, clientIp } = wanted
    const limits = counted(
      settings,
      { to, numberHash: terms.numberHash, clientIpHash: clientIp && hash(clientIp) },
      hash,
    )
    const spent = await consume(store.rateLimits, limits)
    if (spent) return spent
    const challenge = fresh(wanted, first)
    const begun = await begin({ challenge, request: terms, expiresIn: wanted.expiresIn, idempotencyKey }, from).catch(
      (fault) => {
        withdrawn.add(challenge.id)
        throw fault
      },
    )
    if ('refused' in begun) act.background(store.rateLimits.refund(limits))
    return begun
  }

  async function begin(created: InsertChallenge, from: number): Promise<ChallengeRecord | Refusal> {
    const { challenge } = created
    const [first] = challenge.deliveries as [Delivery]
    const inserted = await store.challenges.insert(created, {
      entry: {
        type: 'created',
        delivery: first.id,
        facts: { flow: challenge.flow, channel: first.channel, carrier: first.carrier },
      },
      hasActiveCall: hasActiveCall(challenge),
      secondsUntilCheck: secondsUntilCheck(challenge),
      outbox: [],
    })
    if (inserted === 'number_busy') return BUSY
    if (inserted === 'key_taken') return KEY_TAKEN
    return carried({ stored: inserted, moved: true, effects: [{ type: 'place', delivery: first.id }] }, from)
  }

  /** Waits for the carrier's answer, but not longer than ours may take. From then on all is told, database or not. */
  async function carried(acted: Acted, from: number): Promise<ChallengeRecord> {
    const work = hands.carryOut(acted)
    act.background(work)
    const left = () => Math.max(TIME_TO_READ_MS, ANSWER_WITHIN_MS - (clock.now() - from))
    await withTimeout(clock, left(), work, null)
    const now = store.challenges.find(acted.stored.challenge.id).catch(() => null)
    return (await withTimeout(clock, left(), now, null)) ?? acted.stored
  }

  function termsOf(service: Service, wanted: CreateChallenge, region: string): ChallengeRequest {
    const { to, scope, locale, details, message, codeLength, from, carrier, extension, metadata } = wanted
    const owner = {
      serviceId: service.id,
      secretId: secretId(newest),
      numberHash: hash(to),
      maskedNumber: maskNumber(to),
      region,
    }
    return { ...owner, to, scope, locale, details, message, codeLength, from, carrier, extension, metadata }
  }

  async function check(id: ChallengeId, code: string): Promise<{ valid: boolean; stored: ChallengeRecord } | Refusal> {
    let flow: Challenge['flow'] | null = null
    const acted = await act(id, (stored) => {
      flow = stored.challenge.flow
      const open = flow === 'send_code' && !stored.challenge.outcome
      return open ? { type: 'code_submitted', right: sameText(code, secret.code(stored)) } : null
    })
    if (!acted || acted === 'number_busy') return UNKNOWN
    hands.follow(acted)
    if (flow !== 'send_code') return { refused: 'conflict', detail: `${flow} is answered on the phone, not by check.` }
    return { valid: acted.moved && acted.stored.challenge.outcome?.status === 'approved', stored: acted.stored }
  }

  async function cancel(id: ChallengeId): Promise<ChallengeRecord | Refusal> {
    const acted = await act(id, (stored) => (stored.challenge.outcome ? null : { type: 'canceled' }))
    if (!acted || acted === 'number_busy') return UNKNOWN
    const { outcome } = acted.stored.challenge
    if (outcome?.status !== 'canceled') {
      hands.follow(acted)
      return { refused: 'conflict', detail: `The challenge has ended already: ${outcome?.status}.` }
    }
    await carried(acted, clock.now()).catch(() => null)
    return acted.stored
  }

  async function redeliver(id: ChallengeId, channel: Channel): Promise<ChallengeRecord | Refusal> {
    const from = clock.now()
    const stored = await store.challenges.find(id)
    if (!stored?.request.to) return UNKNOWN
    const refusal = redeliverable(stored, channel, settings.cooldown)
    if (refusal) return refusal
    const next = hands.choose(stored, channel, [])
    if (!next) return NO_CARRIER
    const { to, numberHash } = stored.request
    const limits = counted(settings, { to, numberHash, clientIpHash: null }, hash)
    const spent = await consume(store.rateLimits, limits)
    if (spent) return spent
    const acted = await act(id, (now) =>
      redeliverable(now, channel, settings.cooldown) ? null : { type: 'delivery_requested', next, fallback: false },
    )
    if (acted && acted !== 'number_busy' && acted.moved) return carried(acted, from)
    act.background(store.rateLimits.refund(limits))
    if (acted === 'number_busy') return BUSY
    if (!acted) return UNKNOWN
    hands.follow(acted)
    return redeliverable(acted.stored, channel, settings.cooldown) ?? BUSY
  }

  return { create, check, cancel, redeliver }
}

function redeliverable(stored: ChallengeRecord, channel: Channel, cooldown: number): Refusal | null {
  const { challenge } = stored
  if (challenge.outcome || stored.expired)
    return {
      refused: 'conflict',
      detail: `The challenge has ended already: ${challenge.outcome?.status ?? 'expired'}.`,
    }
  if (channel === 'sms' && challenge.flow !== 'send_code')
    return invalid('channel', `${challenge.flow} is answered on the phone, so it can't go by sms.`)
  const state = stateOf(challenge)
  if (state !== 'sent' && state !== 'ended') return { refused: 'conflict', detail: 'A delivery is under way.' }
  const wait = Math.ceil(cooldown - stored.deliveryAge)
  return wait > 0
    ? { refused: 'rate_limited', detail: `The last delivery was a moment ago: wait ${wait} s.`, retryAfter: wait }
    : null
}

function fresh({ flow, fallback }: CreateChallenge, first: Delivery): Challenge {
  return {
    id: `chl_${sortableId()}`,
    flow,
    version: 1,
    attemptsLeft: ATTEMPTS,
    codeDisclosed: false,
    fallback,
    deliveries: [first],
    outcome: null,
  }
}
