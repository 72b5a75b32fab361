// The type of a carrier's test cases, and the calls, messages and helpers that the contract suite uses with all of them.

import assert from 'node:assert/strict'
import type {
  AccountSettings,
  CallbackUrls,
  CallListing,
  CallLookup,
  Carrier,
  CarrierEvent,
  IncomingWebhook,
  MessageState,
  PlaceCall,
  SendSms,
  WebhookKind,
} from '../../src/carriers/carrier.ts'
import type { Fetch } from '../../src/carriers/http-client.ts'

export type Subject = {
  make(fetch: Fetch): Carrier
  /** The headers that authenticate a webhook, made by the test's own code; with `secret`, by that one instead. */
  sign(incoming: IncomingWebhook, secret?: string): Record<string, string>
  /** Whether the headers cover URL and body, or only identify the sender. */
  signsBody: boolean
  /** The status for a request that isn't authentic. */
  refusalStatus: 401 | 403
  /** The status for an authentic one that needs no document. */
  acknowledgeStatus: 200 | 204
  webhooks: (Payload & { about: string; kind: WebhookKind; event: CarrierEvent })[]
  /** The webhook of a turn with these keys; `null`: without the field. */
  keysPayload(digits: string | null): Payload
  place: OrderCases
  sendSms: OrderCases
  /** The answer to `hangUp` for the call `ref`, and those that mean it has ended already. */
  hangUp: { ref: string; done: CannedAnswer; over: CannedAnswer[] }
  findCall: { about: string; ref: string; answer: CannedAnswer; is: CallLookup }[]
  /** `null`: the carrier has no list that could be trusted. The list is read ten seconds after `SINCE`. */
  listCalls: { about: string; answer: CannedAnswer; is: CallListing }[] | null
  /** Looked up by `ref`. Absent where receipts are repeated until they are taken. */
  findMessage?: { ref: string; url: string; cases: { about: string; answer: CannedAnswer; is: MessageState | null }[] }
}

/** A webhook's payload as on the carrier's page. */
export type Payload = { contentType: string; body: string }

/** A body that is no string is sent as JSON. */
export type CannedAnswer = { status: number; body: unknown; date?: Date }

export type OrderCases = {
  done: CannedAnswer & { ref: string }
  /** Other answers, and what they mean: unknown, or certainly not done and whose fault it is. */
  failures: (CannedAnswer & { about: string; is: 'unknown' | 'number' | 'carrier' })[]
}

export const SINCE = new Date('2026-08-18T15:54:00Z')

export const URLS: CallbackUrls = {
  answer: 'https://answerback.test/voice/dlv_V1StGXR8/answer?a=1&b=%2Fx',
  turn: (turn) => `https://answerback.test/voice/dlv_V1StGXR8/turn/${turn}?a=1&b=%2Fx`,
  status: 'https://answerback.test/voice/dlv_V1StGXR8/status',
  detection: 'https://answerback.test/voice/dlv_V1StGXR8/detection',
  fallback: 'https://answerback.test/voice/dlv_V1StGXR8/fallback',
}

export const CALL: PlaceCall = {
  to: '+12025550123',
  from: '+12025550199',
  urls: URLS,
  tag: 'dlv_V1StGXR8',
  ringSeconds: 25,
  maxSeconds: 180,
  detect: false,
  extension: null,
}

export const MESSAGE: SendSms = {
  to: '+12025550123',
  from: null,
  body: '481516 is your Acme login code & <more> ąę',
  receiptUrl: 'https://answerback.test/sms/dlv_V1StGXR8',
  tag: 'dlv_V1StGXR8',
}

/** The settings that every carrier has. */
export const ACCOUNT = {
  from: '+12025550199',
  smsFrom: null,
  callsPerSecond: null,
  messagesPerSecond: null,
} as const satisfies AccountSettings

export type SentRequest = { url: string; init: RequestInit }

/** A carrier's API that gives one answer, and records the requests. */
export function fakeCarrierApi(answer: CannedAnswer): { fetch: Fetch; asked: SentRequest[] } {
  const asked: SentRequest[] = []
  const fetch: Fetch = async (url, init) => {
    asked.push({ url, init })
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    const headers = answer.date ? { Date: answer.date.toUTCString() } : {}
    return new Response(answer.status === 204 ? null : text, { status: answer.status, headers })
  }
  return { fetch, asked }
}

/** The one JSON request that was made. */
export function jsonRequest(asked: SentRequest[]) {
  assert.equal(asked.length, 1)
  const { url, init } = asked[0]!
  return { url, headers: new Headers(init.headers), body: JSON.parse(String(init.body)) }
}

export function form(fields: Record<string, string>): Payload {
  return { contentType: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() }
}

export const noRequestAllowed: Fetch = () => assert.fail('no request may be made')

export function neverAborted(): AbortSignal {
  return new AbortController().signal
}

/** A webhook without the headers that authenticate it. */
export function unsigned(kind: WebhookKind, { contentType, body }: Payload, url = urlOf(kind)): IncomingWebhook {
  return { kind, method: 'POST', url, headers: new Headers({ 'Content-Type': contentType }), body }
}

export function signed(
  subject: Pick<Subject, 'sign'>,
  kind: WebhookKind,
  payload: Payload,
  secret?: string,
): IncomingWebhook {
  const bare = unsigned(kind, payload)
  return withHeaders(bare, subject.sign(bare, secret))
}

export function withHeaders(incoming: IncomingWebhook, more: Record<string, string>): IncomingWebhook {
  const headers = new Headers(incoming.headers)
  for (const [name, value] of Object.entries(more)) headers.set(name, value)
  return { ...incoming, headers }
}

/** Copies of the text, each with one bit of one character changed. */
export function mutations(text: string): string[] {
  return [...text].map((character, at) => {
    const other = String.fromCodePoint(character.codePointAt(0)! ^ 1)
    return text.slice(0, at) + other + text.slice(at + 1)
  })
}

function urlOf(kind: WebhookKind): string {
  if (kind === 'turn') return URLS.turn(2)
  return kind === 'receipt' ? MESSAGE.receiptUrl : URLS[kind]
}
