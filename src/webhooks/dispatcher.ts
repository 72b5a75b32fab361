// Sends due outbox messages to WEBHOOK_URL. Every instance claims messages, each under a lease of one instance. When an
// instance dies between sending a message and storing the result, another sends it again, under the same id.

import { createHash } from 'node:crypto'
import { challengeView } from '../http/challenge-view.ts'
import type { Logger } from '../log/logger.ts'
import { outsideRequest } from '../log/request-context.ts'
import type { ClaimedMessage } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withAbortTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { PushFailure } from './failure-codes.ts'
import { createPoster } from './http-post.ts'
import { secondsUntilRetry } from './retry-schedule.ts'
import { sign } from './sign-message.ts'
import type { AllowedNetwork } from './ssrf-guard.ts'

const MAX_CONCURRENT = 50

export type DispatcherOptions = {
  store: Pick<Store, 'outbox' | 'challenges'>
  url: string
  /** `whsec_…`, newest first. */
  secrets: readonly string[]
  allowedNetwork: AllowedNetwork
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

export function createDispatcher({ store, url, secrets, allowedNetwork, clock, log }: DispatcherOptions): Dispatcher {
  const { post, close } = createPoster(new URL(url), allowedNetwork)
  const endpoint = createHash('sha256').update(url).digest('hex')
  const stopping = new AbortController()
  const sending = new Set<Promise<void>>()
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

  const canClaim = () => mayBeDue && !closed && sending.size < MAX_CONCURRENT

  /** One claim at a time, of no more than can be posted at once: a message that waited here would outlive its lease. */
  async function claimDue(): Promise<void> {
    while (canClaim()) {
      mayBeDue = false
      const free = MAX_CONCURRENT - sending.size
      const messages = await store.outbox.claim(free, DEADLINES.pushLease / 1000)
      if (messages.length === 0) continue
      mayBeDue = messages.length === free
      const [isDisabled, records] = await Promise.all([
        store.outbox.isEndpointDisabled(endpoint),
        store.challenges.findMany([...new Set(messages.map(({ challenge }) => challenge))]),
      ])
      const byId = new Map(records.map((record) => [record.challenge.id, record]))
      for (const message of messages) start(message, isDisabled ? 'gone' : byId.get(message.challenge))
    }
  }

  function start(message: ClaimedMessage, record: ChallengeRecord | 'gone' | undefined): void {
    const work = send(message, record)
      .catch((err: Error) => log.error({ err, ...logFields(message) }, 'webhook result not stored'))
      .finally(() => {
        sending.delete(work)
        if (canClaim()) wake()
      })
    sending.add(work)
  }

  async function send(message: ClaimedMessage, record: ChallengeRecord | 'gone' | undefined): Promise<void> {
    if (record === 'gone') return store.outbox.markFailed(message.id, 'gone', null)
    if (!record) return giveUp(message, 'forgotten')
    const body = bodyOf(message, record)
    if (body === null) return giveUp(message, 'unreadable')
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Answerback',
      ...sign(message.id, message.claimedAt, body, secrets),
    }
    const { failure, retryAfterSeconds } = await withAbortTimeout(clock, DEADLINES.pushAnswer, (tooLate) =>
      post(headers, body, AbortSignal.any([stopping.signal, tooLate])),
    )
    if (failure === null) return store.outbox.markDelivered(message.id)
    if (failure === 'gone') await store.outbox.disableEndpoint(endpoint)
    const retryIn = failure === 'gone' ? null : secondsUntilRetry(message.tries, Math.random(), retryAfterSeconds)
    if (retryIn === null) return giveUp(message, failure)
    await store.outbox.markFailed(message.id, failure, retryIn)
    log.warn({ ...logFields(message), failure, retryIn: Math.round(retryIn) }, 'webhook failed')
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
      close()
    },
  }
}

/**
 * The challenge as it is when it is sent. An outcome never changes; a late `delivery.updated` may show a later state than
 * the one it was written for, and `version` tells which of two messages is the later.
 */
function bodyOf({ type, createdAt, until }: ClaimedMessage, record: ChallengeRecord): string | null {
  try {
    const data = until === null ? challengeView(record) : reportView(record, until)
    return JSON.stringify({ type, timestamp: createdAt, data })
  } catch {
    // The row was changed by hand; it would fail at every try, twice a minute and for ever.
    return null
  }
}

/** Of a number that was reported, as much as may be said. */
function reportView({ challenge, request }: ChallengeRecord, until: string) {
  return { challenge_id: challenge.id, to: request.maskedNumber, until }
}

function logFields({ id, type, challenge, tries }: ClaimedMessage) {
  return { message: id, type, challenge, tries }
}
