// Bandwidth's calls. dev.bandwidth.com/apis/voice

import { randomBytes, randomUUID } from 'node:crypto'
import { basic, RestError } from '../rest/form.ts'
import { type Body, Fields, refuse } from '../rest/json.ts'
import type { Call } from '../simulator/call.ts'
import type { Switchboard } from '../simulator/simulator-state.ts'
import type { BandwidthAccount } from './bandwidth.ts'
import { BandwidthProgram, type CallSetup } from './call-flow.ts'
import type { Hooks, Link, Turn } from './webhooks.ts'

const METHODS = ['POST', 'GET'] as const
const LONGEST_CALL_MS = 24 * 3_600_000
const STATES: Record<Call['state'], string> = {
  queued: 'queued',
  ringing: 'initiated',
  answered: 'answered',
  ended: 'disconnected',
}

type Known = { setup: CallSetup; program: BandwidthProgram }

export function calls(account: BandwidthAccount, board: Switchboard, hooks: Hooks) {
  const known = new WeakMap<Call, Known>()

  const find = (id: string): { call: Call } & Known => {
    const call = board.calls.find((one) => one.id === id)
    const found = call && known.get(call)
    if (call && found) return { call, ...found }
    throw new RestError(404, null, 'Call not found')
  }

  return {
    /** `url`: where calls are created, and so found again. */
    create(body: Body, url: string) {
      const fields = new Fields(body)
      const to = fields.number('to')
      const from = fields.number('from')
      const setup = callSetup(account, fields, url)
      const ringMs = (fields.integer('callTimeout', 1, 300) ?? 30) * 1000
      fields.done()
      if (account.numbers && !account.numbers.includes(from)) refuse('from', 'is not a number of this account')
      const id = `c-${randomBytes(4).toString('hex')}-${randomUUID()}`
      const program = new BandwidthProgram(setup, hooks)
      const call = board.dial({ id, company: 'Bandwidth', from, to, ringMs, maxMs: LONGEST_CALL_MS, program })
      known.set(call, { setup, program })
      return {
        ...program.describe(call),
        enqueuedTime: call.createdAt.toISOString(),
        callTimeout: ringMs / 1000,
        callbackTimeout: setup.patience / 1000,
        priority: setup.priority,
      }
    },

    read(id: string) {
      const { call, program } = find(id)
      return {
        ...program.describe(call),
        state: STATES[call.state],
        lastUpdate: (call.endedAt ?? call.answeredAt ?? call.createdAt).toISOString(),
        ...(call.state === 'ended' && { disconnectCause: program.cause(call).cause, ...program.ended(call) }),
      }
    },

    update(id: string, body: Body) {
      const { call } = find(id)
      const fields = new Fields(body)
      const state = fields.oneOf('state', ['completed', 'active']) ?? 'active'
      const turn = turnOf(fields, 'redirect')
      const tag = fields.text('tag', 4096)
      fields.done()
      if (call.state === 'ended') throw new RestError(409, null, 'Call has already ended')
      if (state === 'completed') {
        if (turn) refuse('redirectUrl', 'not allowed with the state completed', true)
        call.end(call.state === 'answered' ? 'completed' : 'canceled', 'app')
        return null
      }
      if (!turn) return refuse('redirectUrl', 'must not be missing', true)
      if (call.state !== 'answered') throw new RestError(409, null, 'Call has not been answered')
      const there: Turn = { ...turn, tag }
      call.redirect(there)
      return null
    },
  }
}

function callSetup(account: BandwidthAccount, fields: Fields, url: string): CallSetup {
  const applicationId = fields.needed('applicationId')
  if (applicationId !== account.voiceApplicationId) refuse('applicationId', 'is no voice application of this account')
  const answer = turnOf(fields, 'answer')
  if (!answer) return refuse('answerUrl', 'must not be missing')
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
    patience: (fields.integer('callbackTimeout', 1, 25) ?? 15) * 1000,
    priority: fields.integer('priority', 1, 5) ?? 5,
    tag: fields.text('tag', 4096),
  }
}

function detectionOf(fields: Fields | null): CallSetup['detection'] {
  if (!fields) return null
  const mode = fields.oneOf('mode', ['sync', 'async']) ?? 'async'
  const seconds = ['detectionTimeout', 'silenceTimeout', 'speechThreshold', 'speechEndThreshold']
  for (const name of [...seconds, 'machineSpeechEndThreshold']) fields.integer(name, 1, 60)
  fields.oneOf('delayResult', [true, false])
  const link = turnOf(fields, 'callback')
  fields.done()
  if (mode === 'async' && !link) return refuse('callbackUrl', 'must not be missing where detection is async', true)
  return { callback: mode === 'async' ? link : null }
}

function turnOf(fields: Fields, what: 'answer' | 'redirect' | 'callback'): Turn | null {
  const link = linkOf(fields, what, credentialsOf(fields, 'username', 'password'))
  const credentials = credentialsOf(fields, 'fallbackUsername', 'fallbackPassword')
  const fallback = linkOf(fields, what === 'callback' ? 'fallback' : `${what}Fallback`, credentials)
  return link && { ...link, fallback, tag: null }
}

function linkOf(fields: Fields, what: string, credentials: string | null): Link | null {
  const url = fields.url(`${what}Url`)
  const method = fields.oneOf(`${what}Method`, METHODS) ?? 'POST'
  if (url === null) return null
  if (credentials !== null && !isSafe(new URL(url)))
    refuse(`${what}Url`, 'must be https where credentials are given', true)
  return { url, method, credentials }
}

function credentialsOf(fields: Fields, user: string, secret: string): string | null {
  const [username, password] = [fields.text(user, 1024), fields.text(secret, 1024)]
  if ((username === null) !== (password === null)) refuse(user, `must come with ${secret}`, true)
  return username === null || password === null ? null : basic(username, password)
}

/** Bandwidth wants https, which an app beside the exchange does not have. */
const isSafe = ({ protocol, hostname }: URL) =>
  protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
