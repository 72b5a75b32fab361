// Everything that passes between the exchange and the app: sent, troubled, timed and written down.

import type { CarrierName } from './carrier-name.ts'
import type { SimulatorState } from './simulator-state.ts'

export type HttpLogEntry = {
  id: number
  at: string
  /** `out`: the exchange called the app. `in`: the app called the exchange. */
  direction: 'out' | 'in'
  carrier: CarrierName
  /** What it is for, in a few words. */
  about: string
  callId: string | null
  method: string
  url: string
  headers: Record<string, string>
  body: string
  status: number | null
  contentType: string | null
  answer: string | null
  ms: number | null
  /** What trouble did to it, or how it failed. */
  remark: string | null
}

export type LoggedRequest = Pick<HttpLogEntry, 'carrier' | 'about' | 'callId' | 'method' | 'url' | 'headers' | 'body'>

export type WebhookRequest = LoggedRequest & {
  /** Milliseconds that the company waits for an answer. */
  timeoutMs: number
  /** An `Authorization` that is given only to an app that asks for it with a 401, in a second request. */
  credentials?: string
}

export type WebhookResponse = { status: number; contentType: string | null; body: string }
type Answer = WebhookResponse & { asksForCredentials: boolean }

/** The app could not be reached, or did not answer in time. */
export class AppUnreachable extends Error {
  readonly timedOut: boolean
  constructor(late: boolean, message: string) {
    super(message)
    this.timedOut = late
  }
}

const MAX_ENTRIES = 500
const REORDERED_MS = 2000
const MAX_BODY_LENGTH = 20_000

export class HttpLog {
  readonly entries: HttpLogEntry[] = []
  #simulator: SimulatorState
  #fetch: (request: Request) => Promise<Response>
  #ids = 0
  /** The status callback of each call that is waiting to be overtaken. */
  #held = new Map<string | null, () => void>()

  constructor(simulator: SimulatorState, fetch: (request: Request) => Promise<Response>) {
    this.#simulator = simulator
    this.#fetch = fetch
  }

  /** Asks the app for a document. */
  async fetchDocument(outgoing: WebhookRequest): Promise<WebhookResponse> {
    const { double, delay, lose } = this.#simulator.injectedFaults.documents
    await this.#pass(delay)
    if (lose) {
      this.#write('out', outgoing, 'lost on the way')
      throw new AppUnreachable(false, 'lost on the way')
    }
    const first = this.#send(outgoing, null)
    if (double) this.#send(outgoing, 'sent twice').catch(() => {})
    return first
  }

  /** Tells the app something; nothing depends on its answer. Resolves to what was answered, when it got through. */
  async notify(outgoing: WebhookRequest): Promise<WebhookResponse | null> {
    const { double, delay, lose, reorder } = this.#simulator.injectedFaults.status
    if (lose) {
      this.#write('out', outgoing, 'lost on the way')
      return null
    }
    await this.#pass(delay)
    const overtaken = this.#held.get(outgoing.callId)
    this.#held.delete(outgoing.callId)
    if (reorder && !overtaken) await this.#hold(outgoing.callId)
    const sent = this.#send(outgoing, null)
    overtaken?.()
    if (double) this.#send(outgoing, 'sent twice').catch(() => {})
    return sent
  }

  /** Writes down what the app asked of the exchange; the function returned adds the answer. */
  logIncoming(incoming: LoggedRequest): (reply: WebhookResponse, callId: string | null, remark: string | null) => void {
    const entry = this.#write('in', incoming, null)
    return (reply, callId, remark) => {
      entry.callId = callId
      this.#answered(entry, reply, remark)
    }
  }

  /** Until the next callback of the call has gone ahead, or nothing follows. */
  #hold(callId: string | null): Promise<void> {
    return new Promise((resolve) => {
      this.#held.set(callId, resolve)
      this.#simulator.clock.after(REORDERED_MS, () => {
        if (this.#held.get(callId) === resolve) this.#held.delete(callId)
        resolve()
      })
    })
  }

  async #send(outgoing: WebhookRequest, remark: string | null): Promise<WebhookResponse> {
    const first = await this.#post(outgoing, remark)
    if (!first.asksForCredentials || !outgoing.credentials) return first
    const headers = { ...outgoing.headers, authorization: outgoing.credentials }
    return this.#post({ ...outgoing, headers }, 'sent again, with the credentials asked for')
  }

  async #post(outgoing: WebhookRequest, remark: string | null): Promise<Answer> {
    const done = this.#simulator.pendingTasks.start()
    const entry = this.#write('out', outgoing, remark)
    try {
      const reply = await this.#exchange(outgoing)
      this.#answered(entry, reply, remark)
      return reply
    } catch (error) {
      const failure =
        error instanceof AppUnreachable ? error : new AppUnreachable(false, `could not be reached: ${cause(error)}`)
      entry.remark = failure.message
      this.#changed(entry)
      throw failure
    } finally {
      done()
    }
  }

  async #exchange({ method, url, headers, body, timeoutMs }: WebhookRequest): Promise<Answer> {
    const late = new AbortController()
    const cancel = this.#simulator.clock.after(timeoutMs, () => late.abort())
    const deadline = new Promise<never>((_, reject) =>
      late.signal.addEventListener('abort', () =>
        reject(new AppUnreachable(true, `no answer within ${timeoutMs / 1000} seconds`)),
      ),
    )
    const answer = async () => {
      const init = {
        method,
        headers,
        redirect: 'manual',
        signal: late.signal,
        body: method === 'GET' ? null : body,
      } as const
      const response = await this.#fetch(new Request(url, init))
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

  #pass(ms: number): Promise<void> {
    return ms > 0 ? new Promise((resolve) => this.#simulator.clock.after(ms, resolve)) : Promise.resolve()
  }

  #write(direction: 'in' | 'out', request: LoggedRequest, remark: string | null): HttpLogEntry {
    const { carrier, about, callId, method, url, headers, body } = request
    const entry: HttpLogEntry = {
      id: ++this.#ids,
      at: this.#simulator.clock.now().toISOString(),
      direction,
      carrier,
      about,
      callId,
      method,
      url,
      headers,
      body: body.slice(0, MAX_BODY_LENGTH),
      status: null,
      contentType: null,
      answer: null,
      ms: null,
      remark,
    }
    this.entries.push(entry)
    if (this.entries.length > MAX_ENTRIES) this.entries.shift()
    this.#changed(entry)
    return entry
  }

  #answered(entry: HttpLogEntry, reply: WebhookResponse, remark: string | null) {
    entry.status = reply.status
    entry.contentType = reply.contentType
    entry.answer = reply.body.slice(0, MAX_BODY_LENGTH)
    entry.ms = this.#simulator.clock.now().getTime() - Date.parse(entry.at)
    entry.remark = remark
    this.#changed(entry)
  }

  #changed(entry: HttpLogEntry) {
    this.#simulator.changed({ type: 'wire', id: entry.id })
  }
}

const cause = (error: unknown) =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
