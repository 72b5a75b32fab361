// The webhooks of a Plivo call, from the ring to the hang-up. docs.plivo.com/docs/voice/xml/request

import type { Parameters } from '../rest/form.ts'
import type { Call, CallFlow } from '../simulator/call.ts'
import type { GatherResult, Step, Target } from '../simulator/steps.ts'
import { DocumentError } from '../simulator/steps.ts'
import { timeOf, withoutPlus } from './formats.ts'
import { causeOf, liveStatus, sourceOf } from './hangup-causes.ts'
import type { DocumentKind, Webhooks } from './post-webhooks.ts'

export type CallSetup = {
  authId: string
  answer: Target
  ring: Target | null
  hangup: Target | null
  fallback: Target | null
  /** Without a callback the answer webhook waits for the result. */
  detection: { ifMachine: 'continue' | 'hangup'; callback: Target | null } | null
  sendDigits: string | null
  ringSeconds: number
}

const DETECTION_MS = 4500
const DIGIT_MS = 250
const DIGIT_PAUSES: Record<string, number> = { w: 500, W: 1000 }

export class PlivoCallFlow implements CallFlow {
  #setup: CallSetup
  #webhooks: Webhooks
  /** The error code of the last document. */
  #broken: number | null = null

  constructor(setup: CallSetup, webhooks: Webhooks) {
    this.#setup = setup
    this.#webhooks = webhooks
  }

  async firstDocument(call: Call): Promise<Step[]> {
    const { answer, fallback, sendDigits } = this.#setup
    if (sendDigits) await this.#dialOn(call, sendDigits)
    const parameters = [...this.#parameters(call, 'StartApp'), ...(await this.#listen(call))]
    try {
      return await this.#fetch('answer', call, answer, parameters)
    } catch (error) {
      // The fallback is fetched when answer_url can't be reached, not when its document is invalid.
      if (!fallback || this.#broken !== 7011) throw error
      return this.#fetch('answer', call, fallback, parameters)
    }
  }

  nextDocument(call: Call, target: Target, keyed: GatherResult | null): Promise<Step[]> {
    const parameters = this.#parameters(call, 'Redirect')
    if (!keyed) return this.#fetch('redirect', call, target, parameters)
    const input: Parameters = [
      ['InputType', 'dtmf'],
      ['Digits', keyed.digits],
      ['Speech', ''],
      ['SpeechConfidenceScore', '0.0'],
      ['BilledAmount', '0.00'],
    ]
    return this.#fetch('action', call, target, [...parameters, ...input])
  }

  stateChanged(call: Call) {
    const { ring, hangup } = this.#setup
    if (call.state === 'answered') void this.#detect(call)
    if (call.state === 'ringing' && ring) this.#notice('ring', call, ring, this.#parameters(call, 'Ring'))
    if (call.state !== 'ended' || !hangup) return
    this.#notice('hangup', call, hangup, [...this.#parameters(call, 'Hangup'), ...this.#hangup(call)])
  }

  /** The record of an ended call: docs.plivo.com/docs/voice/api/call/the-call-object */
  record(call: Call) {
    const { code, name } = this.#cause(call)
    return {
      call_uuid: call.id,
      call_direction: 'outbound',
      from_number: withoutPlus(call.from),
      to_number: withoutPlus(call.to),
      initiation_time: call.createdAt.toISOString(),
      answer_time: call.answeredAt?.toISOString() ?? null,
      end_time: call.endedAt?.toISOString() ?? null,
      call_duration: secondsOf(call),
      hangup_cause_code: code,
      hangup_cause_name: name,
      hangup_source: sourceOf(call),
    }
  }

  async #fetch(kind: DocumentKind, call: Call, target: Target, parameters: Parameters): Promise<Step[]> {
    try {
      return await this.#webhooks.fetchDocument(kind, target, parameters, call.id)
    } catch (error) {
      if (error instanceof DocumentError) this.#broken = Number(error.code)
      throw error
    }
  }

  /** Without a callback, detection delays the answer webhook and is reported with it. */
  async #listen(call: Call): Promise<Parameters> {
    const { detection } = this.#setup
    if (!detection || detection.callback) return []
    await call.takeTime(DETECTION_MS)
    if (call.machine && detection.ifMachine === 'hangup') call.end('completed', 'company')
    return [['Machine', String(call.machine)]]
  }

  /** Asynchronous detection never reports a person: docs.plivo.com/docs/voice/concepts/answering-machine-detection */
  async #detect(call: Call) {
    const { detection } = this.#setup
    if (!detection?.callback || !call.machine) return
    await call.takeTime(DETECTION_MS)
    if (call.state !== 'answered') return
    const found: Parameters = [
      ['Machine', 'true'],
      ['IfMachine', detection.ifMachine],
    ]
    this.#notice('machine', call, detection.callback, [...this.#parameters(call, 'MachineDetection'), ...found])
    if (detection.ifMachine === 'hangup') call.end('completed', 'company')
  }

  async #dialOn(call: Call, digits: string) {
    call.note('note', `dials ${digits}`)
    for (const digit of digits) await call.takeTime(DIGIT_PAUSES[digit] ?? DIGIT_MS)
  }

  #notice(about: string, call: Call, target: Target, parameters: Parameters) {
    this.#webhooks.notify(about, target, parameters, call.id)
  }

  /** One id under four names, as in the test data of Plivo's library: github.com/plivo/plivo-go, utils_test.go */
  #parameters(call: Call, event: string): Parameters {
    return [
      ['Direction', 'outbound'],
      ['From', withoutPlus(call.from)],
      ['To', withoutPlus(call.to)],
      ['CallUUID', call.id],
      ['RequestUUID', call.id],
      ['ALegUUID', call.id],
      ['ALegRequestUUID', call.id],
      ['CallStatus', call.state === 'ended' ? this.#cause(call).status : liveStatus(call)],
      ['ParentAuthID', this.#setup.authId],
      ['BillRate', BILL_RATE],
      ['SessionStart', timeOf(call.createdAt)],
      ['Event', event],
    ]
  }

  #cause(call: Call) {
    return causeOf(call, this.#setup.ringSeconds, this.#broken)
  }

  #hangup(call: Call): Parameters {
    const { cause, name, code } = this.#cause(call)
    const seconds = secondsOf(call)
    return [
      ['HangupCause', cause],
      ['HangupCauseName', name],
      ['HangupCauseCode', String(code)],
      ['HangupSource', sourceOf(call)],
      ['Duration', String(seconds)],
      ['BillDuration', String(Math.ceil(seconds / 60) * 60)],
      ['TotalCost', (Math.ceil(seconds / 60) * Number(BILL_RATE)).toFixed(5)],
      ['StartTime', timeOf(call.createdAt)],
      ...(call.answeredAt ? [['AnswerTime', timeOf(call.answeredAt)] as [string, string]] : []),
      ['EndTime', timeOf(call.endedAt ?? call.createdAt)],
    ]
  }
}

/** For a minute. */
const BILL_RATE = '0.002'

function secondsOf(call: Call): number {
  return call.answeredAt && call.endedAt ? Math.ceil((call.endedAt.getTime() - call.answeredAt.getTime()) / 1000) : 0
}
