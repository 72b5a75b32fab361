// The server in its production configuration, as a process, and the requests that it is asked.

import { readFileSync } from 'node:fs'
import { deriveCode } from '../../src/domain/one-time-codes.ts'
import { ACCOUNT_SID, API_KEY, AUTH_TOKEN, FROM, PUBLIC_URL, SECRET } from './bench-account.ts'
import { refOf } from './carrier-refs.ts'
import { type Child, startProgram } from './child-processes.ts'
import type { ComparedServer, Created } from './compared-server.ts'
import type { LoadRequest } from './http-load.ts'
import { phoneNumber } from './load-numbers.ts'
import { signedWebhook } from './twilio-webhook.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const MAIN = `${ROOT}src/main.ts`
const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
/** What `npm start` gives Node, which it starts in the root of the repository. */
export const START_OPTIONS: string[] = scripts.start
  .match(/--\S+/g)
  .map((option: string) => option.replace('=./', `=${ROOT}`))

/**
 * As many windows as by default, so high that none is exhausted: each delivery is counted in all of them. The rules on traffic
 * are judged and recorded, since a load of calls that nobody answers is what they refuse.
 */
export const HIGH_LIMITS = {
  LIMIT_PER_NUMBER: '1000/10m,1000/h,1000/d',
  LIMIT_PER_PREFIX: '99999/h,99999/d',
  LIMIT_PER_IP: '99999/10m,99999/h',
  LIMIT_PER_NETWORK: '99999/h',
  SPENDING_LIMIT: '999999/h,999999/d',
  GUARD_CONVERSION: 'record',
  GUARD_NEIGHBOURS: 'record',
  GUARD_UNVERIFIED: 'record',
  TWILIO_CALLS_PER_SECOND: '9999',
}

/** Without a database's URL: the embedded one. */
export type Place = { port: number; databaseUrl: string | undefined; carrierUrl: string; directory: string }

export function productionEnvironment({ port, databaseUrl, carrierUrl }: Place): Record<string, string> {
  return {
    NODE_ENV: 'production',
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL,
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    SECRET,
    API_KEY,
    SERVICE_NAME: 'Saltmarsh Bank',
    TWILIO_ACCOUNT_SID: ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: AUTH_TOKEN,
    TWILIO_FROM: FROM,
    TWILIO_BASE_URL: carrierUrl,
    ...HIGH_LIMITS,
  }
}

type Changes = { environment?: Record<string, string>; nodeOptions?: string[] }

export function startAnswerback(place: Place, { environment = {}, nodeOptions = [] }: Changes = {}): Promise<Child> {
  return startProgram({
    script: MAIN,
    port: place.port,
    directory: place.directory,
    environment: { ...productionEnvironment(place), ...environment },
    nodeOptions: [...START_OPTIONS, ...nodeOptions],
    readyPath: '/readyz',
  })
}

const KEY = { Authorization: `Bearer ${API_KEY}` }
const JSON_KEY = { ...KEY, 'Content-Type': 'application/json' }

export function answerbackServer(port: number): ComparedServer {
  return {
    port,
    create: (index, channel) => post('/v1/challenges', JSON_KEY, terms(index, channel)),
    created(index, body) {
      const { id, deliveries } = JSON.parse(body)
      return { id, delivery: deliveries[0].id, number: phoneNumber(index) }
    },
    answer: (challenge) => voice(challenge, 'answer', 'in-progress'),
    lastKey: (challenge) =>
      voice(challenge, 'turn/1', 'in-progress', { Digits: '1', FinishedOnKey: '', msg: 'Gather End' }),
    ended: (challenge) => callStatus(challenge, 'completed', 3),
    read: ({ id }) => ({ method: 'GET', path: `/v1/challenges/${id}`, headers: KEY }),
    check: ({ id }) => post(`/v1/challenges/${id}/check`, JSON_KEY, { code: codeOf(id) }),
  }
}

/** A status callback of the call. */
export function callStatus(challenge: Created, status: string, sequence: number): LoadRequest {
  return voice(challenge, 'status', status, {
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(sequence),
    ...(status === 'completed' && { CallDuration: '12', Duration: '1', SipResponseCode: '200' }),
  })
}

function terms(index: number, channel: 'call' | 'sms'): object {
  const to = phoneNumber(index)
  return channel === 'sms'
    ? { to, channel, scope: 'login' }
    : { to, flow: 'approve', scope: 'transfer', details: 'Transfer 250 euros to Ada Byron', expires_in: 600 }
}

function codeOf(id: string): string {
  return deriveCode(SECRET, { id: id as `chl_${string}`, scope: 'login', flow: 'send_code' }, 6)
}

function voice(challenge: Created, kind: string, status: string, more?: Record<string, string>): LoadRequest {
  const { id, delivery, number: to } = challenge
  const path = `/voice/twilio/en-US/${id}/${delivery}/${kind}`
  return signedWebhook(path, { sid: refOf('CA', delivery), to, status }, more)
}

function post(path: string, headers: Record<string, string>, body: object): LoadRequest {
  return { method: 'POST', path, headers, body: JSON.stringify(body) }
}
