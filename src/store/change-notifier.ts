// Notifies subscribers that a challenge has changed: on this instance at once, on the others by one NOTIFY for all that
// changed within a moment. It goes out after the commit: a NOTIFY inside a transaction makes every commit of the server
// wait for the one before. A notification may be lost, so a subscriber also reads again by itself now and then.
//
// Nothing is sent while no other instance has subscribers, which each one that has some announces at the first and every
// few seconds, and whenever a new instance asks.

import { nanoid } from 'nanoid'
import type { Logger } from '../log/logger.ts'
import { outsideRequest } from '../log/request-context.ts'
import { realClock, repeat, sleep } from '../time/clock.ts'
import type { Database } from './database.ts'
import { DatabaseUnavailable } from './database-errors.ts'

const CHANNEL = 'answerback'
/** At most a thousand notifications a second, of which each wakes every instance. */
const MOMENT = 1
/** The server takes 8,000 bytes at most. */
const PAYLOAD = 7_500
const ANNOUNCED_EVERY = 10_000
/** One announcement may be lost. */
const ANNOUNCED_FOR = 25_000
/** So long, and up to twice, a change is kept that was sent to nobody: an announcement may have been on its way. */
const KEPT_FOR = 2_000

const HAS_SUBSCRIBERS = 'has_subscribers'
const WHO_HAS = 'who_has_subscribers'

export type ChangeNotifier = {
  publish(id: string): void
  /** Returns how to stop. */
  subscribe(id: string, onChange: () => void): () => void
  /** Called for every challenge that this instance has changed. Returns how to stop. */
  onPublish(onChange: () => void): () => void
  close(): Promise<void>
}

export async function openChangeNotifier(database: Database, log: Logger): Promise<ChangeNotifier> {
  const self = nanoid(8)
  // An embedded database has no other instances.
  const isAlone = database.kind === 'embedded'
  const subscribers = new Map<string, Set<() => void>>()
  const changed = new Set<string>()
  const publishListeners = new Set<() => void>()
  let sending: Promise<void> | null = null
  let sentAt = Number.NEGATIVE_INFINITY
  let announcedAt = Number.NEGATIVE_INFINITY
  let othersSubscribedUntil = 0
  let unsent = new Set<string>()
  let unsentBefore = new Set<string>()
  let unsentSince = Number.NEGATIVE_INFINITY

  function notifySubscribers(id: string): void {
    for (const onChange of [...(subscribers.get(id) ?? [])]) onChange()
  }

  // The first goes at once, and what changes in the moment after it goes together. One at a time: while the database is
  // slow, more gather for the next.
  async function send(): Promise<void> {
    while (changed.size > 0) {
      await sleepUntil(sentAt + MOMENT)
      sentAt = realClock.now()
      const words = [...changed]
      changed.clear()
      for (const payload of payloads(self, words)) {
        await database.notify(CHANNEL, payload).catch((err: Error) =>
          // Of an outage where it was met says nothing, and much is logged in one.
          log.error(
            err instanceof DatabaseUnavailable ? { why: err.message } : { err },
            'other instances not notified',
          ),
        )
      }
    }
    sending = null
  }

  function sendSoon(word: string): void {
    if (isAlone) return
    changed.add(word)
    sending ??= outsideRequest(send)
  }

  function announce(): void {
    announcedAt = realClock.now()
    sendSoon(HAS_SUBSCRIBERS)
  }

  function keep(id: string): void {
    if (isAlone) return
    forget()
    unsent.add(id)
  }

  function forget(): void {
    const age = realClock.now() - unsentSince
    if (age < KEPT_FOR) return
    unsentBefore = age < 2 * KEPT_FOR ? unsent : new Set()
    unsent = new Set()
    unsentSince = realClock.now()
  }

  /** The first of their subscribers may have read what it waits for just before it changed. */
  function othersSubscribed(): void {
    forget()
    for (const id of [...unsentBefore, ...unsent]) sendSoon(id)
    unsentBefore.clear()
    unsent.clear()
    othersSubscribedUntil = realClock.now() + ANNOUNCED_FOR
  }

  function receive(payload: string): void {
    const [from, ...words] = payload.split(' ')
    if (from === self) return
    for (const word of words) {
      if (word === HAS_SUBSCRIBERS) othersSubscribed()
      else if (word !== WHO_HAS) notifySubscribers(word)
      else if (subscribers.size > 0) announce()
    }
  }

  const unlisten = await database.listen(CHANNEL, receive, () => {
    sendSoon(WHO_HAS)
    for (const id of [...subscribers.keys()]) notifySubscribers(id)
  })
  sendSoon(WHO_HAS)
  const stopAnnouncing = repeat(realClock, ANNOUNCED_EVERY, () => subscribers.size > 0 && announce())

  return {
    publish(id) {
      notifySubscribers(id)
      for (const onChange of [...publishListeners]) onChange()
      if (realClock.now() < othersSubscribedUntil) sendSoon(id)
      else keep(id)
    },
    subscribe(id, onChange) {
      if (realClock.now() - announcedAt > ANNOUNCED_EVERY) announce()
      const callbacks = subscribers.get(id) ?? new Set()
      subscribers.set(id, callbacks.add(onChange))
      return () => {
        callbacks.delete(onChange)
        if (callbacks.size === 0 && subscribers.get(id) === callbacks) subscribers.delete(id)
      }
    },
    onPublish(onChange) {
      publishListeners.add(onChange)
      return () => void publishListeners.delete(onChange)
    },
    async close() {
      stopAnnouncing()
      await sending
      subscribers.clear()
      await unlisten()
    },
  }
}

async function sleepUntil(at: number): Promise<void> {
  const left = at - realClock.now()
  if (left > 0) await sleep(realClock, left)
}

/** The words, behind the name of who sends them, in as few payloads as hold them. */
function payloads(self: string, words: string[]): string[] {
  const all: string[] = []
  let payload = self
  for (const word of words) {
    if (payload.length + 1 + word.length > PAYLOAD) {
      all.push(payload)
      payload = self
    }
    payload += ` ${word}`
  }
  return [...all, payload]
}
