// Plivo: JSON in, forms out, its own XML. Numbers have no plus there, a call two names, and silence makes no request.
// docs.plivo.com/docs/voice

import type { E164 } from '../../domain/challenge.ts'
import type { CallLookup, Carrier } from '../carrier.ts'
import { type Blame, classifyResponse, parse } from '../classify-response.ts'
import { basic, type Fetch, type Outgoing, request } from '../http-client.ts'
import { isE164, NO_NUMBER, name, text } from '../validators.ts'
import { cause, parseWebhook } from './parse-webhook.ts'
import { plivoXml } from './plivo-xml.ts'
import { isSignedV2, isSignedV3 } from './signature.ts'

export type PlivoSettings = {
  authId: string
  /** Newest first; it is the one we log in with, and any of them may have signed. */
  authTokens: string[]
  from: E164
  baseUrl: string
  fetch?: Fetch
}

export function plivo({ authId, authTokens, from, baseUrl, ...settings }: PlivoSettings): Carrier {
  const account = `${baseUrl}/v1/Account/${authId}`
  // An empty one would sign for anybody.
  const tokens = authTokens.filter((token) => token !== '')
  const authorization = basic(authId, tokens[0] ?? '')

  function send(method: Outgoing['method'], path: string, body: object | null, signal: AbortSignal) {
    const headers = { Authorization: authorization, 'Content-Type': 'application/json', Accept: 'application/json' }
    const outgoing = { method, url: `${account}/${path}`, headers, ...(body && { body: JSON.stringify(body) }) }
    return request(settings.fetch ?? fetch, outgoing, signal)
  }

  return {
    name: 'plivo',
    from,
    callsPerSecond: 2,
    supportsExtensions: true,
    resolveVoiceLocale: (locale) => locale,

    async place(call, signal) {
      if (!isE164(call.to)) return NO_NUMBER
      const { urls: links } = call
      const body = {
        from: plain(call.from),
        to: plain(call.to),
        answer_url: links.answer,
        answer_method: 'POST',
        ring_url: links.status,
        ring_method: 'POST',
        // Left out, it is the answer_url: docs.plivo.com/docs/voice/api/call/make-a-call
        hangup_url: links.status,
        hangup_method: 'POST',
        fallback_url: links.fallback,
        fallback_method: 'POST',
        ring_timeout: call.ringSeconds,
        // Only this one is still in the page's table, and it counts from the first ring.
        hangup_on_ring: call.ringSeconds,
        time_limit: call.maxSeconds,
        ...(call.detect && {
          machine_detection: 'true',
          machine_detection_url: links.detection,
          machine_detection_method: 'POST',
        }),
        // It knows `w` for half a second; a comma on a keypad is two seconds.
        ...(call.extension !== null && { send_digits: call.extension.replaceAll(',', 'wwww') }),
      }
      const answer = await send('POST', 'Call/', body, signal)
      return classifyResponse(answer, { ref: (made) => sole(made, 'request_uuid'), refusal })
    },

    async hangUp(ref, signal) {
      const id = encodeURIComponent(ref)
      // A request becomes a call when it leaves the queue, perhaps between our first two questions:
      // docs.plivo.com/docs/voice/api/call/hangup-a-call
      for (const path of [`Call/${id}/`, `Request/${id}/`, `Call/${id}/`]) {
        const answer = await send('DELETE', path, null, signal)
        if (answer.type !== 'answered') throw new Error(`Plivo: hanging up failed (${answer.why})`)
        if (answer.status < 300) return
        if (answer.status !== 404) throw new Error(`Plivo: hanging up was answered with ${answer.status}`)
      }
    },

    async sendSms(message, signal) {
      if (!isE164(message.to)) return NO_NUMBER
      const body = {
        src: plain(message.from),
        dst: plain(message.to),
        text: message.body,
        url: message.receiptUrl,
        method: 'POST',
        // Else the code stands in Plivo's own logs.
        log: false,
      }
      const answer = await send('POST', 'Message/', body, signal)
      return classifyResponse(answer, { ref: (made) => sole(made, 'message_uuid'), refusal })
    },

    async findCall({ ref }, signal) {
      // Its lists hold nothing of ours by which one call could be told from another to the same number.
      if (ref === null) return { type: 'unknown' }
      // Live, then over, then not yet begun: docs.plivo.com/docs/voice/api/call/retrieve-a-call
      for (const query of ['?status=live', '', '?status=queued']) {
        const answer = await send('GET', `Call/${encodeURIComponent(ref)}/${query}`, null, signal)
        if (answer.type !== 'answered') return { type: 'unknown' }
        const body = parse(answer.body)
        if (answer.status === 200) return sighting(ref, body)
        // A 404 in anything but Plivo's own JSON is not its answer.
        if (answer.status !== 404 || Object(body) !== body) return { type: 'unknown' }
      }
      return { type: 'absent' }
    },

    async receive(incoming) {
      const signed = isSignedV3(incoming, tokens) || (incoming.kind === 'receipt' && isSignedV2(incoming, tokens))
      return signed ? parseWebhook(incoming) : null
    },

    refuse: () => new Response(null, { status: 403 }),

    reply: (script, links) =>
      new Response(plivoXml(script, links), { headers: { 'Content-Type': 'application/xml; charset=utf-8' } }),

    acknowledge: () => new Response(null, { status: 200 }),
  }
}

function plain(number: E164): string {
  return number.slice(1)
}

/** A list of several would be several calls; and an error beside a name, nobody knows what. */
function sole(body: unknown, field: 'request_uuid' | 'message_uuid'): string | null {
  const { error, [field]: given } = Object(body)
  if (error) return null
  return name(Array.isArray(given) && given.length === 1 ? given[0] : given)
}

/** Plivo has no codes here, only prose: docs.plivo.com/docs/voice/api/response */
function refusal(status: number, body: unknown): { blame: Blame; code: null } | null {
  if (status >= 500) return null
  const error = text(Object(body).error)
  const theirs = status === 400 && /invalid|not valid/i.test(error) && /\b(to|dst|destination)\b/i.test(error)
  return { blame: theirs && !/\b(from|src|source|caller)\b/i.test(error) ? 'number' : 'carrier', code: null }
}

const STATES = new Map<unknown, 'placing' | 'ringing' | 'answered'>([
  ['queued', 'placing'],
  ['initiated', 'placing'],
  ['ringing', 'ringing'],
  ['in-progress', 'answered'],
])

/** A live call has a status, and one that is over a cause: docs.plivo.com/docs/voice/api/call/the-call-object */
function sighting(ref: string, body: unknown): CallLookup {
  const { call_status: status, hangup_cause_code: code, end_time: end } = Object(body)
  const state = STATES.get(status)
  if (state) return { type: 'seen', ref, state }
  if (!end && !Number.isInteger(code)) return { type: 'unknown' }
  return { type: 'seen', ref, state: 'ended', cause: cause(Number.isInteger(code) ? String(code) : null, text(status)) }
}
