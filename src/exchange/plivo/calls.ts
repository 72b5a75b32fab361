// Plivo's calls, which are requests until they are dialled. docs.plivo.com/docs/voice/api/call/make-a-call

import { randomUUID } from 'node:crypto'
import { Form, type Parameters, RestError } from '../rest/form.ts'
import { type Body, JsonFields, rejectField } from '../rest/json.ts'
import type { Call } from '../simulator/call.ts'
import type { SimulatorState } from '../simulator/simulator-state.ts'
import type { Target } from '../simulator/steps.ts'
import { type CallSetup, PlivoCallFlow } from './call-flow.ts'
import { numberOf, withoutPlus } from './formats.ts'
import { liveStatus, SYSTEM_RING_SECONDS } from './hangup-causes.ts'
import type { PlivoAccount } from './plivo-account.ts'
import type { Webhooks } from './post-webhooks.ts'

const METHODS = ['POST', 'GET'] as const
const LONGEST_CALL = 14_400

export function callsResource(account: PlivoAccount, simulator: SimulatorState, webhooks: Webhooks) {
  const flows = new WeakMap<Call, PlivoCallFlow>()

  const find = (uuid: string, states: Call['state'][]): { call: Call; flow: PlivoCallFlow } => {
    const call = simulator.calls.find((one) => one.id === uuid && states.includes(one.state))
    const flow = call && flows.get(call)
    if (call && flow) return { call, flow }
    throw new RestError(404, null, 'not found')
  }

  return {
    create(body: Body) {
      const fields = new JsonFields(body)
      const to = numberOf(fields, 'to')
      const from = numberOf(fields, 'from')
      const setup = callSetup(account.authId, fields)
      const maxMs = Math.min(fields.integer('time_limit', 1, 999_999) ?? LONGEST_CALL, 86_400) * 1000
      fields.text('caller_name', 50)
      fields.rejectUnknown()
      if (account.numbers && !account.numbers.includes(from)) rejectField('from', 'is not a number of this account')
      const flow = new PlivoCallFlow(setup, webhooks)
      const call = simulator.dial({
        id: randomUUID(),
        carrier: 'Plivo',
        from,
        to,
        ringMs: setup.ringSeconds * 1000,
        maxMs,
        flow,
      })
      flows.set(call, flow)
      return { message: 'call fired', request_uuid: call.id, api_id: randomUUID() }
    },

    /** Live, queued and ended calls are looked up in three ways: docs.plivo.com/docs/voice/api/call/retrieve-a-call */
    read(uuid: string, query: Parameters) {
      const form = new Form(query)
      const status = form.oneOf('status', ['live', 'queued'])
      form.rejectUnknown()
      if (status === null) {
        const { call, flow } = find(uuid, ['ended'])
        return { ...flow.record(call), api_id: randomUUID() }
      }
      const { call } = find(uuid, status === 'live' ? ['ringing', 'answered'] : ['queued'])
      return {
        api_id: randomUUID(),
        call_uuid: call.id,
        request_uuid: call.id,
        call_status: call.state === 'queued' ? 'queued' : liveStatus(call),
        direction: 'outbound',
        from: withoutPlus(call.from),
        to: withoutPlus(call.to),
        session_start: call.createdAt.toISOString(),
      }
    },

    hangUp(uuid: string) {
      const { call } = find(uuid, ['ringing', 'answered'])
      call.end(call.state === 'answered' ? 'completed' : 'canceled', 'app')
    },

    cancel(uuid: string) {
      find(uuid, ['queued']).call.end('canceled', 'app')
    },
  }
}

function callSetup(authId: string, fields: JsonFields): CallSetup {
  const answer = targetOf(fields, 'answer')
  if (!answer) return rejectField('answer_url', 'must not be missing')
  const machine = fields.oneOf('machine_detection', ['true', 'hangup'])
  const callback = targetOf(fields, 'machine_detection')
  fields.integer('machine_detection_time', 2000, 10_000)
  fields.integer('machine_detection_maximum_speech_length', 1000, 6000)
  fields.integer('machine_detection_initial_silence', 2000, 10_000)
  fields.integer('machine_detection_maximum_words', 1, 100)
  const sendDigits = fields.text('send_digits')
  if (sendDigits && !/^[0-9*#wW]{1,100}$/.test(sendDigits)) rejectField('send_digits', 'must be keys, w and W')
  return {
    authId,
    answer,
    ring: targetOf(fields, 'ring'),
    hangup: targetOf(fields, 'hangup'),
    fallback: targetOf(fields, 'fallback'),
    ringSeconds: Math.min(
      fields.integer('ring_timeout', 1, 600) ?? SYSTEM_RING_SECONDS,
      fields.integer('hangup_on_ring', 0, 600) ?? SYSTEM_RING_SECONDS,
      SYSTEM_RING_SECONDS,
    ),
    detection: machine && { ifMachine: machine === 'hangup' ? 'hangup' : 'continue', callback },
    sendDigits,
  }
}

function targetOf(fields: JsonFields, what: string): Target | null {
  const url = fields.url(`${what}_url`)
  const method = fields.oneOf(`${what}_method`, METHODS) ?? 'POST'
  return url === null ? null : { url, method }
}
