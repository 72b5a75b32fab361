// Sends due outbox messages to the endpoint of their service. Every instance claims messages, each under a lease of one instance. When an
// instance dies between sending a message and storing the result, another sends it again, under the same id.

import { createHash } from 'node:crypto'
import { challengeView } from '../http/challenge-view.ts'
import type { Logger } from '../log/logger.ts'
import { outsideRequest } from '../log/request-context.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { ClaimedMessage, ClaimShares } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withAbortTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { TracePush } from '../tracing/push-spans.ts'
import type { PushFailure } from './failure-codes.ts'
import { createPoster, type Post } from './http-post.ts'
import { pushSlots } from './push-slots.ts'
import { secondsUntilRetry } from './retry-schedule.ts'
import { sign } from './sign-message.ts'
import type { AllowedNetwork } from './ssrf-guard.ts'

/** `secrets`: `whsec_…`, newest first. */
export type Endpoint = { url: string; secrets: readonly string[] }

export type Endpoints = {
  /** Of a service; `null`: it wants none. */
  of(serviceId: string): Endpoint | null
  /** Nothing is claimed while there is no endpoint. */
  any(): boolean
  /** Several services are pushed to, so that each is to leave the others some of the slots. */
  several(): boolean
}

export type DispatcherOptions = {
  store: Pick<Store, 'outbox' | 'challenges'>
  endpoints: Endpoints
  allowedNetwork: AllowedNetwork
  /** `null`: there are no traces. */
  trace: TracePush | null
  metrics: Pick<Metrics, 'pushAnswered'>
  clock: Clock
  log: Logger
}

export type Dispatcher = {
  /** Sends everything due; resolves when no request is open. */
  sendDue(): Promise<void>
  /** Starts a claim, and returns at once. */
  wake(): void
  /** Claims no more, and waits a moment for open requests. */
  close(): Promise<void>
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, endpoints, allowedNetwork, trace, metrics, clock, log } = options
  const posters = createPosters(allowedNetwork)
  const stopping = new AbortController()
  const sending = new Set<Promise<void>>()
  const slots = pushSlots()
  let claiming: Promise<void> | null = null
  let mayBeDue = false
  let closed = false

  function wake(): void {
    mayBeDue = true
    if (claiming === null) outsideRequest(claim)
  }

  function claim(): void {
    claiming = claimDue()
      .catch((err: Error) => log.error({ err }, 'webhooks not claimed'))
      .finally(() => {
        claiming = null
        if (canClaim()) wake()
      })
  }

  const canClaim = () => mayBeDue && !closed && endpoints.any() && slots.isFree(endpoints.several())

  /** One claim at a time, of no more than can be posted at once: a message that waited here would outlive its lease. */
  async function claimDue(): Promise<void> {
    while (canClaim()) {
      mayBeDue = false
      const { limit, shares } = slots.next(endpoints.several())
      const messages = await store.outbox.claim(limit, DEADLINES.pushLease / 1000, shares)
      if (messages.length === 0) continue
      if (messages.length === limit || hasWholeShare(messages, shares)) mayBeDue = true
      const ids = messages.flatMap(({ challenge }) => challenge ?? [])
      const records = await store.challenges.findMany([...new Set(ids)])
      const byId = new Map<string, ChallengeRecord>(records.map((record) => [record.challenge.id, record]))
      const isDisabled = once(store.outbox.isEndpointDisabled)
      for (const message of messages) start(message, byId.get(message.challenge ?? ''), isDisabled)
    }
  }

  function start(message: ClaimedMessage, record: ChallengeRecord | undefined, isDisabled: IsDisabled): void {
    const leave = slots.enter(message.service)
    const work = send(message, record, isDisabled)
      .catch((err: Error) => log.error({ err, ...logFields(message) }, 'webhook result not stored'))
      .finally(() => {
        sending.delete(work)
        if (leave()) mayBeDue = true
        if (canClaim()) wake()
      })
    sending.add(work)
  }

  async function send(
    message: ClaimedMessage,
    record: ChallengeRecord | undefined,
    isDisabled: IsDisabled,
  ): Promise<void> {
    if (!record && message.body === null) return giveUp(message, 'forgotten')
    const endpoint = endpoints.of(message.service)
    if (endpoint === null) return giveUp(message, 'no_webhook_url')
    const name = createHash('sha256').update(endpoint.url).digest('hex')
    if (await isDisabled(name)) return store.outbox.markFailed(message.id, 'gone', null)
    const body = record ? bodyOf(message, record) : documentOf(message, message.body ?? {})
    if (body === null) return giveUp(message, 'unreadable')
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Answerback',
      ...sign(message.id, message.claimedAt, body, endpoint.secrets),
    }
    const post = (sent: Record<string, string>) =>
      withAbortTimeout(clock, DEADLINES.pushAnswer, (tooLate) =>
        posters.of(endpoint.url)(sent, body, AbortSignal.any([stopping.signal, tooLate])),
      )
    const begun = clock.now()
    const { failure, retryAfterSeconds } = await (trace ? trace(message, headers, post) : post(headers))
    noteTry(message, failure, (clock.now() - begun) / 1000)
    if (failure === null) return store.outbox.markDelivered(message.id)
    if (failure === 'gone') await store.outbox.disableEndpoint(name)
    const retryIn = failure === 'gone' ? null : secondsUntilRetry(message.tries, Math.random(), retryAfterSeconds)
    if (retryIn === null) return giveUp(message, failure)
    await store.outbox.markFailed(message.id, failure, retryIn)
    log.warn({ ...logFields(message), failure, retryIn: Math.round(retryIn) }, 'webhook failed')
  }

  /** `claimedAt` and `createdAt` are both the database's. */
  function noteTry({ claimedAt, createdAt }: ClaimedMessage, failure: PushFailure | null, seconds: number): void {
    const result = failure === null ? 'delivered' : 'failed'
    const delay = failure === null ? claimedAt - Date.parse(createdAt) / 1000 + seconds : null
    metrics.pushAnswered({ result, seconds, delay })
  }

  async function giveUp(message: ClaimedMessage, failure: PushFailure): Promise<void> {
    await store.outbox.markFailed(message.id, failure, null)
    log.error({ ...logFields(message), failure }, 'webhook given up')
  }

  return {
    wake,
    async sendDue() {
      wake()
      while (claiming || sending.size > 0) await Promise.all([claiming, ...sending])
    },
    async close() {
      closed = true
      const cancelAbort = clock.after(DEADLINES.openPushes, () => stopping.abort())
      await claiming
      await Promise.all(sending)
      cancelAbort()
      posters.close()
    },
  }
}

