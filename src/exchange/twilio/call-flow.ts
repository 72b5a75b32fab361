// The webhooks of a Twilio or SignalWire call, from the first status callback to the last. twilio.com/docs/voice/api/call-resource#statuscallback

import type { Parameters } from '../rest/form.ts'
import type { Call, CallFlow, Ending } from '../simulator/call.ts'
import type { GatherResult, Step, Target } from '../simulator/steps.ts'
import { DocumentError } from '../simulator/steps.ts'
import type { Webhooks } from './post-webhooks.ts'

export const CALL_EVENTS = ['initiated', 'ringing', 'answered', 'completed'] as const
type CallEvent = (typeof CALL_EVENTS)[number]

export type CallStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'canceled'
  | 'failed'

export type Detection = { mode: 'Enable' | 'DetectMessageEnd'; callback: Target | null }
export type AnsweredBy = 'human' | 'machine_start' | 'machine_end_beep'

export type CallSetup = {
  accountSid: string
  document: Target
  fallback: Target | null
  status: Target | null
  events: Set<string>
  detection: Detection | null
  sendDigits: string | null
}

/** There is no status for a decline. An answered call ends as completed, even when its document could not be played. */
const ENDINGS: Record<Ending, { status: CallStatus; sip: number | null }> = {
  completed: { status: 'completed', sip: 200 },
  application_error: { status: 'completed', sip: 200 },
  busy: { status: 'busy', sip: 486 },
  declined: { status: 'busy', sip: 603 },
  no_answer: { status: 'no-answer', sip: 487 },
  canceled: { status: 'canceled', sip: 487 },
  unreachable: { status: 'failed', sip: 480 },
  no_answer_at_once: { status: 'no-answer', sip: null },
  carrier_failed: { status: 'failed', sip: 503 },
  no_such_number: { status: 'failed', sip: 404 },
}

export function statusOf(call: Call): CallStatus {
  if (call.state === 'ended') return ENDINGS[call.ending ?? 'completed'].status
  return call.state === 'answered' ? 'in-progress' : call.state
}

export function sipOf(call: Call): number | null {
  return call.ending && ENDINGS[call.ending].sip
}

export function durationOf(call: Call): number | null {
  if (call.state !== 'ended') return null
  return call.answeredAt && call.endedAt ? Math.ceil((call.endedAt.getTime() - call.answeredAt.getTime()) / 1000) : 0
}

export function answeredBy(call: Call, detection: Detection | null): AnsweredBy | null {
  if (!detection) return null
  if (!call.machine) return 'human'
  return detection.mode === 'Enable' ? 'machine_start' : 'machine_end_beep'
}

const DETECTION_MS: Record<AnsweredBy, number> = { human: 1600, machine_start: 4180, machine_end_beep: 9000 }
const DIGIT_MS = 250
const DIGIT_PAUSES: Record<string, number> = { w: 500, W: 1000 }

export class TwilioCallFlow implements CallFlow {
  #setup: CallSetup
  #webhooks: Webhooks
  #sequence = 0

  constructor(setup: CallSetup, webhooks: Webhooks) {
    this.#setup = setup
    this.#webhooks = webhooks
  }

  async firstDocument(call: Call): Promise<Step[]> {
    const { detection, sendDigits, document } = this.#setup
    if (sendDigits) await this.#dialOn(call, sendDigits)
    // Twilio.com/docs/voice/answering-machine-detection: unless it is asynchronous, the line is silent until it is done.
    const heard = detection && !detection.callback ? answeredBy(call, detection) : null
    if (heard) await call.takeTime(DETECTION_MS[heard])
    return this.#fetch('document', call, document, heard ? [['AnsweredBy', heard]] : [])
  }

  nextDocument(call: Call, target: Target, keyed: GatherResult | null): Promise<Step[]> {
    if (!keyed) return this.#fetch('document', call, target, [])
    const extra: Parameters = [
      ['msg', 'Gather End'],
      ['Digits', keyed.digits],
      ['FinishedOnKey', keyed.finishKey],
    ]
    return this.#fetch('gathered keys', call, target, extra)
  }

  stateChanged(call: Call) {
    if (call.state === 'answered') void this.#detect(call)
    const event: CallEvent = EVENTS[call.state]
    const { status, events } = this.#setup
    if (!status || !events.has(event)) return
    const state = event === 'initiated' ? 'initiated' : statusOf(call)
    this.#webhooks.notify(`status ${state}`, status, this.#statusParameters(call, state), call.id)
  }

  async #fetch(about: string, call: Call, target: Target, extra: Parameters): Promise<Step[]> {
    const parameters = [...this.#parameters(call, statusOf(call)), ...extra]
    try {
      return await this.#webhooks.fetchDocument(about, target, parameters, call.id)
    } catch (error) {
      const { fallback } = this.#setup
      if (!(error instanceof DocumentError) || !fallback) throw error
      parameters.push(['ErrorCode', String(error.code)], ['ErrorUrl', target.url])
      return this.#webhooks.fetchDocument('fallback document', fallback, parameters, call.id)
    }
  }

  async #detect(call: Call) {
    const { detection, accountSid } = this.#setup
    const heard = answeredBy(call, detection)
    if (!heard || !detection?.callback) return
    await call.takeTime(DETECTION_MS[heard])
    if (call.state !== 'answered') return
    const parameters: Parameters = [
      ['CallSid', call.id],
      ['AccountSid', accountSid],
      ['AnsweredBy', heard],
      ['MachineDetectionDuration', String(DETECTION_MS[heard])],
    ]
    this.#webhooks.notify(`detected ${heard}`, detection.callback, parameters, call.id)
  }

  async #dialOn(call: Call, digits: string) {
    call.note('note', `dials ${digits}`)
    for (const digit of digits) await call.takeTime(DIGIT_PAUSES[digit] ?? DIGIT_MS)
  }

  #parameters(call: Call, status: CallStatus | 'initiated'): Parameters {
    return [
      ['CallSid', call.id],
      ['AccountSid', this.#setup.accountSid],
      ['From', call.from],
      ['To', call.to],
      ['Caller', call.from],
      ['Called', call.to],
      ['CallStatus', status],
      ['Direction', 'outbound-api'],
      ['ApiVersion', '2010-04-01'],
    ]
  }

  #statusParameters(call: Call, status: CallStatus | 'initiated'): Parameters {
    const parameters = this.#parameters(call, status)
    const duration = durationOf(call)
    if (status === 'completed' && duration !== null) {
      parameters.push(['CallDuration', String(duration)], ['Duration', String(Math.max(1, Math.ceil(duration / 60)))])
    }
    const sip = sipOf(call)
    if (sip !== null) parameters.push(['SipResponseCode', String(sip)])
    parameters.push(
      ['CallbackSource', 'call-progress-events'],
      ['SequenceNumber', String(this.#sequence++)],
      ['Timestamp', call.clock.now().toUTCString().replace('GMT', '+0000')],
    )
    return parameters
  }
}

const EVENTS: Record<Call['state'], CallEvent> = {
  queued: 'initiated',
  ringing: 'ringing',
  answered: 'answered',
  ended: 'completed',
}
