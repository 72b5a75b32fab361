// What is said of a challenge, pending or ended, and how it looks.

import type { Challenge, Delivery, Failure } from '../client/client.ts'
import type { Message, Texts } from './texts.ts'

export type Stage =
  | 'loading'
  | 'calling'
  | 'ringing'
  | 'answered'
  | 'code_read'
  | 'texting'
  | 'texted'
  | 'failed'
  | 'approved'
  | 'refused'
  | 'over'

export type Shown = { stage: Stage; title: string; sentence: string }

/** Wrong codes that a challenge allows. */
const ATTEMPTS = 5

/** A placed call rings within seconds. After these, the carrier's answer is probably lost and the call looked for. */
const SLOW_MS = 6_000

/** Of a call through another carrier nothing is known until it is answered. */
const REPORTS_RINGING: Record<Delivery['carrier'], boolean> = {
  twilio: true,
  signalwire: true,
  bandwidth: false,
  plivo: true,
}

/** `now`: the server's time in milliseconds. */
export function shownOf(challenge: Challenge, texts: Texts, now: number): Shown {
  return challenge.reason === null ? progressOf(challenge, texts, now) : outcomeOf(challenge, texts)
}

function outcomeOf(challenge: Challenge & { status: Exclude<Challenge['status'], 'pending'> }, texts: Texts): Shown {
  const { status, reason, deliveries } = challenge
  const last = deliveries.at(-1)
  const stage = status === 'approved' ? 'approved' : status === 'denied' ? 'refused' : 'over'
  const failure = status === 'undelivered' && last ? failureOf({ ...last, result: reason }, texts) : null
  return shown(stage, failure ?? texts.outcomes[reason])
}

function progressOf(challenge: Challenge, texts: Texts, now: number): Shown {
  const delivery = challenge.deliveries.at(-1)
  if (!delivery) return shown('loading', texts.progress.loading)
  const { state, result } = delivery
  if (state === 'ended' && isFailure(result, texts))
    return shown('failed', [failureTitle({ ...delivery, result }, texts), failureSentence(delivery, texts)])
  const before = challenge.deliveries.at(-2)
  const { stage, title, sentence } =
    delivery.channel === 'sms' ? textProgress(delivery, texts) : callProgress(challenge, delivery, before, texts, now)
  const isBeginning = state === 'placing' || state === 'sent'
  if (!isBeginning || !before || !isFailure(before.result, texts)) return { stage, title, sentence }
  return { stage, title, sentence: texts.after(failureTitle({ ...before, result: before.result }, texts), sentence) }
}

function textProgress({ state }: Delivery, { progress }: Texts): Shown {
  if (state === 'placing') return shown('texting', progress.texting)
  return shown('texted', state === 'ended' ? progress.textArrived : progress.texted)
}

function callProgress(
  challenge: Challenge,
  delivery: Delivery,
  before: Delivery | undefined,
  texts: Texts,
  now: number,
): Shown {
  const { progress } = texts
  switch (delivery.state) {
    case 'placing':
      if (now - Date.parse(delivery.created_at) > SLOW_MS)
        return shown('calling', REPORTS_RINGING[delivery.carrier] ? progress.callingSlowly : progress.callingUnseen)
      return shown('calling', before?.result === 'carrier_failed' ? progress.callingAnotherWay : progress.calling)
    case 'ringing':
      return shown('ringing', progress.ringing)
    case 'answered':
      return answeredCall(challenge, 'phase' in delivery ? delivery.phase : undefined, texts)
    default:
      return shown('code_read', progress.codeRead)
  }
}

function answeredCall({ flow, attempts_left }: Challenge, phase: string | undefined, texts: Texts): Shown {
  const { progress } = texts
  if (flow === 'approve') return shown('answered', progress.approve)
  if (flow === 'keypad_code') {
    if (attempts_left === ATTEMPTS) return shown('answered', progress.keypad)
    const [title, sentence] = progress.keypadWrong
    return shown('answered', [title, `${texts.triesLeft(attempts_left)} ${sentence}`])
  }
  if (phase === 'code') return shown('answered', progress.reading)
  return phase === 'goodbye' ? shown('code_read', progress.codeRead) : shown('answered', progress.gate)
}

function failureTitle(delivery: Delivery & { result: Failure }, texts: Texts): string {
  return (failureOf(delivery, texts) ?? texts.outcomes[delivery.result])[0]
}

/** The code of an earlier delivery may be known; why this one failed is added where the carrier has named it. */
function failureSentence(delivery: Delivery, texts: Texts): string {
  const named = delivery.cause && failureOf(delivery, texts)
  return named ? `${named[1]} ${texts.progress.failed}` : texts.progress.failed
}

/** What there is to say of a failed delivery beyond its reason. */
function failureOf({ channel, result, cause }: Delivery, texts: Texts): Message | null {
  const { textCauses, textFailures, callCauses } = texts
  if (channel === 'sms') return (cause && textCauses[cause]) ?? own(textFailures, result)
  return own(callCauses, cause ?? null)
}

function own<T>(messages: Record<string, T>, name: string | null): T | null {
  return name !== null && Object.hasOwn(messages, name) ? messages[name]! : null
}

function isFailure(result: Delivery['result'], { outcomes }: Texts): result is Failure {
  return result !== null && result !== 'canceled' && Object.hasOwn(outcomes, result)
}

function shown(stage: Stage, [title, sentence]: Message): Shown {
  return { stage, title, sentence }
}
