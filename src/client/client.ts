/**
 * The Answerback client: one file, no imports, for Node 20 and later and for browsers. Use it from here or copy it.
 *
 * On your server, with the API key:
 *
 * ```ts
 * const answerback = new Answerback({ baseUrl: 'https://verify.example.com', key: process.env.ANSWERBACK_KEY! })
 * const challenge = await answerback.create({ to: '+12025550123', flow: 'send_code', scope: 'login' })
 * // give challenge.id and challenge.page_token to the page, and keep challenge.id in the visitor's session
 * ```
 *
 * In the page, with the page token, which is good for this one challenge and can start nothing:
 *
 * ```ts
 * const answerback = new Answerback({ baseUrl: 'https://verify.example.com', key: pageToken })
 * for await (const challenge of answerback.watch(id)) show(challenge)
 * const { valid, attempts_left } = await answerback.check(id, typed)
 * ```
 *
 * What the page says proves nothing: before your server lets anyone in, it asks again with its own key.
 *
 * ```ts
 * const ended = await answerback.get(session.challengeId)
 * if (ended.status === 'approved' && ended.scope === 'login') signIn()
 * ```
 */
export class Answerback {
  readonly #base: string
  readonly #key: string
  readonly #fetch: Fetch
  readonly #clock: Clock

