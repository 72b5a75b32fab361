// Notifies subscribers that a challenge has changed: on this instance at once, on the others by one NOTIFY for all that
// changed within a moment. It goes out after the commit: a NOTIFY inside a transaction makes every commit of the server
// wait for the one before. A notification may be lost, so a subscriber also reads again by itself now and then.

import { nanoid } from 'nanoid'
import type { Logger } from '../log/logger.ts'
import { realClock, sleep } from '../time/clock.ts'
import type { Database } from './database.ts'

const CHANNEL = 'answerback'
const MOMENT = 5
/** The server takes 8,000 bytes at most. */
const PAYLOAD = 7_500

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
  const subscribers = new Map<string, Set<() => void>>()
  const changed = new Set<string>()
  const publishListeners = new Set<() => void>()
  let sending: Promise<void> | null = null

  function notifySubscribers(id: string): void {
    for (const onChange of [...(subscribers.get(id) ?? [])]) onChange()
  }

  // One at a time: while the database is slow, more gather for the next.
  async function send(): Promise<void> {
    while (changed.size > 0) {
      await sleep(realClock, MOMENT)
      const ids = [...changed]
      changed.clear()
      for (const payload of payloads(self, ids)) {
        await database
          .notify(CHANNEL, payload)
          .catch((err: Error) => log.error({ err }, 'other instances not notified'))
      }
    }
    sending = null
  }

  const unlisten = await database.listen(
    CHANNEL,
    (payload) => {
      const [from, ...ids] = payload.split(' ')
      if (from !== self) ids.forEach(notifySubscribers)
    },
    () => [...subscribers.keys()].forEach(notifySubscribers),
  )

  return {
    publish(id) {
      notifySubscribers(id)
      for (const onChange of [...publishListeners]) onChange()
      // An embedded database has no other instances.
      if (database.kind === 'embedded') return
      changed.add(id)
      sending ??= send()
    },
    subscribe(id, onChange) {
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
      await sending
      subscribers.clear()
      await unlisten()
    },
  }
}

function payloads(self: string, ids: string[]): string[] {
  const all: string[] = []
  let payload = self
  for (const id of ids) {
    if (payload.length + 1 + id.length > PAYLOAD) {
      all.push(payload)
      payload = self
    }
    payload += ` ${id}`
  }
  return [...all, payload]
}
