// What a carrier's test states about its carrier, and what all of them are tried with.

import assert from 'node:assert/strict'
import type {
  CallbackUrls,
  CallLookup,
  Carrier,
  CarrierEvent,
  IncomingWebhook,
  PlaceCall,
  SendSms,
  WebhookKind,
} from '../../src/carriers/carrier.ts'
import type { Fetch } from '../../src/carriers/http-client.ts'

export type Subject = {
  make(fetch: Fetch): Carrier
  /** The headers that prove a webhook, by code of the test's own. With a `secret`, a wrong one. */
  sign(incoming: IncomingWebhook, secret?: string): Record<string, string>
  /** Whether the proof covers URL and body, or only says who is calling. */
  seals: boolean
  /** What a stranger is answered. */
  stranger: 401 | 403
  recorded: (Payload & { about: string; hook: WebhookKind; news: CarrierEvent })[]
  /** The webhook of a turn with these keys; `null`: with no keys named at all. */
  keyed(digits: string | null): Payload
  place: Verb
  text: Verb
  /** The answer to `hangUp` for the call `ref`, and those that say it is over already. */
  hangUp: { ref: string; done: Answered; over: Answered[] }
  look: { about: string; ref: string | null; answer: Answered; is: CallLookup }[]
}

/** A webhook's payload as it was recorded, or as the carrier's page shows it. */
export type Payload = { contentType: string; body: string }

/** An answer of the far side; a body that is no string is sent as JSON. */
export type Answered = { status: number; body: unknown }

export type Verb = {
  done: Answered & { ref: string }
  /** Answers, and what they mean: nobody knows, or surely not done, and by whose fault. */
  else: (Answered & { about: string; is: 'unknown' | 'number' | 'carrier' })[]
}

export const SINCE = new Date('2026-08-18T15:54:00Z')

export const LINKS: CallbackUrls = {
  answer: 'https://answerback.test/voice/dlv_V1StGXR8/answer?a=1&b=%2Fx',
  turn: (turn) => `https://answerback.test/voice/dlv_V1StGXR8/turn/${turn}?a=1&b=%2Fx`,
  status: 'https://answerback.test/voice/dlv_V1StGXR8/status',
  detection: 'https://answerback.test/voice/dlv_V1StGXR8/detection',
  fallback: 'https://answerback.test/voice/dlv_V1StGXR8/fallback',
}

export const CALL: PlaceCall = {
  to: '+12025550123',
  from: '+12025550199',
  urls: LINKS,
  tag: 'dlv_V1StGXR8',
  ringSeconds: 25,
  maxSeconds: 180,
  detect: false,
  extension: null,
}

export const MESSAGE: SendSms = {
  to: '+12025550123',
  from: '+12025550199',
  body: '481516 is your Acme login code & <more> ąę',
  receiptUrl: 'https://answerback.test/sms/dlv_V1StGXR8',
  tag: 'dlv_V1StGXR8',
}

export type Asked = { url: string; init: RequestInit }

/** A far side that gives one answer, and keeps what it was asked. */
export function farSide(answer: Answered): { fetch: Fetch; asked: Asked[] } {
  const asked: Asked[] = []
  const fetch: Fetch = async (url, init) => {
    asked.push({ url, init })
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    return new Response(answer.status === 204 ? null : text, { status: answer.status })
  }
  return { fetch, asked }
}

export const nobody: Fetch = () => assert.fail('nothing may be asked')

export function patience(): AbortSignal {
  return new AbortController().signal
}

/** A webhook as it reaches us, before it is signed. */
export function unsigned(hook: WebhookKind, { contentType, body }: Payload, url = urlOf(hook)): IncomingWebhook {
  return { kind: hook, method: 'POST', url, headers: new Headers({ 'Content-Type': contentType }), body }
}

export function signed(
  subject: Pick<Subject, 'sign'>,
  hook: WebhookKind,
  payload: Payload,
  secret?: string,
): IncomingWebhook {
  const bare = unsigned(hook, payload)
  return withHeaders(bare, subject.sign(bare, secret))
}

export function withHeaders(incoming: IncomingWebhook, more: Record<string, string>): IncomingWebhook {
  const headers = new Headers(incoming.headers)
  for (const [name, value] of Object.entries(more)) headers.set(name, value)
  return { ...incoming, headers }
}

/** The text with each of its characters changed in one bit, one at a time. */
export function mutations(text: string): string[] {
  return [...text].map((character, at) => {
    const other = String.fromCodePoint(character.codePointAt(0)! ^ 1)
    return text.slice(0, at) + other + text.slice(at + 1)
  })
}

function urlOf(hook: WebhookKind): string {
  if (hook === 'turn') return LINKS.turn(2)
  return hook === 'receipt' ? MESSAGE.receiptUrl : LINKS[hook]
}
