// Tells the app what happened. Any instance sends what is due, each message held by one at a time; one that dies between
// the sending and the noting sends nothing twice by itself, but another will, under the same id.

import { createHash } from 'node:crypto'
import { challengeView } from '../http/challenge-view.ts'
import type { Logger } from '../log/logger.ts'
import type { Claimed } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { PushFailure } from './failure-codes.ts'
import { poster } from './http-post.ts'
import { nextTry } from './retry-schedule.ts'
import { sign } from './sign-message.ts'
import type { AllowedNetwork } from './ssrf-guard.ts'

const AT_ONCE = 50
const TIMEOUT_MS = 15_000
/** Longer than a try with all that it writes, shorter than the minute after which the store believes it in no hands. */
const LEASE_SECONDS = 30
const GRACE_MS = 3_000

export type Parts = {
  store: Pick<Store, 'outbox' | 'challenges'>
  url: string
  /** `whsec_…`, newest first. */
  secrets: readonly string[]
  reach: AllowedNetwork
  log: Logger
  /** Milliseconds. */
  now: () => number
}

export type Dispatcher = {
  /** Sends all that is due, and is done when nothing is in hand. */
  round(): Promise<void>
  /** Something may be due: looks at once, and returns at once. */
  wake(): void
  /** Takes no more, and gives what is in hand a moment to end. */
  close(): Promise<void>
}

export function createDispatcher({ store, url, secrets, reach, log, now }: Parts): Dispatcher {
  const { post, close } = poster(new URL(url), reach)
  const endpoint = createHash('sha256').update(url).digest('hex')
  const stopping = new AbortController()
  const inHand = new Set<Promise<void>>()
  let taking: Promise<void> | null = null
  let wanted = false
  let closed = false

  function nudge(): void {
    wanted = true
    taking ??= take()
      .catch((err: Error) => log.error({ err }, 'webhooks not claimed'))
      .finally(() => {
        taking = null
        if (mayTake()) nudge()
      })
  }

  const mayTake = () => wanted && !closed && inHand.size < AT_ONCE

  /** One claim at a time, of no more than can be posted at once: a message that waits in hand would outlive its lease. */
  async function take(): Promise<void> {
    while (mayTake()) {
      wanted = false
      const room = AT_ONCE - inHand.size
      const messages = await store.outbox.claim(room, LEASE_SECONDS)
      if (messages.length === 0) continue
      wanted = messages.length === room
      const [refused, about] = await Promise.all([
        store.outbox.closed(endpoint),
        store.challenges.findMany([...new Set(messages.map(({ challenge }) => challenge))]),
      ])
      const byId = new Map(about.map((stored) => [stored.challenge.id, stored]))
      for (const message of messages) hold(message, refused ? 'gone' : byId.get(message.challenge))
    }
  }

  function hold(message: Claimed, about: ChallengeRecord | 'gone' | undefined): void {
    const held = send(message, about)
      .catch((err: Error) => log.error({ err, ...logFields(message) }, 'webhook result not stored'))
      .finally(() => {
        inHand.delete(held)
        if (mayTake()) nudge()
      })
    inHand.add(held)
  }

  async function send(message: Claimed, about: ChallengeRecord | 'gone' | undefined): Promise<void> {
    if (about === 'gone') return store.outbox.failed(message.id, 'gone', null)
    if (!about) return giveUp(message, 'forgotten')
    const body = bodyOf(message, about)
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Answerback',
      ...sign(message.id, now() / 1000, body, secrets),
    }
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(TIMEOUT_MS)])
    const { trouble, wish } = await post(headers, body, signal)
    if (trouble === null) return store.outbox.delivered(message.id)
    if (trouble === 'gone') await store.outbox.close(endpoint)
    const next = trouble === 'gone' ? null : nextTry(message.tries, Math.random(), wish)
    if (next === null) return giveUp(message, trouble)
    await store.outbox.failed(message.id, trouble, next)
    log.warn({ ...logFields(message), failure: trouble, retryIn: Math.round(next) }, 'webhook failed')
  }

  async function giveUp(message: Claimed, trouble: PushFailure): Promise<void> {
    await store.outbox.failed(message.id, trouble, null)
    log.error({ ...logFields(message), failure: trouble }, 'webhook given up')
  }

  return {
    wake: nudge,
    async round() {
      nudge()
      while (taking || inHand.size > 0) await Promise.all([taking, ...inHand])
    },
    async close() {
      closed = true
      const grace = setTimeout(() => stopping.abort(), GRACE_MS)
      await taking
      await Promise.all(inHand)
      clearTimeout(grace)
      close()
    },
  }
}

/**
 * The challenge as it is when it is sent. An outcome never changes; what `delivery.updated` tells late may be a later
 * state than the one it was written for, and `version` says which of two is the later.
 */
function bodyOf({ type, createdAt }: Claimed, about: ChallengeRecord): string {
  return JSON.stringify({ type, timestamp: createdAt, data: challengeView(about) })
}

function logFields({ id, type, challenge, tries }: Claimed) {
  return { message: id, type, challenge, tries }
}
