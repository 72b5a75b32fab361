// Waits for a challenge to change. The change notifier wakes a subscriber, which also re-reads on a slow tick,
// one query for all subscribers of this instance: a lost notification costs seconds and never an outcome.

import type { ChallengeId } from '../domain/challenge.ts'
import type { Logger } from '../log/logger.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { BackgroundTasks } from './background-tasks.ts'
import type { Transition } from './transition.ts'

const TICK_MS = 3_000

type Subscriber = { seenVersion: number; update: (record: ChallengeRecord) => void }

export type Subscriptions = {
  /** How many wait or watch here at the moment. */
  waiters(): number
  /** The challenge as it is now; one past its time is expired first. */
  find(id: string): Promise<ChallengeRecord | null>
  /** Holds until the challenge is no longer pending, the time is over, or the signal ends it. */
  wait(id: ChallengeId, seconds: number, signal: AbortSignal): Promise<ChallengeRecord | null>
  /** The challenge at once and after every change; the last bears the outcome. */
  watch(id: ChallengeId, signal: AbortSignal): AsyncGenerator<ChallengeRecord, void, void>
}

type Deps = {
  store: Pick<Store, 'challenges' | 'notifier'>
  transition: Transition
  tasks: BackgroundTasks
  clock: Clock
  log: Logger
}

export function createSubscriptions({ store, transition, tasks, clock, log }: Deps): Subscriptions {
  const subscribers = new Map<ChallengeId, { unlisten: () => void; all: Set<Subscriber> }>()
  const changed = new Set<ChallengeId>()
  let reading = false
  let cancelTick: (() => void) | null = null

  /** All that changes during one query is read by the next. */
  async function readChanged(): Promise<void> {
    if (reading) return
    reading = true
    try {
      while (changed.size > 0) {
        const ids = [...changed]
        changed.clear()
        for (const record of await store.challenges.findMany(ids)) updateAll(record)
      }
    } catch (error) {
      log.error({ err: error as Error }, 'subscriptions could not read')
    } finally {
      reading = false
    }
  }

  function tick(): void {
    cancelTick = clock.after(TICK_MS, tick)
    for (const id of subscribers.keys()) changed.add(id)
    void readChanged()
  }

  function updateAll(record: ChallengeRecord): void {
    const { id, version } = record.challenge
    // Reading it through a transition ends it, and the end is another change.
    if (record.expired || record.reported) {
      tasks.add(find(id))
      return
    }
    for (const subscriber of subscribers.get(id)?.all ?? [])
      if (subscriber.seenVersion < version) subscriber.update(record)
  }

  function subscribe(id: ChallengeId, subscriber: Subscriber): () => void {
    const onChange = () => {
      changed.add(id)
      void readChanged()
    }
    const entry = subscribers.get(id) ?? { unlisten: store.notifier.subscribe(id, onChange), all: new Set() }
    entry.all.add(subscriber)
    subscribers.set(id, entry)
    cancelTick ??= clock.after(TICK_MS, tick)
    return () => {
      entry.all.delete(subscriber)
      if (entry.all.size === 0) {
        entry.unlisten()
        subscribers.delete(id)
      }
      if (subscribers.size > 0) return
      cancelTick?.()
      cancelTick = null
    }
  }

  async function find(id: string): Promise<ChallengeRecord | null> {
    const result = await transition(id as ChallengeId, () => null)
    return 'record' in result ? result.record : null
  }

  async function* watch(id: ChallengeId, signal: AbortSignal): AsyncGenerator<ChallengeRecord, void, void> {
    let wake = () => {}
    let latest: ChallengeRecord | null = null
    const subscriber: Subscriber = {
      seenVersion: 0,
      update: (record) => {
        latest = record
        subscriber.seenVersion = record.challenge.version
        wake()
      },
    }
    // Subscribed before the first read, so that no change falls in between.
    const unsubscribe = subscribe(id, subscriber)
    const stop = () => wake()
    signal.addEventListener('abort', stop)
    try {
      const first = await find(id)
      if (first && first.challenge.version > subscriber.seenVersion) subscriber.update(first)
      for (;;) {
        const next = latest as ChallengeRecord | null
        latest = null
        // Also when the signal has ended it, so that the reader has the state and knows when to come back.
        if (next) yield next
        if (next?.challenge.outcome || !first || signal.aborted) return
        if (latest === null)
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      signal.removeEventListener('abort', stop)
      unsubscribe()
    }
  }

  async function wait(id: ChallengeId, seconds: number, signal: AbortSignal): Promise<ChallengeRecord | null> {
    const over = new AbortController()
    const cancel = clock.after(seconds * 1000, () => over.abort())
    let last: ChallengeRecord | null = null
    try {
      for await (const record of watch(id, AbortSignal.any([signal, over.signal]))) last = record
    } finally {
      cancel()
    }
    return last ?? find(id)
  }

  const waiters = () => [...subscribers.values()].reduce((sum, { all }) => sum + all.size, 0)

  return { find, wait, watch, waiters }
}