  constructor(options: AnswerbackOptions) {
    this.#base = options.baseUrl.replace(/\/+$/, '')
    this.#key = options.key
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init))
    this.#clock = options.clock ?? systemClock
  }

  /**
   * Starts a challenge: the phone is being called, or the message is on its way, when this resolves, unless the
   * challenge comes back already `undelivered`. Needs an API key.
   *
   * Every create carries an `Idempotency-Key`, drawn at random unless you give one. When the connection breaks before
   * the answer is read, the request is sent once more with the same key, which cannot ring the phone twice. If the
   * first is still in hand then, you get its 409.
   */
  async create(request: ChallengeRequest, options: CreateOptions = {}): Promise<CreatedChallenge> {
    const headers = { 'idempotency-key': options.idempotencyKey ?? crypto.randomUUID() }
    const post = () => this.#json<CreatedChallenge>('POST', '/v1/challenges', { ...options, headers, body: request })
    try {
      return await post()
    } catch (error) {
      if (!(error instanceof AnswerbackUnreachable)) throw error
      await this.#clock.pause(backOff(1, FIRST_PAUSE), options.signal)
      return post()
    }
  }

  /** The challenge as it stands. */
  get(id: string, options: CallOptions = {}): Promise<Challenge> {
    return this.#json('GET', challengePath(id), options)
  }

  /**
   * Waits for the outcome by long polls. Resolves with the challenge once it has one, or, when the time ends first,
   * with the challenge still `pending`. A server that is briefly away or busy is asked again until the time ends.
   */
  async wait(id: string, options: WaitOptions = {}): Promise<Challenge> {
    const { timeoutSeconds = LONGEST_LIFE, signal } = options
    const end = this.#clock.now() + timeoutSeconds * 1000
    let failures = 0
    for (;;) {
      signal?.throwIfAborted()
      const asked = this.#clock.now()
      const seconds = Math.ceil(Math.min(LONG_POLL, Math.max(0, end - asked) / 1000))
      const query = seconds > 0 ? `?wait=${seconds}` : ''
      let rest: number
      try {
        const limit = seconds * 1000 + ANSWER_LIMIT
        const challenge = await this.#json<Challenge>('GET', challengePath(id) + query, { ...options, limit })
        if (challenge.status !== 'pending' || this.#clock.now() >= end) return challenge
        failures = 0
        // Something between us answers without holding the request: do not turn the wait into a hammer.
        rest = asked + FIRST_PAUSE - this.#clock.now()
      } catch (error) {
        if (!passes(error) || this.#clock.now() >= end) throw error
        failures += 1
        rest = backOff(failures, FIRST_PAUSE, error.retryAfter)
      }
      await this.#clock.pause(Math.max(0, Math.min(rest, end - this.#clock.now())), signal)
    }
  }

  /**
   * Follows a challenge live: yields it as it stands, then after every change, each version once, and ends with the
   * outcome. Reconnects by itself, and throws when that has failed many times over. Stop with `break` or the signal.
   */
  async *watch(id: string, options: WatchOptions = {}): AsyncGenerator<Challenge, void, void> {
    const { signal, onTrouble } = options
    const stream: Stream = { path: `${challengePath(id)}/events`, lastEventId: '', firstPause: FIRST_PAUSE }
    let version = 0
    let failures = 0
    for (;;) {
      let trouble: AnswerbackError
      try {
        for await (const event of this.#events(stream, signal)) {
          if (event === 'nothing more') return
          if (failures > 0) onTrouble?.(null)
          failures = 0
          if (event.type !== 'challenge') continue
          const challenge = parse<Challenge>(event.data, 200)
          if (challenge.version > version) {
            version = challenge.version
            yield challenge
          }
          if (challenge.status !== 'pending') return
        }
        trouble = new AnswerbackUnreachable('the stream of events ended before the outcome')
      } catch (error) {
        if (!passes(error)) throw error
        trouble = error
      }
      failures += 1
      if (failures >= MOST_FAILURES) throw trouble
      onTrouble?.(trouble)
      await this.#clock.pause(backOff(failures, stream.firstPause, trouble.retryAfter), signal)
    }
  }

  /**
   * Checks the code that the person typed (`send_code` only). A wrong code is an answer, not an error: `valid` is
   * false. Never repeated by itself, since each guess may cost an attempt; after `AnswerbackUnreachable`, `get` tells
   * whether the guess arrived.
   */
  check(id: string, code: string, options: CallOptions = {}): Promise<CheckResult> {
    return this.#json('POST', `${challengePath(id)}/check`, { ...options, body: { code } })
  }

  /** Ends the challenge and hangs up the ringing phone. Throws a 409 when it already has another outcome. */
  cancel(id: string, options: CallOptions = {}): Promise<Challenge> {
    return this.#json('POST', `${challengePath(id)}/cancel`, { ...options, body: {} })
  }

  /**
   * "Call me again", "text me instead": the same code and the same budget, once more. Throws a 409 while a call is
   * live or after the outcome. Never repeated by itself: a phone that rings twice for one wish is worse than an error.
   */
  redeliver(id: string, channel: Channel, options: CallOptions = {}): Promise<Challenge> {
    return this.#json('POST', `${challengePath(id)}/deliveries`, { ...options, body: { channel } })
  }

  #json<T>(method: string, path: string, ask: Ask): Promise<T> {
    return this.#within(ask.limit ?? ANSWER_LIMIT, ask.signal, async (signal) => {
      const headers: Record<string, string> = { accept: 'application/json', ...ask.headers }
      if (ask.body !== undefined) headers['content-type'] = 'application/json'
      const body = ask.body === undefined ? null : JSON.stringify(ask.body)
      const response = await this.#send(path, { method, headers, body, signal })
      const text = await response.text()
      if (!response.ok) throw problem(response, text)
      return parse<T>(text, response.status)
    })
  }

  async *#events(stream: Stream, outer?: AbortSignal): AsyncGenerator<StreamEvent | 'nothing more', void, void> {
    const connection = new AbortController()
    const signal = outer ? AbortSignal.any([outer, connection.signal]) : connection.signal
    try {
      const body = await this.#within(ANSWER_LIMIT, outer, (late) =>
        this.#open(stream, AbortSignal.any([signal, late])),
      )
      if (!body) return yield 'nothing more'
      const reader = body.getReader()
      const parser = new EventParser(stream)
      for (;;) {
        const { done, value } = await this.#within(SILENCE_LIMIT, outer, (late) => read(reader, late))
        if (done) return
        yield* parser.push(value)
      }
    } finally {
      connection.abort()
    }
  }

  async #open(stream: Stream, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null> {
    const headers: Record<string, string> = { accept: 'text/event-stream' }
    if (stream.lastEventId) headers['last-event-id'] = stream.lastEventId
    const response = await this.#send(stream.path, { headers, cache: 'no-store', signal })
    if (response.status === 204) return null
    if (!response.ok) throw problem(response, await response.text())
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
      await response.body?.cancel()
      throw unexpected(response.status)
    }
    return response.body
  }

  // A redirect would drop the method or the key: better an error that names it.
  #send(path: string, init: RequestInit): Promise<Response> | Response {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${this.#key}` }
    return this.#fetch(this.#base + path, { ...init, headers, redirect: 'error', credentials: 'omit' })
  }

  /** The caller's own abort comes out as it is; everything else that is no answer comes out as unreachable. */
  async #within<T>(
    limit: number,
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    outer?.throwIfAborted()
    const settled = new AbortController()
    const late = new AbortController()
    const ring = () => late.abort(new Error(`nothing was heard for ${limit / 1000} seconds`))
    this.#clock.pause(limit, settled.signal).then(ring, () => {})
    try {
      return await work(outer ? AbortSignal.any([outer, late.signal]) : late.signal)
    } catch (error) {
      outer?.throwIfAborted()
      throw error instanceof AnswerbackError ? error : new AnswerbackUnreachable('no answer from Answerback', error)
    } finally {
      settled.abort()
    }
  }
}

