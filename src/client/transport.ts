// Requests and streams: the key, the time limits, and what counts as no answer.

import type { Clock } from './clock.ts'
import { AnswerbackError, AnswerbackUnreachable, parseJson, problemError, unexpectedAnswer } from './errors.ts'
import { EventParser, type StreamEvent, type StreamPosition } from './event-parser.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response> | Response

export type JsonRequest = {
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  /** Milliseconds until it counts as unanswered. */
  limit?: number
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

export const ANSWER_LIMIT = 15_000
// The server sends a keep-alive comment every 15 s. After three missing ones the connection is dead, though it looks open.
const SILENCE_LIMIT = 50_000

export class Transport {
  readonly #baseUrl: string
  readonly #key: string
  readonly #fetch: Fetch
  readonly #clock: Clock

  constructor(baseUrl: string, key: string, fetch: Fetch, clock: Clock) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '')
    this.#key = key
    this.#fetch = fetch
    this.#clock = clock
  }

  json<T>(method: string, path: string, request: JsonRequest): Promise<T> {
    return this.#withTimeout(request.limit ?? ANSWER_LIMIT, request.signal, async (signal) => {
      const headers: Record<string, string> = { accept: 'application/json', ...request.headers }
      if (request.body !== undefined) headers['content-type'] = 'application/json'
      const body = request.body === undefined ? null : JSON.stringify(request.body)
      const response = await this.#send(path, { method, headers, body, signal })
      const text = await response.text()
      if (!response.ok) throw problemError(response, text)
      if (response.status === 204) return undefined as T
      return parseJson<T>(text, response.status)
    })
  }

  /** The events of one connection. A server that has nothing more to send (204) ends it with `no more events`. */
  async *events(
    position: StreamPosition,
    callerSignal?: AbortSignal,
  ): AsyncGenerator<StreamEvent | 'no more events', void, void> {
    const connection = new AbortController()
    const signal = callerSignal ? AbortSignal.any([callerSignal, connection.signal]) : connection.signal
    try {
      const body = await this.#withTimeout(ANSWER_LIMIT, callerSignal, (timeout) =>
        this.#open(position, AbortSignal.any([signal, timeout])),
      )
      if (!body) return yield 'no more events'
      const reader = body.getReader()
      const parser = new EventParser(position)
      for (;;) {
        const { done, value } = await this.#withTimeout(SILENCE_LIMIT, callerSignal, (timeout) => read(reader, timeout))
        if (done) return
        yield* parser.push(value)
      }
    } finally {
      connection.abort()
    }
  }

  async #open(position: StreamPosition, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null> {
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (position.lastEventId) headers['last-event-id'] = position.lastEventId
    const response = await this.#send(position.path, { headers, cache: 'no-store', signal })
    if (response.status === 204) return null
    if (!response.ok) throw problemError(response, await response.text())
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
      await response.body?.cancel()
      throw unexpectedAnswer(response.status)
    }
    return response.body
  }

  // A redirect would drop the method or the key, so it is an error.
  #send(path: string, init: RequestInit): Promise<Response> | Response {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${this.#key}` }
    return this.#fetch(this.#baseUrl + path, { ...init, headers, redirect: 'error', credentials: 'omit' })
  }

  /** The caller's own abort comes out as it is; every other failure to get an answer as `AnswerbackUnreachable`. */
  async #withTimeout<T>(
    limit: number,
    callerSignal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    callerSignal?.throwIfAborted()
    const settled = new AbortController()
    const timeout = new AbortController()
    const expire = () => timeout.abort(new Error(`no answer for ${limit / 1000} seconds`))
    this.#clock.pause(limit, settled.signal).then(expire, () => {})
    try {
      return await work(callerSignal ? AbortSignal.any([callerSignal, timeout.signal]) : timeout.signal)
    } catch (error) {
      callerSignal?.throwIfAborted()
      throw error instanceof AnswerbackError ? error : new AnswerbackUnreachable('no answer from Answerback', error)
    } finally {
      settled.abort()
    }
  }
}

/** A stream's `read` takes no signal; canceling the reader is what ends it. */
async function read(reader: Reader, signal: AbortSignal): ReturnType<Reader['read']> {
  const stop = () => void reader.cancel(signal.reason).catch(() => {})
  signal.addEventListener('abort', stop)
  try {
    const chunk = await reader.read()
    signal.throwIfAborted()
    return chunk
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
