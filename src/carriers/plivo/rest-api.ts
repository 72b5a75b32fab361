// Plivo's REST API: docs.plivo.com/docs/voice/api/call, docs.plivo.com/docs/messaging/api/message. Numbers have no plus.

import type { AccountSettings, CallLookup, Carrier } from '../carrier.ts'
import { classifyResponse, parseJson, type ResponseClassifier } from '../classify-response.ts'
import { carrierConnections } from '../connection-pool.ts'
import { basicAuthorization, type HttpRequest, sendRequest } from '../http-client.ts'
import { isE164, NOT_E164, refOrNull, stringOrEmpty } from '../validators.ts'
import { endCause, messageState } from './error-codes.ts'

type RestApi = Required<Pick<Carrier, 'place' | 'hangUp' | 'sendSms' | 'findCall' | 'findMessage'>>

type Settings = AccountSettings & { powerpackUuid: string | null }

/** `accountUrl`: the URL under which the account's resources are. */
export function plivoRestApi(accountUrl: string, authId: string, authToken: string, settings: Settings): RestApi {
  const fetch = settings.fetch ?? carrierConnections
  const authorization = basicAuthorization(authId, authToken)

  function send(method: HttpRequest['method'], path: string, body: object | null, signal: AbortSignal) {
    const headers = { Authorization: authorization, 'Content-Type': 'application/json', Accept: 'application/json' }
    const url = `${accountUrl}/${path}`
    return sendRequest(fetch, { method, url, headers, ...(body && { body: JSON.stringify(body) }) }, signal)
  }

  return {
    async place(call, signal) {
      if (!isE164(call.to)) return NOT_E164
      const { urls } = call
      const body = {
        from: withoutPlus(call.from),
        to: withoutPlus(call.to),
        answer_url: urls.answer,
        answer_method: 'POST',
        ring_url: urls.status,
        ring_method: 'POST',
        // Left out, it is the answer_url: docs.plivo.com/docs/voice/api/call/make-a-call
        hangup_url: urls.status,
        hangup_method: 'POST',
        fallback_url: urls.fallback,
        fallback_method: 'POST',
        ring_timeout: call.ringSeconds,
        // The page's table has only this one now; it counts from the first ring.
        hangup_on_ring: call.ringSeconds,
        time_limit: call.maxSeconds,
        ...(call.detect && {
          machine_detection: 'true',
          machine_detection_url: urls.detection,
          machine_detection_method: 'POST',
        }),
        // `w` is half a second; a comma is two seconds on a phone's dialler.
        ...(call.extension !== null && { send_digits: call.extension.replaceAll(',', 'wwww') }),
      }
      const result = await send('POST', 'Call/', body, signal)
      return classifyResponse(result, { refOf: (created) => onlyRef(created, 'request_uuid'), ...refusals(body.to) })
    },

    async hangUp(ref, signal) {
      const id = encodeURIComponent(ref)
      // A queued request becomes a call when it is dialled, perhaps between the first two of these:
      // docs.plivo.com/docs/voice/api/call/hangup-a-call
      for (const path of [`Call/${id}/`, `Request/${id}/`, `Call/${id}/`]) {
        const result = await send('DELETE', path, null, signal)
        if (result.type !== 'answered') throw new Error(`Plivo: hanging up failed (${result.why})`)
        if (result.status < 300) return
        if (result.status !== 404) throw new Error(`Plivo: hanging up was answered with ${result.status}`)
      }
    },

    async sendSms(message, signal) {
      if (!isE164(message.to)) return NOT_E164
      const body = {
        ...sender(message.from, settings),
        dst: withoutPlus(message.to),
        text: message.body,
        url: message.receiptUrl,
        method: 'POST',
        // Keeps the code out of Plivo's own logs.
        log: false,
      }
      const result = await send('POST', 'Message/', body, signal)
      return classifyResponse(result, { refOf: (created) => onlyRef(created, 'message_uuid'), ...refusals(body.dst) })
    },

    // Calls are not listed by number: live, queued and ended ones stand in three lists, and the ended ones appear late:
    // docs.plivo.com/docs/voice/api/call/retrieve-a-call
    async findCall(ref, signal) {
      // Live, then ended, then queued: docs.plivo.com/docs/voice/api/call/retrieve-a-call
      for (const query of ['?status=live', '', '?status=queued']) {
        const result = await send('GET', `Call/${encodeURIComponent(ref)}/${query}`, null, signal)
        if (result.type !== 'answered') return { type: 'unknown' }
        const body = parseJson(result.body)
        if (result.status === 200) return toCallLookup(ref, body)
        // Plivo's own 404 has JSON; one with an HTML page may come from a proxy.
        if (result.status !== 404 || Object(body) !== body) return { type: 'unknown' }
      }
      return { type: 'absent' }
    },

    async findMessage(ref, signal) {
      const result = await send('GET', `Message/${encodeURIComponent(ref)}/`, null, signal)
      if (result.type !== 'answered' || result.status !== 200) return null
      const { message_uuid: uuid, message_state: state, error_code: code } = Object(parseJson(result.body))
      return uuid === ref ? messageState(stringOrEmpty(state), String(code)) : null
    },
  }
}

function sender(from: string | null, { smsFrom, powerpackUuid, ...settings }: Settings) {
  if (from === null && powerpackUuid !== null) return { powerpack_uuid: powerpackUuid }
  return { src: withoutPlus(from ?? smsFrom ?? settings.from) }
}

/** A short code or a name has none, and stays as it is. */
function withoutPlus(number: string): string {
  return number.replace(/^\+/, '')
}

/** A list of one id is that id. A list of several would be several calls, and an error beside an id is contradictory. */
function onlyRef(body: unknown, field: 'request_uuid' | 'message_uuid'): string | null {
  const { error, [field]: given } = Object(body)
  if (error) return null
  return refOrNull(Array.isArray(given) && given.length === 1 ? given[0] : given)
}

/**
 * Plivo has no error codes here, only prose, which names the parameter or repeats its value:
 * docs.plivo.com/docs/voice/api/response, docs.plivo.com/docs/messaging/concepts/destination-number-validation
 */
function refusals(to: string): Pick<ResponseClassifier, 'refusalOf'> {
  return {
    refusalOf(status, body) {
      if (status >= 500) return null
      const error = stringOrEmpty(Object(body).error)
      const namesTo = /\b(to|dst|destination)\b/i.test(error) && !/\b(from|src|source|caller)\b/i.test(error)
      const isAboutTo = namesTo || error.startsWith(`${to} `)
      const isInvalid = status === 400 && /invalid|not valid|not a valid/i.test(error)
      return { blame: isInvalid && isAboutTo ? 'number' : 'carrier', code: null }
    },
  }
}

const STATES = new Map<unknown, 'placing' | 'ringing' | 'answered'>([
  ['queued', 'placing'],
  ['initiated', 'placing'],
  ['ringing', 'ringing'],
  ['in-progress', 'answered'],
])

/** A live call has a status, an ended one a hangup cause: docs.plivo.com/docs/voice/api/call/the-call-object */
function toCallLookup(ref: string, body: unknown): CallLookup {
  const { call_status: status, hangup_cause_code: code, end_time: end } = Object(body)
  const state = STATES.get(status)
  if (state) return { type: 'seen', ref, state }
  if (!end && !Number.isInteger(code)) return { type: 'unknown' }
  const cause = endCause(Number.isInteger(code) ? String(code) : null, stringOrEmpty(status))
  return { type: 'seen', ref, state: 'ended', cause }
}
