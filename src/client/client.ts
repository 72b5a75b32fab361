import type { Challenge, ChallengeRequest, Channel, CheckResult, CreatedChallenge, Flow } from './challenge.ts'
import { backOff, type Clock, FIRST_PAUSE, systemClock } from './clock.ts'
import { AnswerbackError, AnswerbackUnreachable, isTemporary, parseJson } from './errors.ts'
import type { StreamPosition } from './event-parser.ts'
import { Factors } from './factors.ts'
import { type ListFilter, listChallenges } from './list.ts'
import { Numbers } from './numbers.ts'
import type { AnswerbackOptions, CallOptions, CreateOptions, WaitOptions, WatchOptions } from './options.ts'
import type { ConsumedChallenge, ConsumeOptions, ConsumeRequest } from './receipt.ts'
import { Admin } from './service-admin.ts'
import type { TimelineEvent } from './timeline.ts'
import { ANSWER_LIMIT, Transport } from './transport.ts'

export type * from './challenge.ts'
export type { Clock } from './clock.ts'
export {
  AnswerbackError,
  AnswerbackUnreachable,
  type ErrorCode,
  type FieldError,
  type RateLimitName,
} from './errors.ts'
export type * from './factor.ts'
export type { Factors } from './factors.ts'
export type { ListFilter } from './list.ts'
export type * from './managed-service.ts'
export type { Numbers } from './numbers.ts'
export type * from './options.ts'
export type * from './receipt.ts'
export type { Admin } from './service-admin.ts'
export type * from './timeline.ts'
export type { Fetch } from './transport.ts'
export {
  type ReceiptFault,
  type ReceiptKeySet,
  ReceiptVerificationError,
  type VerifyReceiptOptions,
  verifyReceipt,
} from './verify-receipt.ts'
export { type VerifyOptions, verifyWebhook, type WebhookEvent, WebhookVerificationError } from './verify-webhook.ts'

const LONG_POLL_SECONDS = 25
const LONGEST_LIFE_SECONDS = 600
const MAX_FAILURES = 10

