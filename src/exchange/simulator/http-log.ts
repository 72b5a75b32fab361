// Everything that passes between the exchange and the app: sent, troubled, timed and written down.

import type { Company } from './carrier-name.ts'
import type { Switchboard } from './simulator-state.ts'

export type WireEntry = {
  id: number
  at: string
  /** `out`: the exchange called the app. `in`: the app called the exchange. */
  direction: 'out' | 'in'
  company: Company
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

export type Incoming = Pick<WireEntry, 'company' | 'about' | 'callId' | 'method' | 'url' | 'headers' | 'body'>

export type Outgoing = Incoming & {
  /** Milliseconds that the company waits for an answer. */
  patience: number
  /** An `Authorization` that is given only to an app that asks for it with a 401, in a second request. */
  credentials?: string
}

export type Reply = { status: number; contentType: string | null; body: string }
type Answer = Reply & { asksForCredentials: boolean }

/** The app could not be reached, or did not answer in time. */
export class Unreached extends Error {
  readonly late: boolean
  constructor(late: boolean, message: string) {
    super(message)
    this.late = late
  }
}

const ENTRIES = 500
const REORDERED_MS = 2000
const SHOWN = 20_000

export class Wire {
  readonly entries: WireEntry[] = []
  #board: Switchboard
  #fetch: (request: Request) => Promise<Response>
  #ids = 0
  /** The status callback of each call that is waiting to be overtaken. */
  #held = new Map<string | null, () => void>()

  constructor(board: Switchboard, fetch: (request: Request) => Promise<Response>) {
    this.#board = board
    this.#fetch = fetch
  }

  /** Asks the app for a document. */
  async ask(outgoing: Outgoing): Promise<Reply> {
    const { double, delay, lose } = this.#board.trouble.documents
    await this.#pass(delay)
    if (lose) {
      this.#write('out', outgoing, 'lost on the way')
      throw new Unreached(false, 'lost on the way')
    }
    const first = this.#send(outgoing, null)
    if (double) this.#send(outgoing, 'sent twice').catch(() => {})
    return first
  }

  /** Tells the app something; nothing depends on its answer. Resolves to what was answered, when it got through. */
  async tell(outgoing: Outgoing): Promise<Reply | null> {
    const { double, delay, lose, reorder } = this.#board.trouble.status
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
  received(incoming: Incoming): (reply: Reply, callId: string | null, remark: string | null) => void {
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
      this.#board.clock.after(REORDERED_MS, () => {
        if (this.#held.get(callId) === resolve) this.#held.delete(callId)
        resolve()
      })
    })
  }

  async #send(outgoing: Outgoing, remark: string | null): Promise<Reply> {
    const first = await this.#post(outgoing, remark)
    if (!first.asksForCredentials || !outgoing.credentials) return first
    const headers = { ...outgoing.headers, authorization: outgoing.credentials }
    return this.#post({ ...outgoing, headers }, 'sent again, with the credentials asked for')
  }

  async #post(outgoing: Outgoing, remark: string | null): Promise<Answer> {
    const done = this.#board.work.start()
    const entry = this.#write('out', outgoing, remark)
    try {
      const reply = await this.#exchange(outgoing)
      this.#answered(entry, reply, remark)
      return reply
    } catch (error) {
      const failure = error instanceof Unreached ? error : new Unreached(false, `could not be reached: ${cause(error)}`)
      entry.remark = failure.message
      this.#changed(entry)
      throw failure
    } finally {
      done()
    }
  }

  async #exchange({ method, url, headers, body, patience }: Outgoing): Promise<Answer> {
    const late = new AbortController()
    const cancel = this.#board.clock.after(patience, () => late.abort())
    const deadline = new Promise<never>((_, reject) =>
      late.signal.addEventListener('abort', () =>
        reject(new Unreached(true, `no answer within ${patience / 1000} seconds`)),
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
    return ms > 0 ? new Promise((resolve) => this.#board.clock.after(ms, resolve)) : Promise.resolve()
  }

  #write(direction: 'in' | 'out', request: Incoming, remark: string | null): WireEntry {
    const { company, about, callId, method, url, headers, body } = request
    const entry: WireEntry = {
      id: ++this.#ids,
      at: this.#board.clock.now().toISOString(),
      direction,
      company,
      about,
      callId,
      method,
      url,
      headers,
      body: body.slice(0, SHOWN),
      status: null,
      contentType: null,
      answer: null,
      ms: null,
      remark,
    }
    this.entries.push(entry)
    if (this.entries.length > ENTRIES) this.entries.shift()
    this.#changed(entry)
    return entry
  }

  #answered(entry: WireEntry, reply: Reply, remark: string | null) {
    entry.status = reply.status
    entry.contentType = reply.contentType
    entry.answer = reply.body.slice(0, SHOWN)
    entry.ms = this.#board.clock.now().getTime() - Date.parse(entry.at)
    entry.remark = remark
    this.#changed(entry)
  }

  #changed(entry: WireEntry) {
    this.#board.changed({ type: 'wire', id: entry.id })
  }
}

const cause = (error: unknown) =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
