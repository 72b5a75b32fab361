// The Calls resource of Twilio and SignalWire. twilio.com/docs/voice/api/call-resource

import { Form, type Parameters, RestError } from '../rest/form.ts'
import type { Call } from '../simulator/call.ts'
import type { SimulatorState } from '../simulator/simulator-state.ts'
import type { Target } from '../simulator/steps.ts'
import type { CallSetup } from './call-flow.ts'
import { answeredBy, durationOf, sipOf, statusOf, TwilioCallFlow } from './call-flow.ts'
import type { CarrierProfile } from './carrier-profile.ts'
import type { Webhooks } from './post-webhooks.ts'

const METHODS = ['GET', 'POST'] as const
const PAGE = 50

export type CallResource = Record<string, unknown>

export function callsResource(profile: CarrierProfile, simulator: SimulatorState, webhooks: Webhooks) {
  const setups = new WeakMap<Call, CallSetup>()

  const find = (sid: string): Call => {
    const call = simulator.calls.find((one) => one.id === sid && setups.has(one))
    if (call) return call
    throw new RestError(404, 20404, `The requested resource ${profile.path}/Calls/${sid}.json was not found`)
  }

  return {
    create(parameters: Parameters): CallResource {
      const form = new Form(parameters)
      const to = form.number('To', 21211)
      const from = form.number('From', 21212)
      if (to === null) throw new RestError(400, 21201, "No 'To' number is specified")
      if (from === null) throw new RestError(400, 21213, "No 'From' number is specified")
      if (profile.numbers && !profile.numbers.includes(from)) {
        throw new RestError(
          400,
          21210,
          `The source phone number provided, ${from}, is not yet verified for your account.`,
        )
      }
      const setup = callSetup(profile, form)
      const ringMs = (form.integer('Timeout', 1, 600, 21208) ?? 60) * 1000
      const { maxMs } = profile.parseExtraParameters(form)
      form.rejectUnknown()
      const call = simulator.dial({
        id: profile.newSid('CA'),
        carrier: profile.carrier,
        from,
        to,
        ringMs,
        maxMs,
        flow: new TwilioCallFlow(setup, webhooks),
      })
      setups.set(call, setup)
      return resource(profile, call, setup)
    },

    read(sid: string): CallResource {
      const call = find(sid)
      return resource(profile, call, setups.get(call))
    },

    update(sid: string, parameters: Parameters): CallResource {
      const call = find(sid)
      const form = new Form(parameters)
      const status = form.oneOf('Status', ['canceled', 'completed'])
      const target = hook(form, 'Url', 'Method', 21205)
      form.rejectUnknown()
      if (call.state === 'ended' || (status === 'canceled' && call.state === 'answered')) notInProgress()
      if (status) call.end(call.state === 'answered' ? 'completed' : 'canceled', 'app')
      else if (!target) throw new RestError(400, 20001, 'nothing to update', true)
      else if (call.state !== 'answered') notInProgress()
      else call.redirect(target)
      return resource(profile, call, setups.get(call))
    },

    list(query: Parameters): Record<string, unknown> {
      const form = new Form(query)
      const [to, from, status] = [form.text('To'), form.text('From'), form.text('Status')]
      const [after, before] = [form.text('StartTime>'), form.text('StartTime<')]
      const size = form.integer('PageSize', 1, 1000) ?? PAGE
      form.rejectUnknown()
      const isListed = !simulator.injectedFaults[profile.carrier].requests.unlisted
      const found = simulator.calls
        .filter(() => isListed)
        .filter((call) => setups.has(call) && (!to || call.to === to) && (!from || call.from === from))
        .filter((call) => !status || statusOf(call) === status)
        .filter((call) => startOf(call) >= instant(after, Number.NEGATIVE_INFINITY))
        .filter((call) => startOf(call) <= instant(before, Number.POSITIVE_INFINITY))
        .reverse()
        .slice(0, size)
      const uri = `${profile.path}/Calls.json?PageSize=${size}&Page=0`
      return {
        calls: found.map((call) => resource(profile, call, setups.get(call))),
        page: 0,
        page_size: size,
        start: 0,
        end: Math.max(0, found.length - 1),
        uri,
        first_page_uri: uri,
        next_page_uri: null,
        previous_page_uri: null,
      }
    },
  }
}

