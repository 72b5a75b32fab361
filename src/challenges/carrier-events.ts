// What a carrier says, turned into an event, and the answer: what the person hears next, read off the state.

import type { Carrier, CarrierEvent, EndCause } from '../carriers/carrier.ts'
import { callScript, neutralScript } from '../domain/call-script.ts'
import type { Challenge, ChallengeId, Delivery, DeliveryId, Failure } from '../domain/challenge.ts'
import { classifyDtmf } from '../domain/classify-dtmf.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { Script } from '../domain/script.ts'
import { prompts } from '../prompts/index.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Hands } from './call-placement.ts'
import { challengeSecrets, scriptContext } from './challenge-secrets.ts'
import type { Challenges, Ground, WebhookTarget } from './challenges.ts'
import type { Act } from './transition.ts'

/** What the end of a call means when nobody had answered it. */
export const RESULT_OF_CAUSE: Record<EndCause, Failure> = {
  completed: 'hung_up',
  busy: 'busy',
  no_answer: 'no_answer',
  rejected: 'call_rejected',
  canceled: 'no_answer',
  unreachable: 'unreachable',
  failed: 'carrier_failed',
}

export function listener(
  { carriers, settings, store }: Ground,
  act: Act,
  hands: Hands,
): Challenges['handleCarrierEvent'] {
  const secret = challengeSecrets(settings.secrets)

  return async (where: WebhookTarget, news: CarrierEvent): Promise<Script | null> => {
    const carrier = carriers.find(({ name }) => name === where.carrier)!
    let stranger = false
    const acted = await act(where.challenge as ChallengeId, (stored) => {
      const delivery = ours(stored.challenge, where)
      stranger = delivery !== null && delivery.ref !== null && !news.refs.includes(delivery.ref)
      return delivery === null || stranger ? null : eventOf(stored, delivery, where, news)
    })
    if (stranger) return null
    if (!acted || acted === 'number_busy') return neutralScript(where.locale, prompts[where.locale])
    hands.follow(acted)
    remember(acted.stored, where.delivery as DeliveryId, acted.moved)
    return answerTo(acted.stored, where.delivery as DeliveryId, carrier)
  }

  function eventOf(
    stored: ChallengeRecord,
    { id }: Delivery,
    { turn }: WebhookTarget,
    news: CarrierEvent,
  ): ChallengeEvent | null {
    const ref = news.refs[0] ?? ''
    if (news.type === 'answered') return { type: 'answered', delivery: id, ref }
    if (news.type === 'rang') return { type: 'ringing', delivery: id, ref }
    if (news.type === 'detected') return news.machine ? { type: 'voicemail_detected', delivery: id } : null
    if (news.type === 'ended') return { type: 'ended', delivery: id, result: RESULT_OF_CAUSE[news.cause] }
    if (news.type === 'delivered') return { type: 'delivered', delivery: id }
    if (news.type === 'undelivered')
      return { type: 'undelivered', delivery: id, result: news.blame === 'number' ? 'unreachable' : 'carrier_failed' }
    if (news.type !== 'keyed' || turn === null) return null
    const key = classifyDtmf(stored.challenge, news.digits, {
      code: secret.code(stored),
      gate: secret.gate(stored, id),
    })
    return { type: 'dtmf_received', delivery: id, turn, key }
  }

  /** A number that was reached has proved its channel. The person does not wait for it to be written down. */
  function remember({ challenge, request: terms }: ChallengeRecord, id: DeliveryId, moved: boolean): void {
    const delivery = challenge.deliveries.find((one) => one.id === id)
    if (moved && delivery?.result === 'delivered')
      act.background(store.challenges.reached(terms.numberHash, delivery.channel))
  }

  function answerTo(stored: ChallengeRecord, delivery: DeliveryId, carrier: Carrier): Script {
    return callScript(
      stored.challenge,
      delivery,
      scriptContext(stored, delivery, carrier, settings.serviceName, secret),
    )
  }
}

/** The delivery that a link names, if this carrier carries it. */
function ours(challenge: Challenge, { delivery, carrier }: WebhookTarget): Delivery | null {
  return challenge.deliveries.find((one) => one.id === delivery && one.carrier === carrier) ?? null
}