/** More of a service may be due then. */
function hasWholeShare(messages: readonly ClaimedMessage[], { of, others }: ClaimShares): boolean {
  const claimed = new Map<string, number>()
  for (const { service } of messages) claimed.set(service, (claimed.get(service) ?? 0) + 1)
  return [...claimed].some(([service, count]) => count >= (of[service] ?? others))
}

type IsDisabled = (endpoint: string) => Promise<boolean>

/** Of the messages of one claim, those to one endpoint ask together. */
function once(ask: IsDisabled): IsDisabled {
  const asked = new Map<string, Promise<boolean>>()
  return (endpoint) => {
    const answer = asked.get(endpoint) ?? ask(endpoint)
    asked.set(endpoint, answer)
    return answer
  }
}

/** So many endpoints keep their connections. */
const MOST_POSTERS = 1_000

function createPosters(network: AllowedNetwork): { of(url: string): Post; close(): void } {
  const posters = new Map<string, ReturnType<typeof createPoster>>()
  return {
    of(url) {
      const poster = posters.get(url) ?? createPoster(new URL(url), network)
      posters.delete(url)
      posters.set(url, poster)
      const [oldest] = posters
      if (oldest && posters.size > MOST_POSTERS) {
        posters.delete(oldest[0])
        oldest[1].close()
      }
      return poster.post
    },
    close() {
      for (const { close } of posters.values()) close()
    },
  }
}

/**
 * The challenge as it is when it is sent. An outcome never changes; a late `delivery.updated` may show a later state than
 * the one it was written for, and `version` tells which of two messages is the later.
 */
function bodyOf(message: ClaimedMessage, record: ChallengeRecord): string | null {
  try {
    return documentOf(message, message.until === null ? challengeView(record) : reportView(record, message.until))
  } catch {
    // The row was changed by hand; it would fail at every try, twice a minute and for ever.
    return null
  }
}

function documentOf({ type, createdAt }: ClaimedMessage, data: object): string {
  return JSON.stringify({ type, timestamp: createdAt, data })
}

/** Of a number that was reported, as much as may be said. */
function reportView({ challenge, request }: ChallengeRecord, until: string) {
  return { challenge_id: challenge.id, to: request.maskedNumber, until }
}

function logFields({ id, type, challenge, tries }: ClaimedMessage) {
  return { message: id, type, ...(challenge !== null && { challenge }), tries }
}