function callSetup(profile: CarrierProfile, form: Form): CallSetup {
  const document = hook(form, 'Url', 'Method', 21205)
  if (!document) throw new RestError(400, 21205, 'Url parameter is required.')
  const events = form.all('StatusCallbackEvent', profile.callEvents)
  const mode = form.oneOf('MachineDetection', profile.detectionModes)
  const asynchronous = form.oneOf('AsyncAmd', ['true', 'false']) === 'true'
  const callback = hook(form, 'AsyncAmdStatusCallback', 'AsyncAmdStatusCallbackMethod', 20001)
  form.integer('MachineDetectionTimeout', 1, profile.maxDetectionSeconds)
  form.integer('MachineDetectionSpeechThreshold', 1000, 6000)
  form.integer('MachineDetectionSpeechEndThreshold', 500, 5000)
  form.integer('MachineDetectionSilenceTimeout', 2000, 10_000)
  const detects = mode === 'Enable' || mode === 'DetectMessageEnd'
  if (detects && asynchronous && !callback) throw new RestError(400, 21262, 'AsyncAmdStatusCallback is missing', true)
  const sendDigits = form.text('SendDigits')
  if (sendDigits && !/^[0-9A-D#*wW]{1,32}$/.test(sendDigits)) throw new RestError(400, 20001, 'SendDigits is invalid')
  return {
    accountSid: profile.accountId,
    document,
    fallback: hook(form, 'FallbackUrl', 'FallbackMethod', 21205),
    status: hook(form, 'StatusCallback', 'StatusCallbackMethod', 21609),
    events: new Set(events.length > 0 ? events : ['completed']),
    // SendDigits switches detection off.
    detection: detects && !sendDigits ? { mode, callback: asynchronous ? callback : null } : null,
    sendDigits,
  }
}

function hook(form: Form, urlName: string, methodName: string, code: number): Target | null {
  const url = form.url(urlName, code)
  const method = form.oneOf(methodName, METHODS)
  if (url === null) {
    if (method !== null) throw new RestError(400, code, `${methodName} was given without ${urlName}`, true)
    return null
  }
  return { url, method: method ?? 'POST' }
}

function resource(profile: CarrierProfile, call: Call, setup: CallSetup | undefined): CallResource {
  const duration = durationOf(call)
  return {
    sid: call.id,
    account_sid: profile.accountId,
    api_version: '2010-04-01',
    annotation: null,
    answered_by: call.state === 'answered' || call.answeredAt ? answeredBy(call, setup?.detection ?? null) : null,
    caller_name: null,
    date_created: rfc2822(call.createdAt),
    date_updated: rfc2822(call.endedAt ?? call.answeredAt ?? call.createdAt),
    direction: 'outbound-api',
    duration: duration === null ? null : String(duration),
    end_time: rfc2822(call.endedAt),
    forwarded_from: null,
    from: call.from,
    from_formatted: call.from,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    start_time: rfc2822(call.answeredAt ?? (call.state === 'ended' ? call.createdAt : null)),
    status: statusOf(call),
    subresource_uris: {},
    to: call.to,
    to_formatted: call.to,
    trunk_sid: null,
    uri: `${profile.path}/Calls/${call.id}.json`,
    ...profile.extraCallFields(call, sipOf(call)),
  }
}

const startOf = (call: Call) => (call.answeredAt ?? call.createdAt).getTime()

function instant(text: string | null, otherwise: number): number {
  if (text === null) return otherwise
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new RestError(400, 20001, `${text} is no date`, true)
  return time
}

/** As Twilio writes a date in its resources. */
export const rfc2822 = (date: Date | null): string | null => date?.toUTCString().replace('GMT', '+0000') ?? null

function notInProgress(): never {
  throw new RestError(400, 21220, 'Call is not in-progress. Cannot redirect.')
}
