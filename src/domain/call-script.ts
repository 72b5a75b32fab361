// What the caller hears, read off the state: the same state always says the same, so a webhook that comes twice, late or
// out of order is answered rightly with nothing remembered.

import type { Challenge, Delivery, DeliveryId } from './challenge.ts'
import type { Locale, Prompts } from './prompts.ts'
import { scopeWords } from './scope-words.ts'
import type { GatherOptions, Script, Speech } from './script.ts'

/** What the sentences are made of. `code` and `gate` are derived for this one script. */
export type ScriptContext = {
  locale: Locale
  prompts: Prompts
  name: string
  scope: string
  details: string | null
  message: string | null
  code: string
  gate: string
}

const ONE_KEY: GatherOptions = { max: 1, finish: null, seconds: 8 }
const TO_HEAR_AGAIN: GatherOptions = { max: 1, finish: null, seconds: 4 }
const BETWEEN_READINGS: Speech = { pause: 2000 }

export function callScript(challenge: Challenge, id: DeliveryId, words: ScriptContext): Script {
  const delivery = challenge.deliveries.at(-1)
  const call = delivery?.progress
  if (!delivery || delivery.id !== id || call?.state !== 'answered')
    return says(words, [words.prompts.farewell.neutral])
  if (call.phase === 'goodbye' || challenge.outcome) return says(words, [farewell(challenge, delivery, words.prompts)])
  const { turn, notice } = call
  const sorry =
    notice === 'silent' ? [words.prompts.silence] : notice === 'wrong' ? [wrong(challenge, words.prompts)] : []
  if (call.phase === 'code') {
    // Without a gate the code is the first that is heard.
    const say = [...(turn === 1 ? [words.prompts.greeting(words.name)] : []), ...reading(words)]
    return { locale: words.locale, say, then: 'listen', turn, gather: TO_HEAR_AGAIN }
  }
  const keys = challenge.flow === 'keypad_code' ? codeKeys(words.code.length) : ONE_KEY
  return {
    locale: words.locale,
    say: [...sorry, ...question(challenge, words, notice === 'wrong')],
    then: 'listen',
    turn,
    gather: keys,
  }
}

/** For a call that is nobody's any more. */
export function neutralScript(locale: Locale, prompts: Prompts): Script {
  return { locale, say: [prompts.farewell.neutral], then: 'hang_up' }
}

function says({ locale }: ScriptContext, say: Speech[]): Script {
  return { locale, say, then: 'hang_up' }
}

function codeKeys(length: number): GatherOptions {
  return { max: length, finish: '#', seconds: 10 }
}

function wrong(challenge: Challenge, prompts: Prompts): string {
  return challenge.flow === 'keypad_code' ? prompts.wrongCode : prompts.wrongKey
}

/** The service first, then why, then what to press. Somebody who has just erred needs not be greeted again. */
function question(challenge: Challenge, words: ScriptContext, erred: boolean): Speech[] {
  const { prompts, name, scope, details, message, code, gate } = words
  const greeting = erred ? [] : [prompts.greeting(name)]
  if (challenge.flow === 'send_code') return [...greeting, prompts.gate(scope, gate)]
  const about = details ?? (message === null ? null : fill(message, words))
  const request = about === null ? [] : [sentence(about)]
  if (challenge.flow === 'keypad_code') return [...greeting, ...request, prompts.enterCode(code.length)]
  return [...greeting, ...(about === null ? [prompts.request(scope)] : request), prompts.approve]
}

/** The code twice, with time to write it down. */
function reading(words: ScriptContext): Speech[] {
  const { prompts, message, scope, code } = words
  const carrying = message ?? `${prompts.code(scope)} {CODE}`
  const [before = '', ...after] = carrying.split('{CODE}').map((part) => fill(part, words).trim())
  const once = [before, ...after.flatMap((part) => [...prompts.digits(code), part])].filter((part) => part !== '')
  return [...once, BETWEEN_READINGS, prompts.again, ...once, { pause: 1000 }, prompts.replay]
}

export function fill(text: string, { name, scope }: Pick<ScriptContext, 'name' | 'scope'>): string {
  return text.replaceAll('{NAME}', () => name).replaceAll('{SCOPE}', () => scopeWords(scope))
}

/** What an app gives us seldom ends like a sentence, and without a stop the next one runs into it. */
function sentence(text: string): string {
  return /[.!?。！？।…]$/.test(text) ? text : `${text}.`
}

/** The last sentence. Only the call that ended the challenge names how; any other that comes late stays neutral. */
function farewell({ outcome, flow }: Challenge, { result }: Delivery, { farewell: last }: Prompts): string {
  if (outcome?.status === 'expired' && result !== 'canceled') return last.expired
  if (result === 'no_input') return last.noInput
  if (result !== 'delivered') return last.neutral
  if (flow === 'send_code' && outcome?.status !== 'denied') return last.told
  if (outcome?.status === 'approved') return last.approved
  if (outcome?.reason === 'rejected') return last.rejected
  if (outcome?.reason === 'fraud_reported') return last.reported
  if (outcome?.reason === 'too_many_attempts') return flow === 'send_code' ? last.told : last.tooManyAttempts
  return last.neutral
}
