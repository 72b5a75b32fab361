// A Bandwidth call from its answer to its end. No webhook is sent before the answer: dev.bandwidth.com/docs/voice/webhooks

import { randomUUID } from 'node:crypto'
import type { Call, CallFlow, Ending } from '../simulator/call.ts'
import type { GatherResult, Step, Target } from '../simulator/steps.ts'
import { DocumentError } from '../simulator/steps.ts'
import type { Event, Webhooks } from './post-webhooks.ts'
import type { DocumentTarget, WebhookTarget } from './targets.ts'

export type CallSetup = {
  accountId: string
  applicationId: string
  /** The URL of the calls collection. */
  url: string
  answer: DocumentTarget
  disconnect: WebhookTarget | null
  /** Without a callback the answer webhook waits for the result. */
  detection: { callback: WebhookTarget | null } | null
  webhookTimeoutMs: number
  priority: number
  tag: string | null
}

type Cause = { cause: string; errorMessage?: string }

/** dev.bandwidth.com/docs/voice/webhooks/disconnect */
const CAUSES: Record<Ending, Cause> = {
  completed: { cause: 'hangup' },
  busy: { cause: 'busy', errorMessage: 'Callee is busy' },
  declined: { cause: 'rejected', errorMessage: 'Callee rejected the call' },
  no_answer: { cause: 'timeout', errorMessage: 'Callee did not answer' },
  canceled: { cause: 'cancel', errorMessage: 'Call was cancelled' },
  unreachable: { cause: 'error', errorMessage: 'Callee is unavailable' },
  no_answer_at_once: { cause: 'timeout', errorMessage: 'Callee did not answer' },
  carrier_failed: { cause: 'node-capacity-exceeded', errorMessage: 'No capacity for the call' },
  no_such_number: { cause: 'error', errorMessage: 'No route to the callee' },
  application_error: { cause: 'application-error' },
}

const DETECTION = {
  human: { value: 'human', duration: 'PT1.6S', ms: 1600 },
  machine: { value: 'answering-machine', duration: 'PT4.9891287S', ms: 4989 },
}

export class BandwidthCallFlow implements CallFlow {
  #setup: CallSetup
  #webhooks: Webhooks
  #tag: string | null
  /** The error of the last document. */
  #broken: Cause | null = null

  constructor(setup: CallSetup, webhooks: Webhooks) {
    this.#setup = setup
    this.#webhooks = webhooks
    this.#tag = setup.tag
  }

  async firstDocument(call: Call): Promise<Step[]> {
    const { detection, answer } = this.#setup
    if (!detection || detection.callback) return this.#fetch(call, answer, { eventType: 'answer' })
    const result = await this.#listen(call)
    return this.#fetch(call, answer, { eventType: 'answer', machineDetectionResult: result })
  }

  nextDocument(call: Call, target: Target, keyed: GatherResult | null): Promise<Step[]> {
    // Every target of a Bandwidth call comes from a document or an update, and so is a DocumentTarget.
    const documentTarget = target as DocumentTarget
    this.#tag = documentTarget.tag ?? this.#tag
    if (!keyed) return this.#fetch(call, documentTarget, { eventType: 'redirect' })
    return this.#fetch(call, documentTarget, {
      eventType: 'gather',
      digits: keyed.digits,
      terminatingDigit: keyed.finishKey,
    })
  }

  stateChanged(call: Call) {
    if (call.state === 'answered') void this.#detect(call)
    const { disconnect } = this.#setup
    if (call.state !== 'ended' || !disconnect) return
    const cause = this.cause(call)
    const error = cause.errorMessage ? { errorId: randomUUID() } : {}
    this.#notice(call, disconnect, { eventType: 'disconnect', ...this.ended(call), ...cause, ...error })
  }

  describe(call: Call) {
    const { accountId, applicationId, url } = this.#setup
    return {
      accountId,
      applicationId,
      from: call.from,
      to: call.to,
      direction: 'outbound',
      callId: call.id,
      callUrl: `${url}/${call.id}`,
      startTime: call.createdAt.toISOString(),
      ...(call.answeredAt && { answerTime: call.answeredAt.toISOString() }),
      ...(this.#tag !== null && { tag: this.#tag }),
    }
  }

  ended(call: Call) {
    return call.endedAt ? { endTime: call.endedAt.toISOString() } : {}
  }

  cause(call: Call): Cause {
    const ending = call.ending ?? 'completed'
    return ending === 'application_error' && this.#broken ? this.#broken : CAUSES[ending]
  }

  async #fetch(call: Call, turn: DocumentTarget, event: Record<string, unknown>): Promise<Step[]> {
    const ask = (about: string, link: WebhookTarget) =>
      this.#webhooks
        .fetchDocument(about, link, this.#event(call, event), this.#setup.webhookTimeoutMs)
        .catch((error: unknown) => {
          if (error instanceof DocumentError) this.#broken = { cause: String(error.code), errorMessage: error.message }
          throw error
        })
    try {
      return await ask(String(event.eventType), turn)
    } catch (error) {
      // The fallback is fetched when the app fails to respond, not when its document is invalid.
      if (!turn.fallback || this.#broken?.cause !== 'callback-error') throw error
      return ask('fallback', turn.fallback)
    }
  }

  async #detect(call: Call) {
    const callback = this.#setup.detection?.callback
    if (!callback) return
    const result = await this.#listen(call)
    if (call.state !== 'answered') return
    this.#notice(call, callback, { eventType: 'machineDetectionComplete', machineDetectionResult: result })
  }

  async #listen(call: Call) {
    const { ms, ...result } = DETECTION[call.machine ? 'machine' : 'human']
    await call.takeTime(ms)
    return result
  }

  #notice(call: Call, link: WebhookTarget, event: Record<string, unknown>) {
    this.#webhooks.notify(
      String(event.eventType),
      link,
      this.#event(call, event),
      call.id,
      this.#setup.webhookTimeoutMs,
    )
  }

  #event(call: Call, event: Record<string, unknown>): Event {
    return { ...this.describe(call), ...event, eventTime: call.clock.now().toISOString() }
  }
}
