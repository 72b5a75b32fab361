// Bandwidth: JSON in and out, a password where others sign. It tells when a call is answered and when it is over, never
// that it rings, and it knows no time limit. dev.bandwidth.com/docs/voice

import type { E164 } from '../../domain/challenge.ts'
import { sameText } from '../../domain/one-time-codes.ts'
import type { CallLookup, Carrier } from '../carrier.ts'
import { type Blame, classifyResponse, parse } from '../classify-response.ts'
import { basic, type Fetch, type Outgoing, request } from '../http-client.ts'
import { isE164, NO_NUMBER, name, text } from '../validators.ts'
import { bxml, spoken } from './bxml.ts'
import { cause, parseWebhook, receipts } from './parse-webhook.ts'

export type BandwidthSettings = {
  accountId: string
  username: string
  password: string
  voiceApplicationId: string
  messagingApplicationId: string
  from: E164
  callbackUsername: string
  callbackPassword: string
  voiceBaseUrl: string
  messagingBaseUrl: string
  fetch?: Fetch
}

export function bandwidth(settings: BandwidthSettings): Carrier {
  const calls = `${settings.voiceBaseUrl}/accounts/${settings.accountId}/calls`
  const messages = `${settings.messagingBaseUrl}/users/${settings.accountId}/messages`
  const credentials = { username: settings.callbackUsername, password: settings.callbackPassword }
  const expected = basic(credentials.username, credentials.password)

  function send(method: Outgoing['method'], url: string, body: object | null, signal: AbortSignal) {
    const headers = {
      Authorization: basic(settings.username, settings.password),
      'Content-Type': 'application/json',
      Accept: 'application/json',
    }
    const outgoing = { method, url, headers, ...(body && { body: JSON.stringify(body) }) }
    return request(settings.fetch ?? fetch, outgoing, signal)
  }

  // No signature exists, only these credentials: dev.bandwidth.com/docs/voice/webhooks
  function isBandwidth(headers: Headers): boolean {
    return sameText(headers.get('authorization') ?? '', expected)
  }

  return {
    name: 'bandwidth',
    from: settings.from,
    callsPerSecond: 5,
    supportsExtensions: false,
    resolveVoiceLocale: spoken,

    async place(call, signal) {
      if (!isE164(call.to)) return NO_NUMBER
      if (call.extension !== null) return { type: 'refused', blame: 'carrier', why: 'dials no extensions' }
      const { urls: links } = call
      const body = {
        applicationId: settings.voiceApplicationId,
        from: call.from,
        to: call.to,
        tag: call.tag,
        callTimeout: call.ringSeconds,
        callbackTimeout: 5,
        answerUrl: links.answer,
        answerMethod: 'POST',
        ...credentials,
        answerFallbackUrl: links.fallback,
        answerFallbackMethod: 'POST',
        fallbackUsername: credentials.username,
        fallbackPassword: credentials.password,
        disconnectUrl: links.status,
        disconnectMethod: 'POST',
        ...(call.detect && {
          machineDetection: { mode: 'async', callbackUrl: links.detection, callbackMethod: 'POST', ...credentials },
        }),
      }
      return classifyResponse(await send('POST', calls, body, signal), {
        ref: (made) => name(Object(made).callId),
        refusal,
      })
    },

    async hangUp(ref, signal) {
      const url = `${calls}/${encodeURIComponent(ref)}`
      const answer = await send('POST', url, { state: 'completed' }, signal)
      if (answer.type !== 'answered') throw new Error(`Bandwidth: hanging up failed (${answer.why})`)
      // 404 and 409 say that it is over: dev.bandwidth.com/docs/voice/errors
      if (answer.status < 300 || answer.status === 404 || answer.status === 409) return
      throw new Error(`Bandwidth: hanging up was answered with ${answer.status}`)
    },

    async sendSms(message, signal) {
      if (!isE164(message.to)) return NO_NUMBER
      const body = {
        applicationId: settings.messagingApplicationId,
        from: message.from,
        to: [message.to],
        text: message.body,
        tag: message.tag,
      }
      return classifyResponse(await send('POST', messages, body, signal), {
        ref: (made) => name(Object(made).id),
        refusal,
      })
    },

    async findCall({ ref }, signal) {
      // There is no list by number; and a record may lag by minutes, so its absence says nothing.
      if (ref === null) return { type: 'unknown' }
      const answer = await send('GET', `${calls}/${encodeURIComponent(ref)}`, null, signal)
      return answer.type === 'answered' && answer.status === 200
        ? sighting(ref, parse(answer.body))
        : { type: 'unknown' }
    },

    async receive({ kind: hook, headers, body }) {
      return isBandwidth(headers) ? parseWebhook(hook, parse(body)) : null
    },

    async receipts({ headers, body }) {
      return isBandwidth(headers) ? receipts(parse(body)) : null
    },

    // The first request comes bare, and only a 401 that names a realm brings the credentials:
    // dev.bandwidth.com/docs/voice/webhooks
    refuse: () => new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="answerback"' } }),

    reply: (script, links) =>
      new Response(bxml(script, links, credentials), { headers: { 'Content-Type': 'application/xml; charset=utf-8' } }),

    acknowledge: () => new Response(null, { status: 204 }),
  }
}

/** dev.bandwidth.com/docs/voice/errors, dev.bandwidth.com/docs/messaging/errors */
function refusal(status: number, body: unknown): { blame: Blame; code: string | null } | null {
  const { type, description, fieldErrors } = Object(body)
  // Turned away at the door, to be tried again: of its other failures Bandwidth does not say that nothing came.
  if (status >= 500 && !(status === 503 && type === 'system-overloaded')) return null
  const fields = Array.isArray(fieldErrors) ? fieldErrors.map((fault) => text(Object(fault).fieldName)) : []
  const theirs =
    status === 400 && (/^Invalid to\b/.test(text(description)) || fields.some((field) => /^to\b/.test(field)))
  return { blame: theirs ? 'number' : 'carrier', code: text(type) || null }
}

const STATES = new Map<unknown, 'placing' | 'ringing' | 'answered'>([
  ['queued', 'placing'],
  ['initiated', 'ringing'],
  ['answered', 'answered'],
])

function sighting(ref: string, body: unknown): CallLookup {
  const { state, disconnectCause } = Object(body)
  if (state === 'disconnected') return { type: 'seen', ref, state: 'ended', cause: cause(disconnectCause) }
  const known = STATES.get(state)
  return known ? { type: 'seen', ref, state: known } : { type: 'unknown' }
}
