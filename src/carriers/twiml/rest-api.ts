// The REST API of 2010-04-01, which Twilio and SignalWire share: twilio.com/docs/voice/api/call-resource

import type {
  AccountSettings,
  CallListing,
  CallLookup,
  Carrier,
  ListCalls,
  PlaceCall,
  PlacementResult,
  SeenCall,
} from '../carrier.ts'
import { classifyResponse, parseJson, type ResponseClassifier } from '../classify-response.ts'
import { carrierConnections } from '../connection-pool.ts'
import { basicAuthorization, type HttpResult, sendRequest } from '../http-client.ts'
import { isE164, NOT_E164, refOrNull, stringOrEmpty } from '../validators.ts'
import { blameFor, type ErrorCodes, endCause, messageState } from './error-codes.ts'

type FormFields = [name: string, value: string][]

export type TwimlRestApi = Required<Pick<Carrier, 'hangUp' | 'sendSms' | 'findCall' | 'listCalls' | 'findMessage'>> & {
  /** `extraFields`: those that only one of the two carriers knows. */
  place(call: PlaceCall, extraFields: FormFields, signal: AbortSignal): Promise<PlacementResult>
}

/** `errors`: the codes of the one carrier. */
type Settings = AccountSettings & { messagingServiceSid: string | null; errors: ErrorCodes }

/** `accountUrl`: the URL under which the account's resources are. */
export function twimlRestApi(accountUrl: string, user: string, password: string, settings: Settings): TwimlRestApi {
  const fetch = settings.fetch ?? carrierConnections
  const headers = {
    Authorization: basicAuthorization(user, password),
    'Content-Type': 'application/x-www-form-urlencoded',
  }
  const classifier: ResponseClassifier = {
    refOf: sidOf,
    refusalOf(status, body) {
      // No page of either says of any 5xx that nothing was done.
      if (status >= 500) return null
      const code = errorCodeOf(body)
      return { ...blameFor(code ?? '', settings.errors), code }
    },
  }
  const callUrl = (ref: string) => `${accountUrl}/Calls/${encodeURIComponent(ref)}.json`
  const post = (url: string, fields: FormFields, signal: AbortSignal) =>
    sendRequest(fetch, { method: 'POST', url, headers, body: new URLSearchParams(fields).toString() }, signal)
  const get = (url: string, signal: AbortSignal) =>
    sendRequest(fetch, { method: 'GET', url, headers: { Authorization: headers.Authorization } }, signal)

  return {
    async place(call, extraFields, signal) {
      if (!isE164(call.to)) return NOT_E164
      const keys = call.extension === null ? null : sendDigits(call.extension)
      if (keys?.length === 0) return { type: 'refused', blame: 'number', why: 'an extension that cannot be dialled' }
      const fields = [...callFields(call), ...afterAnswerFields(call, keys), ...extraFields]
      return classifyResponse(await post(`${accountUrl}/Calls.json`, fields, signal), classifier)
    },

    async hangUp(ref, signal) {
      // Not "canceled": it has no effect on a call that has just been answered.
      const result = await post(callUrl(ref), [['Status', 'completed']], signal)
      if (result.type !== 'answered') throw new Error(`hanging up failed: ${result.why}`)
      const body = parseJson(result.body)
      if (result.status < 300 && sidOf(body) === ref) return
      // 21220: the call is not in progress any more.
      if (isNotFound(result.status, body) || errorCodeOf(body) === '21220') return
      throw new Error(`hanging up was answered with HTTP ${result.status}`)
    },

    async sendSms({ to, from, body, receiptUrl }, signal) {
      if (!isE164(to)) return NOT_E164
      const fields: FormFields = [
        ['To', to],
        senderField(from, settings),
        ['Body', body],
        ['StatusCallback', receiptUrl],
      ]
      return classifyResponse(await post(`${accountUrl}/Messages.json`, fields, signal), classifier)
    },

    async findCall(ref, signal) {
      return lookupOfCall(await get(callUrl(ref), signal))
    },

    async listCalls(call, signal) {
      // Not filtered by StartTime: it is null until a queued call is dialled, so that call would seem absent.
      const query = new URLSearchParams({ To: call.to, From: call.from, PageSize: String(PAGE_SIZE) })
      return listingOf(await get(`${accountUrl}/Calls.json?${query}`, signal), call)
    },

    async findMessage(ref, signal) {
      const result = await get(`${accountUrl}/Messages/${encodeURIComponent(ref)}.json`, signal)
      if (result.type !== 'answered' || result.status !== 200) return null
      const { sid, status, error_code } = Object(parseJson(result.body))
      return sid === ref ? messageState(stringOrEmpty(status), String(error_code), settings.errors) : null
    },
  }
}

