// What the caller hears, read off the state: the same state always says the same, so a webhook that comes twice, late or
// out of order gets the right document with nothing remembered.

import { spokenMessage } from './app-hash.ts'
import type { AnsweredCall, Challenge, Delivery, DeliveryId, OpenTurn } from './challenge.ts'
import type { Locale } from './locale.ts'
import type { Prompts } from './prompts.ts'
import { scopeWords } from './scope-words.ts'
import type { GatherOptions, Script, Speech } from './script.ts'
import { leastSecondsToSpeak } from './speaking-time.ts'
import { currentDelivery } from './transitions/common.ts'

/** What the sentences are made of. `code`, `gate` and `approveKey` are derived for this one script. */
export type ScriptContext = {
  locale: Locale
  prompts: Prompts
  name: string
  scope: string
  details: string | null
  message: string | null
  code: string
  /** Two keys. */
  gate: string
  /** The key that approves where it is drawn for each call. */
  approveKey: string
  /** The words that the page shows too. */
  sharedPhrase: string | null
}

const APPROVAL_KEY: GatherOptions = { max: 1, finish: null, reportKey: null, seconds: 8, secondsBetween: 8 }
/** Carriers post an entry only once it is over, and none when the person hangs up before: the wait is short for a lone 9. */
const GATE_KEYS: GatherOptions = { max: 2, finish: null, reportKey: '9', seconds: 5, secondsBetween: 3 }
const REPLAY_KEY: GatherOptions = { max: 1, finish: null, reportKey: null, seconds: 4, secondsBetween: 4 }
const BETWEEN_READINGS: Speech = { pause: 2000 }

export function callScript(challenge: Challenge, id: DeliveryId, context: ScriptContext): Script {
  const { locale, prompts } = context
  const delivery = currentDelivery(challenge)
  const call = delivery.progress
  if (delivery.id !== id || call.state !== 'answered') return neutralScript(locale, prompts)
  if (call.phase === 'goodbye' || challenge.outcome) return lastSentence(locale, farewell(challenge, delivery, prompts))
  const { turn } = call
  if (call.phase === 'code') {
    // Without a gate the code is the first that is heard.
    const say = [...(turn === 1 ? opening(context) : []), ...reading(context)]
    return { locale, say, then: 'listen', turn, gather: REPLAY_KEY }
  }
  return {
    locale,
    say: question(challenge, call, context),
    then: 'listen',
    turn,
    gather: keysOf(challenge, call, context),
  }
}

/** For a call whose challenge is over, or unknown. */
export function neutralScript(locale: Locale, prompts: Prompts): Script {
  return lastSentence(locale, prompts.farewell.neutral)
}

/** The key that approves on a call. */
export function approveKeyOf({ keyDrawn }: Pick<AnsweredCall, 'keyDrawn'>, context: ScriptContext): string {
  return keyDrawn ? context.approveKey : '1'
}

/** How long a turn must have been spoken, at the least, before the first key that was drawn for this call is named. */
export function secondsUntilKeyIsNamed(challenge: Challenge, turn: Turn, context: ScriptContext): number {
  // No name or scope holds this character, so it marks the place of the first key in any language.
  const say = question(challenge, turn, { ...context, gate: '\0\0', approveKey: '\0' }).join(' ')
  return leastSecondsToSpeak(say.slice(0, Math.max(0, say.indexOf('\0'))), context.locale)
}

/** A turn that is spoken, or the last one of a call that has ended. */
type Turn = AnsweredCall | OpenTurn

function lastSentence(locale: Locale, sentence: string): Script {
  return { locale, say: [sentence], then: 'hang_up' }
}

function keysOf({ flow }: Challenge, { notice }: AnsweredCall, { code, sharedPhrase }: ScriptContext): GatherOptions {
  if (flow === 'keypad_code')
    return {
      max: code.length,
      finish: '#',
      reportKey: null,
      seconds: 10,
      secondsBetween: sharedPhrase === null ? 10 : 5,
    }
  if (flow === 'approve') return APPROVAL_KEY
  // A carrier of which we wrongly believe that it names the key makes a silence of a lone 9: then it is a key like others.
  return notice === 'silent' ? { ...GATE_KEYS, reportKey: null } : GATE_KEYS
}

/** What went wrong, the service, why it calls, and what to press. After a wrong key the greeting is not repeated. */
function question(challenge: Challenge, turn: Turn, context: ScriptContext): string[] {
  const { notice } = turn
  const { prompts, scope, details, message, code, gate } = context
  const isWrong = notice === 'wrong'
  const first = isWrong ? [wrongEntry(challenge, prompts)] : opening(context)
  if (notice === 'silent') first.unshift(prompts.silence)
  if (challenge.flow === 'send_code') return [...first, prompts.gate(scope, gate.charAt(0), gate.charAt(1))]
  const about = details ?? (message === null ? null : fill(spokenMessage(message), context))
  const request = about === null ? [] : [prompts.sentence(about)]
  if (challenge.flow === 'keypad_code') return [...first, ...request, prompts.enterCode(code.length)]
  const keys = prompts.approve(approveKeyOf(turn, context))
  return [...first, ...(about === null ? [prompts.request(scope)] : request), keys]
}

function wrongEntry({ flow }: Challenge, prompts: Prompts): string {
  return flow === 'keypad_code' ? prompts.wrongCode : prompts.wrongKey
}

/** The service, and the words by which the person knows the call from another: "The words on your screen are: amber kite." */
function opening({ prompts, name, sharedPhrase }: ScriptContext): string[] {
  return [prompts.greeting(name), ...(sharedPhrase === null ? [] : [prompts.sharedPhrase(sharedPhrase)])]
}

/** The code twice, with time to write it down. */
function reading(context: ScriptContext): Speech[] {
  const { prompts, message, scope, code } = context
  const template = message === null ? `${prompts.code(scope)} {CODE}` : spokenMessage(message)
  const [before = '', ...after] = template.split('{CODE}').map((part) => fill(part, context).trim())
  const once = [before, ...after.flatMap((part) => [...prompts.digits(code), part])].filter((part) => part !== '')
  return [...once, BETWEEN_READINGS, prompts.neverAsk, prompts.again, ...once, { pause: 1000 }, prompts.replay]
}

export function fill(text: string, { name, scope }: Pick<ScriptContext, 'name' | 'scope'>): string {
  return text.replaceAll('{NAME}', () => name).replaceAll('{SCOPE}', () => scopeWords(scope))
}

/** The last sentence. Only the call that ended the challenge names the outcome; any other stays neutral. */
function farewell({ outcome, flow }: Challenge, { result }: Delivery, { farewell: sentences }: Prompts): string {
  if (outcome?.status === 'expired' && result !== 'canceled') return sentences.expired
  if (result === 'no_input') return sentences.noInput
  if (result !== 'delivered') return sentences.neutral
  if (flow === 'send_code' && outcome?.status !== 'denied') return sentences.codeGiven
  if (outcome?.status === 'approved') return sentences.approved
  if (outcome?.reason === 'rejected') return sentences.rejected
  if (outcome?.reason === 'fraud_reported') return sentences.reported
  if (outcome?.reason === 'too_many_attempts')
    return flow === 'send_code' ? sentences.codeGiven : sentences.tooManyAttempts
  return sentences.neutral
}
