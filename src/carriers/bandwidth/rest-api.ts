// Bandwidth's two REST APIs, voice and messaging: dev.bandwidth.com/apis/voice, dev.bandwidth.com/apis/messaging

import type { AccountSettings, Blame, CallLookup, Carrier } from '../carrier.ts'
import { classifyResponse, parseJson } from '../classify-response.ts'
import { carrierConnections } from '../connection-pool.ts'
import { basicAuthorization, type HttpRequest, sendRequest } from '../http-client.ts'
import { isE164, NOT_E164, refOrNull, stringOrEmpty } from '../validators.ts'
import type { Credentials } from './basic-auth.ts'
import { endCause } from './error-codes.ts'

export type BandwidthAccount = AccountSettings & {
  accountId: string
  username: string
  password: string
  voiceApplicationId: string
  messagingApplicationId: string
  voiceBaseUrl: string
  messagingBaseUrl: string
}

type RestApi = Pick<Carrier, 'place' | 'hangUp' | 'sendSms' | 'findCall'>

/** `callback`: the credentials with which Bandwidth is to call us. */
export function bandwidthRestApi(account: BandwidthAccount, callback: Credentials): RestApi {
  const callsUrl = `${account.voiceBaseUrl}/accounts/${account.accountId}/calls`
  const messagesUrl = `${account.messagingBaseUrl}/users/${account.accountId}/messages`

  function send(method: HttpRequest['method'], url: string, body: object | null, signal: AbortSignal) {
    const headers = {
      Authorization: basicAuthorization(account.username, account.password),
      'Content-Type': 'application/json',
      Accept: 'application/json',
    }
    return sendRequest(
      account.fetch ?? carrierConnections,
      { method, url, headers, ...(body && { body: JSON.stringify(body) }) },
      signal,
    )
  }

  return {
    async place(call, signal) {
      if (!isE164(call.to)) return NOT_E164
      if (call.extension !== null) return { type: 'refused', blame: 'carrier', why: 'dials no extensions' }
      const { urls } = call
      const body = {
        applicationId: account.voiceApplicationId,
        from: call.from,
        to: call.to,
        tag: call.tag,
        callTimeout: call.ringSeconds,
        callbackTimeout: 5,
        answerUrl: urls.answer,
        answerMethod: 'POST',
        ...callback,
        answerFallbackUrl: urls.fallback,
        answerFallbackMethod: 'POST',
        fallbackUsername: callback.username,
        fallbackPassword: callback.password,
        disconnectUrl: urls.status,
        disconnectMethod: 'POST',
        ...(call.detect && {
          machineDetection: { mode: 'async', callbackUrl: urls.detection, callbackMethod: 'POST', ...callback },
        }),
      }
      const result = await send('POST', callsUrl, body, signal)
      return classifyResponse(result, { refOf: (created) => refOrNull(Object(created).callId), refusalOf })
    },

    async hangUp(ref, signal) {
      const result = await send('POST', `${callsUrl}/${encodeURIComponent(ref)}`, { state: 'completed' }, signal)
      if (result.type !== 'answered') throw new Error(`Bandwidth: hanging up failed (${result.why})`)
      // 404 and 409: the call has ended. dev.bandwidth.com/docs/voice/errors
      if (result.status < 300 || result.status === 404 || result.status === 409) return
      throw new Error(`Bandwidth: hanging up was answered with ${result.status}`)
    },

    async sendSms(message, signal) {
      if (!isE164(message.to)) return NOT_E164
      const body = {
        applicationId: account.messagingApplicationId,
        from: message.from ?? account.smsFrom ?? account.from,
        to: [message.to],
        text: message.body,
        tag: message.tag,
      }
      const result = await send('POST', messagesUrl, body, signal)
      return classifyResponse(result, { refOf: (created) => refOrNull(Object(created).id), refusalOf })
    },

    // A record may appear minutes late, so neither a missing one nor a list without it says anything:
    // dev.bandwidth.com/apis/voice
    async findCall(ref, signal) {
      const result = await send('GET', `${callsUrl}/${encodeURIComponent(ref)}`, null, signal)
      const found = result.type === 'answered' && result.status === 200
      return found ? toCallLookup(ref, parseJson(result.body)) : { type: 'unknown' }
    },
  }
}

/** dev.bandwidth.com/docs/voice/errors, dev.bandwidth.com/docs/messaging/errors */
function refusalOf(status: number, body: unknown): (Blame & { code: string | null }) | null {
  const { type, description, fieldErrors } = Object(body)
  // An overloaded system refused the request, which may be repeated; no other 5xx rules out that a call was placed.
  if (status >= 500 && !(status === 503 && type === 'system-overloaded')) return null
  const fields = Array.isArray(fieldErrors) ? fieldErrors.map((fault) => stringOrEmpty(Object(fault).fieldName)) : []
  const isAboutTo = /^Invalid to\b/.test(stringOrEmpty(description)) || fields.some((field) => /^to\b/.test(field))
  return { blame: status === 400 && isAboutTo ? 'number' : 'carrier', code: stringOrEmpty(type) || null }
}

const STATES = new Map<unknown, 'placing' | 'ringing' | 'answered'>([
  ['queued', 'placing'],
  ['initiated', 'ringing'],
  ['answered', 'answered'],
])

function toCallLookup(ref: string, body: unknown): CallLookup {
  const { state: given, disconnectCause } = Object(body)
  if (given === 'disconnected') return { type: 'seen', ref, state: 'ended', cause: endCause(disconnectCause) }
  const state = STATES.get(given)
  return state ? { type: 'seen', ref, state } : { type: 'unknown' }
}