/** Answerback's refusal, as its problem document says it. */
export class AnswerbackError extends Error {
  override name = 'AnswerbackError'
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly code: ErrorCode
  /** One sentence about this case, in English, for developers. */
  readonly detail: string
  /** With `invalid`: which fields, and why. */
  readonly errors: FieldError[]
  /** Seconds to wait before another try, when the server said so. */
  readonly retryAfter: number | null

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail, options)
    this.status = problem.status
    this.code = problem.code
    this.detail = problem.detail
    this.errors = problem.errors ?? []
    this.retryAfter = problem.retryAfter ?? null
  }
}

/** No answer: away, too slow, or cut off. Whether the request took effect is not known. */
export class AnswerbackUnreachable extends AnswerbackError {
  override name = 'AnswerbackUnreachable'

  constructor(detail: string, cause?: unknown) {
    super({ status: 0, code: 'unreachable', detail }, { cause })
  }
}

export type AnswerbackOptions = {
  /** Where Answerback is, without `/v1`. */
  baseUrl: string
  /** An API key on your server; a challenge's page token in its page. */
  key: string
  /** Instead of the global `fetch`: a proxy's, or a test's. */
  fetch?: Fetch
  /** Instead of the system's clock, for tests. */
  clock?: Clock
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response> | Response

export type Clock = {
  /** Milliseconds since any fixed moment. */
  now(): number
  /** Resolves after that many milliseconds, rejects when the signal falls first. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export type CallOptions = { signal?: AbortSignal }

export type CreateOptions = CallOptions & {
  /** Your own name for this wish, so that a repeat of it, even after a crash, is not a second call. */
  idempotencyKey?: string
}

export type WaitOptions = CallOptions & {
  /** How long to wait in all. Default: 600, the longest a challenge can live. */
  timeoutSeconds?: number
}

export type WatchOptions = CallOptions & {
  /** Called before each reconnection with the reason, and with null when the line is back: for a page to say so. */
  onTrouble?: (trouble: AnswerbackError | null) => void
}

/** How it is proved: a code sent to the phone, a code keyed on the phone, or one key pressed. */
export type Flow = 'send_code' | 'keypad_code' | 'approve'
export type Channel = 'call' | 'sms'
export type Carrier = 'twilio' | 'signalwire' | 'bandwidth' | 'plivo'

/** What to start. Only `to` is required. */
export type ChallengeRequest = {
  /** E.164 (`+12025550123`), or a national number together with `region`. */
  to: string
  /** ISO 3166 region that a national number belongs to, e.g. `US`. */
  region?: string
  /** Default `send_code`. */
  flow?: Flow
  /** Default `call`. */
  channel?: Channel
  /** What it is for; an approval of one scope is worthless for another. Default `login`. */
  scope?: string
  /** Language of the call, e.g. `de-DE`. Default `en-US`. */
  locale?: string
  /** What is being approved, spoken in the call: "Transfer 250 euros to Ada Byron". */
  details?: string | null
  /** Replaces the sentence that carries the code; must hold `{CODE}`, may hold `{NAME}` and `{SCOPE}`. */
  message?: string | null
  /** 4 to 8; default 6. */
  code_length?: number
  /** Seconds, 30 to 600; default 300. */
  expires_in?: number
  /** Yours: given back unchanged. */
  metadata?: Record<string, string>
  from?: string
  /** Pins one carrier. */
  carrier?: Carrier
  /** Channels to try when the first fails. */
  fallback?: Channel[]
  /** Keys dialled after the answer. */
  extension?: string
  /** The visitor's address, for the limits. */
  client_ip?: string
}

/** Why nobody was reached. */
export type Failure =
  | 'busy'
  | 'no_answer'
  | 'call_rejected'
  | 'voicemail'
  | 'hung_up'
  | 'no_input'
  | 'unreachable'
  | 'carrier_failed'

export type Outcome =
  | { status: 'approved'; reason: 'code_matched' | 'key_pressed' }
  | { status: 'denied'; reason: 'rejected' | 'fraud_reported' | 'too_many_attempts' }
  | { status: 'undelivered'; reason: Failure }
  | { status: 'expired'; reason: 'expired' }
  | { status: 'canceled'; reason: 'canceled' }

export type Status = 'pending' | Outcome['status']
export type Reason = Outcome['reason']

/** `delivered`, why it failed, or that it was ended by us. */
export type DeliveryResult = 'delivered' | Failure | 'canceled' | 'superseded'

/** One try to reach the person. */
export type Delivery = {
  id: string
  carrier: Carrier
  result: DeliveryResult | null
  created_at: string
  /** Only where the carrier speaks another than the challenge's: the nearest it has a voice for. */
  locale?: string
} & (
  | { channel: 'call'; state: 'placing' | 'ringing' | 'answered' | 'ended' }
  | { channel: 'sms'; state: 'placing' | 'sent' | 'ended' }
)

/** A challenge: pending until it has its one outcome, which never changes. */
export type Challenge = {
  id: string
  flow: Flow
  scope: string
  /** Masked. */
  to: string
  locale: string
  details: string | null
  attempts_left: number
  created_at: string
  expires_at: string
  /** Grows with every change. */
  version: number
  /** Oldest first; the last is the present one. */
  deliveries: Delivery[]
  metadata: Record<string, string>
  /** The code to show, of a pending `keypad_code`: in the answer to `create`, and to the page token. */
  display_code?: string
} & ({ status: 'pending'; reason: null; ended_at: null } | (Outcome & { ended_at: string }))

/** The only answer that holds the page token. */
export type CreatedChallenge = Challenge & { page_token: string }

/** `valid` is true once, for the right code in time. The rest is the challenge as it stands after the guess. */
export type CheckResult =
  | { valid: true; status: 'approved'; reason: 'code_matched'; attempts_left: number }
  | { valid: false; status: Status; reason: Reason | null; attempts_left: number }

/** Stable names of refusals. `unreachable` and `unexpected` are this client's own: no answer, or none it can read. */
export type ErrorCode =
  | 'malformed'
  | 'unauthorized'
  | 'country_not_allowed'
  | 'number_blocked'
  | 'policy'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported_media_type'
  | 'invalid'
  | 'rate_limited'
  | 'carrier_unavailable'
  | 'database_unavailable'
  | 'unreachable'
  | 'unexpected'
  | (string & {})

export type FieldError = { path: string; message: string }

type Problem = {
  status: number
  code: ErrorCode
  detail: string
  errors?: FieldError[]
  retryAfter?: number | null
}

type Ask = CallOptions & { body?: unknown; headers?: Record<string, string>; limit?: number }

/** What outlives one connection of a stream. */
type Stream = { path: string; lastEventId: string; firstPause: number }
type StreamEvent = { type: string; data: string }

const LONG_POLL = 25
const LONGEST_LIFE = 600
const ANSWER_LIMIT = 15_000
// Keep-alive comments come about every 15 s; after three of them are missing, the line is dead though it looks open.
const SILENCE_LIMIT = 50_000
const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 15_000
const MOST_FAILURES = 10

const systemClock: Clock = {
  now: () => performance.now(),
  pause(milliseconds, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, milliseconds)
      signal?.addEventListener('abort', stop, { once: true })
    })
  },
}