/**
 * The Answerback client, for Node and for browsers. It imports nothing but its own folder, which may be copied.
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
  readonly #transport: Transport
  readonly #clock: Clock
  readonly factors: Factors
  readonly numbers: Numbers
  readonly admin: Admin

  constructor(options: AnswerbackOptions) {
    this.#clock = options.clock ?? systemClock
    const send = options.fetch ?? ((url, init) => fetch(url, init))
    this.#transport = new Transport(options.baseUrl, options.key, send, this.#clock)
    this.factors = new Factors(this.#transport)
    this.numbers = new Numbers(this.#transport)
    this.admin = new Admin(this.#transport)
  }

  /**
   * Starts a challenge: the phone is being called, or the message is on its way, when this resolves, unless the
   * challenge comes back already `undelivered`. Needs an API key.
   *
   * Every create carries an `Idempotency-Key`, drawn at random unless you give one. When the connection breaks before
   * the answer is read, the request is sent once more with the same key, which cannot ring the phone twice. If the
   * first is still in progress then, you get its 409.
   */
  async create<F extends Flow = 'send_code'>(
    request: ChallengeRequest<F>,
    options: CreateOptions = {},
  ): Promise<CreatedChallenge<F>> {
    return this.#postUnderKey('/v1/challenges', request, options)
  }

  /** The challenge as it stands. */
  get(id: string, options: CallOptions = {}): Promise<Challenge> {
    return this.#transport.json('GET', challengePath(id), options)
  }

  /**
   * Challenges of this key's service, newest first, page after page. Needs an API key. Stop with `break` or the signal:
   *
   * ```ts
   * for await (const challenge of answerback.list({ to: '+12025550123' })) console.log(challenge.id, challenge.status)
   * ```
   */
  list(filter: ListFilter = {}, options: CallOptions = {}): AsyncGenerator<Challenge, void, void> {
    return listChallenges(this.#transport, filter, options)
  }

  /** What happened to a challenge, in order. Needs an API key. */
  async timeline(id: string, options: CallOptions = {}): Promise<TimelineEvent[]> {
    const path = `${challengePath(id)}/timeline`
    const { events } = await this.#transport.json<{ events: TimelineEvent[] }>('GET', path, options)
    return events
  }

  /**
   * Waits for the outcome by long polls. Resolves with the challenge once it has one, or, when the time ends first,
   * with the challenge still `pending`. A server that is briefly away or busy is asked again until the time ends.
   */
  async wait(id: string, options: WaitOptions = {}): Promise<Challenge> {
    const { timeoutSeconds = LONGEST_LIFE_SECONDS, signal } = options
    const end = this.#clock.now() + timeoutSeconds * 1000
    let failures = 0
    for (;;) {
      signal?.throwIfAborted()
      const asked = this.#clock.now()
      const seconds = Math.ceil(Math.min(LONG_POLL_SECONDS, Math.max(0, end - asked) / 1000))
      const query = seconds > 0 ? `?wait=${seconds}` : ''
      let rest: number
      try {
        const limit = seconds * 1000 + ANSWER_LIMIT
        const challenge = await this.#transport.json<Challenge>('GET', challengePath(id) + query, { ...options, limit })
        if (challenge.status !== 'pending' || this.#clock.now() >= end) return challenge
        failures = 0
        // A proxy may answer without holding the request: then at most one request a second.
        rest = asked + FIRST_PAUSE - this.#clock.now()
      } catch (error) {
        if (!isTemporary(error) || this.#clock.now() >= end) throw error
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
    const { signal, onConnectionError } = options
    const position: StreamPosition = { path: `${challengePath(id)}/events`, lastEventId: '', firstPause: FIRST_PAUSE }
    let version = 0
    let failures = 0
    for (;;) {
      let failure: AnswerbackError
      try {
        for await (const event of this.#transport.events(position, signal)) {
          if (event === 'no more events') return
          if (failures > 0) onConnectionError?.(null)
          failures = 0
          if (event.type !== 'challenge') continue
          const challenge = parseJson<Challenge>(event.data, 200)
          if (challenge.version > version) {
            version = challenge.version
            yield challenge
          }
          if (challenge.status !== 'pending') return
        }
        failure = new AnswerbackUnreachable('the stream of events ended before the outcome')
      } catch (error) {
        if (!isTemporary(error)) throw error
        failure = error
      }
      failures += 1
      if (failures >= MAX_FAILURES) throw failure
      onConnectionError?.(failure)
      await this.#clock.pause(backOff(failures, position.firstPause, failure.retryAfter), signal)
    }
  }

  /**
   * Checks the code that the person typed (`send_code` only). A wrong code is an answer, not an error: `valid` is
   * false. Never repeated by itself, since each guess may cost an attempt; after `AnswerbackUnreachable`, `get` tells
   * whether the guess arrived.
   */
  check(id: string, code: string, options: CallOptions = {}): Promise<CheckResult> {
    return this.#transport.json('POST', `${challengePath(id)}/check`, { ...options, body: { code } })
  }

  /** Ends the challenge and hangs up the ringing phone. Throws a 409 when it already has another outcome. */
  cancel(id: string, options: CallOptions = {}): Promise<Challenge> {
    return this.#transport.json('POST', `${challengePath(id)}/cancel`, { ...options, body: {} })
  }

  /**
   * "Call me again", "text me instead": the same code and the same budget, once more. Throws a 409 while a call is
   * live or after the outcome. Never repeated by itself, since the phone could ring twice for one request.
   */
  redeliver(id: string, channel: Channel, options: CallOptions = {}): Promise<Challenge> {
    return this.#transport.json('POST', `${challengePath(id)}/deliveries`, { ...options, body: { channel } })
  }

  /**
   * Uses an approval up, which can be done once, and gives the signed receipt of it: what `verifyReceipt` checks, today
   * or in years. Throws a 409 when the challenge is not approved, was consumed before, or is for another scope or other
   * details than these. Needs an API key.
   *
   * It carries an `Idempotency-Key` and is sent once more when no answer came, as `create` does. With a key of your own, of
   * the transfer for example, you may ask again later too; under another key a consumed approval is a 409.
   */
  consume(id: string, expected: ConsumeRequest = {}, options: ConsumeOptions = {}): Promise<ConsumedChallenge> {
    return this.#postUnderKey(`${challengePath(id)}/consume`, expected, options)
  }

  async #postUnderKey<T>(path: string, body: object, { idempotencyKey, ...options }: CreateOptions): Promise<T> {
    const headers = { 'idempotency-key': idempotencyKey ?? crypto.randomUUID() }
    const post = () => this.#transport.json<T>('POST', path, { ...options, headers, body })
    try {
      return await post()
    } catch (error) {
      if (!mayHaveBeenTaken(error)) throw error
      await this.#clock.pause(backOff(1, FIRST_PAUSE, error.retryAfter), options.signal)
      return post()
    }
  }
}

/** No answer came, or the server had none of its database: under the same key it is safe to ask again. */
function mayHaveBeenTaken(error: unknown): error is AnswerbackError {
  if (error instanceof AnswerbackUnreachable) return true
  return error instanceof AnswerbackError && error.code === 'database_unavailable'
}

function challengePath(id: string): string {
  return `/v1/challenges/${encodeURIComponent(id)}`
}
