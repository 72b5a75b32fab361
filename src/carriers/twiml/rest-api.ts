// The REST API of 2010-04-01, which Twilio and SignalWire share: twilio.com/docs/voice/api/call-resource

import type { CallLookup, Carrier, PlaceCall, PlacementResult } from '../carrier.ts'
import { classifyResponse, parse, type ResponseClassifier } from '../classify-response.ts'
import { type Answer, basic, type Fetch, request } from '../http-client.ts'
import { isE164, NO_NUMBER, name, text } from '../validators.ts'
import { isNumbersFault } from './error-codes.ts'
import { ending } from './parse-webhook.ts'

type Fields = [name: string, value: string][]

export type TwimlRestApi = Pick<Carrier, 'hangUp' | 'sendSms' | 'findCall'> & {
  /** `more`: fields that only one of the two knows. */
  place(call: PlaceCall, more: Fields, signal: AbortSignal): Promise<PlacementResult>
}

/** `account` is the URL that the account's resources are under. */
export function twimlRestApi(account: string, user: string, password: string, fetch: Fetch): TwimlRestApi {
  const headers = { Authorization: basic(user, password), 'Content-Type': 'application/x-www-form-urlencoded' }
  const callUrl = (ref: string) => `${account}/Calls/${encodeURIComponent(ref)}.json`
  const post = (url: string, fields: Fields, signal: AbortSignal) =>
    request(fetch, { method: 'POST', url, headers, body: new URLSearchParams(fields).toString() }, signal)
  const get = (url: string, signal: AbortSignal) =>
    request(fetch, { method: 'GET', url, headers: { Authorization: headers.Authorization } }, signal)

  return {
    async place(call, more, signal) {
      if (!isE164(call.to)) return NO_NUMBER
      const keys = call.extension === null ? null : dialled(call.extension)
      if (keys?.length === 0) return { type: 'refused', blame: 'carrier', why: 'an extension that cannot be dialled' }
      const fields = [...orderOf(call), ...afterAnswer(call, keys), ...more]
      return classifyResponse(await post(`${account}/Calls.json`, fields, signal), READING)
    },

    async hangUp(ref, signal) {
      // "canceled" would spare a call that has just been answered.
      const answer = await post(callUrl(ref), [['Status', 'completed']], signal)
      if (answer.type !== 'answered') throw new Error(`hanging up failed: ${answer.why}`)
      const body = parse(answer.body)
      if (answer.status < 300 && sidOf(body) === ref) return
      if (isAbsent(answer.status, body) || codeOf(body) === '21220') return
      throw new Error(`hanging up was answered with HTTP ${answer.status}`)
    },

    async sendSms({ to, from, body, receiptUrl: receipt }, signal) {
      if (!isE164(to)) return NO_NUMBER
      const fields: Fields = [
        ['To', to],
        ['From', from],
        ['Body', body],
        ['StatusCallback', receipt],
      ]
      return classifyResponse(await post(`${account}/Messages.json`, fields, signal), READING)
    },

    async findCall({ ref, to, from, since }, signal) {
      if (ref !== null) return oneOf(await get(callUrl(ref), signal))
      // Not by StartTime: it is null until a queued call is dialled, and such a call would seem absent.
      const query = new URLSearchParams({ To: to, From: from, PageSize: '50' })
      return newestOf(await get(`${account}/Calls.json?${query}`, signal), { to, from, since })
    },
  }
}

const READING: ResponseClassifier = {
  ref: sidOf,
  // Neither says of any 5xx that nothing was done.
  refusal(status, body) {
    if (status >= 500) return null
    const code = codeOf(body)
    return { blame: isNumbersFault(code ?? '') ? 'number' : 'carrier', code }
  },
}

function orderOf({ to, from, urls: links, ringSeconds }: PlaceCall): Fields {
  return [
    ['To', to],
    ['From', from],
    ['Url', links.answer],
    ['Method', 'POST'],
    ['FallbackUrl', links.fallback],
    ['FallbackMethod', 'POST'],
    ['StatusCallback', links.status],
    ['StatusCallbackMethod', 'POST'],
    // Without these only the end is told.
    ['StatusCallbackEvent', 'initiated'],
    ['StatusCallbackEvent', 'ringing'],
    ['StatusCallbackEvent', 'answered'],
    ['StatusCallbackEvent', 'completed'],
    ['Timeout', String(ringSeconds)],
  ]
}

/** Detection is ignored where keys are dialled. Unless it is asynchronous, the person hears nothing until it is over. */
function afterAnswer({ detect, urls: links }: PlaceCall, keys: string | null): Fields {
  if (keys !== null) return [['SendDigits', keys]]
  if (!detect) return []
  return [
    ['MachineDetection', 'Enable'],
    ['AsyncAmd', 'true'],
    ['AsyncAmdStatusCallback', links.detection],
    ['AsyncAmdStatusCallbackMethod', 'POST'],
  ]
}

/** A comma is two seconds on any telephone, and `w` half a one here. Empty where it can't be dialled: 32 keys are the most. */
function dialled(extension: string): string {
  const keys = extension.replaceAll(',', 'wwww')
  return /^[\dw]{1,32}$/.test(keys) ? keys : ''
}

function sidOf(body: unknown): string | null {
  return name(Object(body).sid)
}

/** A number in `code`; SignalWire's 400 has a list of errors instead. */
function codeOf(body: unknown): string | null {
  const { code, errors } = Object(body)
  const given = code ?? Object(Array.isArray(errors) ? errors[0] : null).code
  return typeof given === 'number' || typeof given === 'string' ? String(given) : null
}

function oneOf(answer: Answer): CallLookup {
  if (answer.type !== 'answered') return { type: 'unknown' }
  const body = parse(answer.body)
  if (isAbsent(answer.status, body)) return { type: 'absent' }
  return answer.status === 200 ? sighting(Object(body)) : { type: 'unknown' }
}

/** In the API's own words: a 404 that is a page may come from anyone on the way. */
function isAbsent(status: number, body: unknown): boolean {
  return status === 404 && Object(body) === body
}

/** Their clocks are not the database's, and theirs tell whole seconds. */
const SKEW_MS = 5000

function newestOf(answer: Answer, wanted: { to: string; from: string; since: Date }): CallLookup {
  if (answer.type !== 'answered' || answer.status !== 200) return { type: 'unknown' }
  const { calls } = Object(parse(answer.body))
  if (!Array.isArray(calls)) return { type: 'unknown' }
  const theirs = calls.map(Object).filter(({ to, from }) => to === wanted.to && from === wanted.from)
  const ages = theirs.map((call) => ({ call, created: Date.parse(call.date_created) }))
  if (ages.some(({ created }) => Number.isNaN(created))) return { type: 'unknown' }
  const [newest] = ages.toSorted((a, b) => b.created - a.created)
  if (newest === undefined || newest.created < wanted.since.getTime() - SKEW_MS) return { type: 'absent' }
  return sighting(newest.call)
}

const STATES = new Map<string, 'placing' | 'ringing' | 'answered'>([
  ['queued', 'placing'],
  ['initiated', 'placing'],
  ['ringing', 'ringing'],
  ['in-progress', 'answered'],
])

function sighting(call: Record<string, unknown>): CallLookup {
  const ref = sidOf(call)
  if (ref === null) return { type: 'unknown' }
  const state = STATES.get(text(call.status))
  if (state !== undefined) return { type: 'seen', ref, state }
  const cause = ending(text(call.status), String(call.sip_result_code ?? ''))
  return cause === null ? { type: 'unknown' } : { type: 'seen', ref, state: 'ended', cause }
}