function challengePath(id: string): string {
  return `/v1/challenges/${encodeURIComponent(id)}`
}

/** Doubles with each failure, and is spread, so that a thousand pages do not come back in one breath. */
function backOff(failures: number, first: number, retryAfter: number | null = null): number {
  const longest = Math.min(Math.max(first, LONGEST_PAUSE), first * 2 ** (failures - 1))
  return Math.max(longest / 2 + (Math.random() * longest) / 2, (retryAfter ?? 0) * 1000)
}

/** Worth another try of a read: nobody was there, or too busy. */
function passes(error: unknown): error is AnswerbackError {
  if (!(error instanceof AnswerbackError)) return false
  return error instanceof AnswerbackUnreachable || error.status === 429 || error.status >= 500
}

function problem(response: Response, text: string): AnswerbackError {
  const { status } = response
  const retryAfter = secondsUntil(response.headers.get('retry-after'))
  let body: Partial<Problem> & { title?: string } = {}
  try {
    body = { ...JSON.parse(text) }
  } catch {
    // A gateway's page: its status says all there is to know.
  }
  const detail = body.detail ?? body.title ?? `answered ${status} without a problem document`
  return new AnswerbackError({ status, code: body.code ?? 'unexpected', detail, errors: body.errors ?? [], retryAfter })
}