function callFields({ to, from, urls, ringSeconds }: PlaceCall): FormFields {
  return [
    ['To', to],
    ['From', from],
    ['Url', urls.answer],
    ['Method', 'POST'],
    ['FallbackUrl', urls.fallback],
    ['FallbackMethod', 'POST'],
    ['StatusCallback', urls.status],
    ['StatusCallbackMethod', 'POST'],
    // The default is `completed` alone.
    ['StatusCallbackEvent', 'initiated'],
    ['StatusCallbackEvent', 'ringing'],
    ['StatusCallbackEvent', 'answered'],
    ['StatusCallbackEvent', 'completed'],
    ['Timeout', String(ringSeconds)],
  ]
}

/** Detection is ignored where keys are dialled. Unless it is asynchronous, the person hears silence until it has ended. */
function afterAnswerFields({ detect, urls }: PlaceCall, keys: string | null): FormFields {
  if (keys !== null) return [['SendDigits', keys]]
  if (!detect) return []
  return [
    ['MachineDetection', 'Enable'],
    ['AsyncAmd', 'true'],
    ['AsyncAmdStatusCallback', urls.detection],
    ['AsyncAmdStatusCallbackMethod', 'POST'],
  ]
}

function senderField(from: string | null, { smsFrom, messagingServiceSid, ...settings }: Settings): FormFields[number] {
  if (from === null && messagingServiceSid !== null) return ['MessagingServiceSid', messagingServiceSid]
  return ['From', from ?? smsFrom ?? settings.from]
}

/** A comma is two seconds on a phone's dialler; `w` is half a second here. Empty where it is more than the 32 keys allowed. */
function sendDigits(extension: string): string {
  const keys = extension.replaceAll(',', 'wwww')
  return /^[\dw]{1,32}$/.test(keys) ? keys : ''
}

function sidOf(body: unknown): string | null {
  return refOrNull(Object(body).sid)
}

/** In `code`; in SignalWire's 400 in a list of `errors` instead. */
function errorCodeOf(body: unknown): string | null {
  const { code, errors } = Object(body)
  const given = code ?? Object(Array.isArray(errors) ? errors[0] : null).code
  return typeof given === 'number' || typeof given === 'string' ? String(given) : null
}

function lookupOfCall(result: HttpResult): CallLookup {
  if (result.type !== 'answered') return { type: 'unknown' }
  const body = parseJson(result.body)
  if (isNotFound(result.status, body)) return { type: 'absent' }
  const call = result.status === 200 ? seenCall(Object(body)) : null
  return call ? { type: 'seen', ...call } : { type: 'unknown' }
}

/** A 404 with JSON: one with an HTML page may come from a proxy. */
function isNotFound(status: number, body: unknown): boolean {
  return status === 404 && Object(body) === body
}

const PAGE_SIZE = 50
/** Both dates are in whole seconds, and `maxAge` was measured some seconds before the answer was dated. */
const TOLERANCE_MS = 10_000

function listingOf(result: HttpResult, wanted: ListCalls): CallListing {
  if (result.type !== 'answered' || result.status !== 200) return { type: 'unknown' }
  const { calls } = Object(parseJson(result.body))
  if (!Array.isArray(calls)) return { type: 'unknown' }
  const between = calls.map(Object).filter(({ to, from }) => to === wanted.to && from === wanted.from)
  // The carrier's clock and ours may be minutes apart, so its dates are measured against its own.
  const now = Date.parse(result.date ?? '') || Date.now()
  const since = now - wanted.maxAge * 1000 - TOLERANCE_MS
  const recent = between.filter(({ date_created: created }) => !(Date.parse(created) < since))
  const isDated = recent.every(({ date_created: created }) => !Number.isNaN(Date.parse(created)))
  // The newest come first, so a page that is full of recent ones may have left some out.
  const isWhole = calls.length < PAGE_SIZE || recent.length < between.length
  const seen = recent.map(seenCall).filter((call) => call !== null)
  if (!isDated || !isWhole || seen.length < recent.length) return { type: 'unknown' }
  return { type: 'listed', calls: seen }
}

const STATES = new Map<string, 'placing' | 'ringing' | 'answered'>([
  ['queued', 'placing'],
  ['initiated', 'placing'],
  ['ringing', 'ringing'],
  ['in-progress', 'answered'],
])

/** `null` without a name, or in a state that is not known here. */
function seenCall(call: Record<string, unknown>): SeenCall | null {
  const ref = sidOf(call)
  if (ref === null) return null
  const status = stringOrEmpty(call.status)
  const state = STATES.get(status)
  if (state !== undefined) return { ref, state }
  const cause = endCause(status, String(call.sip_result_code ?? ''))
  return cause === null ? null : { ref, state: 'ended', cause }
}
