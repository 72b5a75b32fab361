// Bandwidth's calls. dev.bandwidth.com/apis/voice

import { randomBytes, randomUUID } from 'node:crypto'
import { basic, RestError } from '../rest/form.ts'
import { type Body, JsonFields, rejectField } from '../rest/json.ts'
import type { Call } from '../simulator/call.ts'
import type { SimulatorState } from '../simulator/simulator-state.ts'
import type { BandwidthAccount } from './bandwidth-account.ts'
import { BandwidthCallFlow, type CallSetup } from './call-flow.ts'
import type { Webhooks } from './post-webhooks.ts'
import type { DocumentTarget, WebhookTarget } from './targets.ts'

const METHODS = ['POST', 'GET'] as const
const LONGEST_CALL_MS = 24 * 3_600_000
const STATES: Record<Call['state'], string> = {
  queued: 'queued',
  ringing: 'initiated',
  answered: 'answered',
  ended: 'disconnected',
}

type Known = { setup: CallSetup; flow: BandwidthCallFlow }

export function callsResource(account: BandwidthAccount, simulator: SimulatorState, webhooks: Webhooks) {
  const known = new WeakMap<Call, Known>()

  const find = (id: string): { call: Call } & Known => {
    const call = simulator.calls.find((one) => one.id === id)
    const found = call && known.get(call)
    if (call && found) return { call, ...found }
    throw new RestError(404, null, 'Call not found')
  }

  return {
    /** `url`: the collection's, from which a call's own URL is made. */
    create(body: Body, url: string) {
      const fields = new JsonFields(body)
      const to = fields.number('to')
      const from = fields.number('from')
      const setup = callSetup(account, fields, url)
      const ringMs = (fields.integer('callTimeout', 1, 300) ?? 30) * 1000
      fields.rejectUnknown()
      if (account.numbers && !account.numbers.includes(from)) rejectField('from', 'is not a number of this account')
      const id = `c-${randomBytes(4).toString('hex')}-${randomUUID()}`
      const flow = new BandwidthCallFlow(setup, webhooks)
      const call = simulator.dial({ id, carrier: 'Bandwidth', from, to, ringMs, maxMs: LONGEST_CALL_MS, flow })
      known.set(call, { setup, flow })
      return {
        ...flow.describe(call),
        enqueuedTime: call.createdAt.toISOString(),
        callTimeout: ringMs / 1000,
        callbackTimeout: setup.webhookTimeoutMs / 1000,
        priority: setup.priority,
      }
    },

    read(id: string) {
      const { call, flow } = find(id)
      return {
        ...flow.describe(call),
        state: STATES[call.state],
        lastUpdate: (call.endedAt ?? call.answeredAt ?? call.createdAt).toISOString(),
        ...(call.state === 'ended' && { disconnectCause: flow.cause(call).cause, ...flow.ended(call) }),
      }
    },

    update(id: string, body: Body) {
      const { call } = find(id)
      const fields = new JsonFields(body)
      const state = fields.oneOf('state', ['completed', 'active']) ?? 'active'
      const turn = turnOf(fields, 'redirect')
      const tag = fields.text('tag', 4096)
      fields.rejectUnknown()
      if (call.state === 'ended') throw new RestError(409, null, 'Call has already ended')
      if (state === 'completed') {
        if (turn) rejectField('redirectUrl', 'not allowed with the state completed', true)
        call.end(call.state === 'answered' ? 'completed' : 'canceled', 'app')
        return null
      }
      if (!turn) return rejectField('redirectUrl', 'must not be missing', true)
      if (call.state !== 'answered') throw new RestError(409, null, 'Call has not been answered')
      const there: DocumentTarget = { ...turn, tag }
      call.redirect(there)
      return null
    },
  }
}

function callSetup(account: BandwidthAccount, fields: JsonFields, url: string): CallSetup {
  const applicationId = fields.requiredText('applicationId')
  if (applicationId !== account.voiceApplicationId)
    rejectField('applicationId', 'is no voice application of this account')
  const answer = turnOf(fields, 'answer')
  if (!answer) return rejectField('answerUrl', 'must not be missing')
  fields.oneOf('privacy', [true, false])
  fields.text('displayName', 256)
  return {
    accountId: account.accountId,
    applicationId,
    url: url.replace(/[?#].*$/, ''),
    answer,
    // It has no credentials of its own: dev.bandwidth.com/apis/voice
    disconnect: linkOf(fields, 'disconnect', answer.credentials),
    detection: detectionOf(fields.object('machineDetection')),
    webhookTimeoutMs: (fields.integer('callbackTimeout', 1, 25) ?? 15) * 1000,
    priority: fields.integer('priority', 1, 5) ?? 5,
    tag: fields.text('tag', 4096),
  }
}

function detectionOf(fields: JsonFields | null): CallSetup['detection'] {
  if (!fields) return null
  const mode = fields.oneOf('mode', ['sync', 'async']) ?? 'async'
  const seconds = ['detectionTimeout', 'silenceTimeout', 'speechThreshold', 'speechEndThreshold']
  for (const name of [...seconds, 'machineSpeechEndThreshold']) fields.integer(name, 1, 60)
  fields.oneOf('delayResult', [true, false])
  const link = turnOf(fields, 'callback')
  fields.rejectUnknown()
  if (mode === 'async' && !link) return rejectField('callbackUrl', 'must not be missing where detection is async', true)
  return { callback: mode === 'async' ? link : null }
}

function turnOf(fields: JsonFields, what: 'answer' | 'redirect' | 'callback'): DocumentTarget | null {
  const link = linkOf(fields, what, credentialsOf(fields, 'username', 'password'))
  const credentials = credentialsOf(fields, 'fallbackUsername', 'fallbackPassword')
  const fallback = linkOf(fields, what === 'callback' ? 'fallback' : `${what}Fallback`, credentials)
  return link && { ...link, fallback, tag: null }
}

function linkOf(fields: JsonFields, what: string, credentials: string | null): WebhookTarget | null {
  const url = fields.url(`${what}Url`)
  const method = fields.oneOf(`${what}Method`, METHODS) ?? 'POST'
  if (url === null) return null
  if (credentials !== null && !isSafe(new URL(url)))
    rejectField(`${what}Url`, 'must be https where credentials are given', true)
  return { url, method, credentials }
}

function credentialsOf(fields: JsonFields, user: string, secret: string): string | null {
  const [username, password] = [fields.text(user, 1024), fields.text(secret, 1024)]
  if ((username === null) !== (password === null)) rejectField(user, `must come with ${secret}`, true)
  return username === null || password === null ? null : basic(username, password)
}

/** Bandwidth demands https. Loopback is allowed for an app on the same machine. */
const isSafe = ({ protocol, hostname }: URL) =>
  protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