function parse<T>(text: string, status: number): T {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unexpected(status, cause)
  }
}

function unexpected(status: number, cause?: unknown): AnswerbackError {
  const detail = `answered ${status} with something that is not Answerback's: is baseUrl right?`
  return new AnswerbackError({ status, code: 'unexpected', detail }, { cause })
}

/** Retry-After is seconds or a date. */
function secondsUntil(header: string | null): number | null {
  if (!header) return null
  if (/^\d+$/.test(header)) return Number(header)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000))
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

/** `read` knows no signal of its own; canceling is what wakes it. */
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

/** The event stream format of the HTML standard, section 9.2.6: lines end in CR, LF or both, wherever a chunk is cut. */
class EventParser {
  readonly #stream: Stream
  readonly #decoder = new TextDecoder()
  #line = ''
  #afterReturn = false
  #type = ''
  #data: string[] = []
  #id: string

  constructor(stream: Stream) {
    this.#stream = stream
    this.#id = stream.lastEventId
  }

  *push(chunk: Uint8Array): Generator<StreamEvent, void, void> {
    let text = this.#decoder.decode(chunk, { stream: true })
    if (text === '') return
    // A line that ended in CR was taken at once; an LF that follows belongs to it.
    if (this.#afterReturn && text.startsWith('\n')) text = text.slice(1)
    this.#afterReturn = text.endsWith('\r')
    const lines = (this.#line + text).split(/\r\n|\r|\n/)
    this.#line = lines.pop() ?? ''
    for (const line of lines) {
      const event = this.#take(line)
      if (event) yield event
    }
  }

  #take(line: string): StreamEvent | null {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#type = value
    if (field === 'data') this.#data.push(value)
    if (field === 'id' && !value.includes('\0')) this.#id = value
    if (field === 'retry' && /^\d+$/.test(value)) this.#stream.firstPause = Number(value)
    return null
  }

  #dispatch(): StreamEvent | null {
    // Only a whole event counts as seen: one cut off in the middle is asked for again.
    this.#stream.lastEventId = this.#id
    const event = { type: this.#type || 'message', data: this.#data.join('\n') }
    const empty = this.#data.length === 0
    this.#type = ''
    this.#data = []
    return empty ? null : event
  }
}
