// The exchange's requests to the app, with the injected faults: doubled, delayed, lost or out of order.

import type { CarrierName } from './carrier-name.ts'
import type { HttpLog, HttpLogEntry, LoggedRequest, LoggedResponse } from './http-log.ts'
import type { SimulatorState } from './simulator-state.ts'

export type WebhookRequest = LoggedRequest & {
  carrier: CarrierName
  /** How long the carrier waits for an answer. */
  timeoutMs: number
  /** An `Authorization` that is given only to an app that asks for it with a 401, in a second request. */
  credentials?: string
}

export type WebhookResponse = LoggedResponse
type Answer = WebhookResponse & { asksForCredentials: boolean }

/** The app could not be reached, or did not answer in time. */
export class AppUnreachable extends Error {
  readonly timedOut: boolean
  constructor(timedOut: boolean, message: string) {
    super(message)
    this.timedOut = timedOut
  }
}

const REORDERED_MS = 2000
const REPLAY_TIMEOUT_MS = 15_000
const REPLAYED = 'sent again by hand'

export class AppClient {
  #simulator: SimulatorState
  #log: HttpLog
  #fetch: (request: Request) => Promise<Response>
  /** Releases the status callback of a call that is held back until the next one has been sent. */
  #held = new Map<string | null, () => void>()

  constructor(simulator: SimulatorState, log: HttpLog, fetch: (request: Request) => Promise<Response>) {
    this.#simulator = simulator
    this.#log = log
    this.#fetch = fetch
  }

  async fetchDocument(request: WebhookRequest): Promise<WebhookResponse> {
    const { double, delay, lose } = this.#simulator.injectedFaults[request.carrier].documents
    await this.#wait(delay)
    if (lose) {
      this.#log.add('out', request, 'lost on the way')
      throw new AppUnreachable(false, 'lost on the way')
    }
    const first = this.#send(request, null)
    if (double) this.#send(request, 'sent twice').catch(() => {})
    return first
  }

  /** Progress, detection results and receipts. Resolves to the answer, or to `null` when an injected fault lost it. */
  async notify(request: WebhookRequest): Promise<WebhookResponse | null> {
    const { double, delay, lose, reorder } = this.#simulator.injectedFaults[request.carrier].status
    if (lose) {
      this.#log.add('out', request, 'lost on the way')
      return null
    }
    await this.#wait(delay)
    const releaseEarlier = this.#held.get(request.callId)
    this.#held.delete(request.callId)
    if (reorder && !releaseEarlier) await this.#hold(request.callId)
    const sent = this.#send(request, null)
    releaseEarlier?.()
    if (double) this.#send(request, 'sent twice').catch(() => {})
    return sent
  }

  /** The same request once more, byte for byte, whatever comes of it. */
  async replay({ carrier, about, callId, method, url, headers, body }: LoggedRequest & { carrier: CarrierName }) {
    const request = { carrier, about, callId, method, url, headers, body, timeoutMs: REPLAY_TIMEOUT_MS }
    const entry = this.#log.add('out', request, REPLAYED)
    await this.#fetchLogged(entry, request, REPLAYED).catch(() => null)
    return entry
  }

  /** Until the next callback of the call has been sent, or none follows in time. */
  #hold(callId: string | null): Promise<void> {
    return new Promise((resolve) => {
      this.#held.set(callId, resolve)
      this.#simulator.clock.after(REORDERED_MS, () => {
        if (this.#held.get(callId) === resolve) this.#held.delete(callId)
        resolve()
      })
    })
  }

  async #send(request: WebhookRequest, remark: string | null): Promise<WebhookResponse> {
    const first = await this.#sendOnce(request, remark)
    if (!first.asksForCredentials || !request.credentials) return first
    const headers = { ...request.headers, authorization: request.credentials }
    return this.#sendOnce({ ...request, headers }, 'sent again, with the credentials asked for')
  }

  async #sendOnce(request: WebhookRequest, remark: string | null): Promise<Answer> {
    return this.#fetchLogged(this.#log.add('out', request, remark), request, remark)
  }

  async #fetchLogged(entry: HttpLogEntry, request: WebhookRequest, remark: string | null): Promise<Answer> {
    const done = this.#simulator.pendingTasks.start()
    try {
      const answer = await this.#fetchInTime(request)
      this.#log.answered(entry, answer, remark)
      return answer
    } catch (error) {
      const failure =
        error instanceof AppUnreachable ? error : new AppUnreachable(false, `could not be reached: ${reason(error)}`)
      this.#log.failed(entry, failure.message)
      throw failure
    } finally {
      done()
    }
  }

  async #fetchInTime({ method, url, headers, body, timeoutMs }: WebhookRequest): Promise<Answer> {
    const timeout = new AbortController()
    const cancel = this.#simulator.clock.after(timeoutMs, () => timeout.abort())
    const deadline = new Promise<never>((_, reject) =>
      timeout.signal.addEventListener('abort', () =>
        reject(new AppUnreachable(true, `no answer within ${timeoutMs / 1000} seconds`)),
      ),
    )
    const answer = async () => {
      const response = await this.#fetch(
        new Request(url, {
          method,
          headers,
          redirect: 'manual',
          signal: timeout.signal,
          body: method === 'GET' ? null : body,
        }),
      )
      return {
        status: response.status,
        contentType: response.headers.get('content-type'),
        body: await response.text(),
        asksForCredentials: response.status === 401 && /^Basic\b/i.test(response.headers.get('www-authenticate') ?? ''),
      }
    }
    try {
      return await Promise.race([answer(), deadline])
    } finally {
      cancel()
    }
  }

  #wait(ms: number): Promise<void> {
    return ms > 0 ? new Promise((resolve) => this.#simulator.clock.after(ms, resolve)) : Promise.resolve()
  }
}

const reason = (error: unknown) =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
