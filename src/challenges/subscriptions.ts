// Waits for a challenge to change. The change notifier wakes a subscriber, and a slow tick asks for what has changed
// without being notified, some hundreds in a query: a lost notification costs seconds and never an outcome.

import type { ChallengeId } from '../domain/challenge.ts'
import type { Logger } from '../log/logger.ts'
import { outsideRequest } from '../log/request-context.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { BackgroundTasks } from './background-tasks.ts'
import type { Transition } from './transition.ts'

const TICK_MS = 3_000
const AT_ONCE = 250

export type Watcher = {
  update(record: ChallengeRecord): void
  /** The challenge as it is now could not be read. */
  failed(fault: Error): void
  /** There is no such challenge. */
  missing(): void
}

type Subscriber = Watcher & { seenVersion: number }

export type Subscriptions = {
  /** How many wait or watch here at the moment. */
  waiters(): number
  /** The challenge as it is now; one past its time is expired first. */
  find(id: string): Promise<ChallengeRecord | null>
  /** Holds until the challenge is no longer pending, the time is over, or the signal ends it. */
  wait(id: ChallengeId, seconds: number, signal: AbortSignal): Promise<ChallengeRecord | null>
  /** Calls back with the challenge as it is now, and after every change. Returns how to stop. */
  watch(id: ChallengeId, watcher: Watcher): () => void
}

type Deps = {
  store: Pick<Store, 'challenges' | 'changedChallenges' | 'notifier'>
  transition: Transition
  tasks: BackgroundTasks
  clock: Clock
  log: Logger
}

export function createSubscriptions({ store, transition, tasks, clock, log }: Deps): Subscriptions {
  const subscribers = new Map<ChallengeId, { unlisten: () => void; all: Set<Subscriber> }>()
  const changed = new Set<ChallengeId>()
  let reading = false
  let confirming = false
  let cancelTick: (() => void) | null = null

  /** What changes during one query is read by the next. */
  async function readChanged(): Promise<void> {
    if (reading) return
    reading = true
    try {
      while (changed.size > 0) {
        const ids = changed.values().take(AT_ONCE).toArray()
        for (const id of ids) changed.delete(id)
        for (const record of await store.challenges.findMany(ids)) updateAll(record)
      }
    } catch (error) {
      log.error({ err: error as Error }, 'subscriptions could not read')
    } finally {
      reading = false
    }
  }

  /** Beside what is notified, which waits for none of it. */
  async function confirmAll(): Promise<void> {
    if (confirming) return
    confirming = true
    try {
      const ids = subscribers.keys().toArray()
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        const waitedFor = ids.slice(from, from + AT_ONCE).filter((id) => subscribers.has(id))
        const versions = new Map(waitedFor.map((id) => [id, seenVersion(id)]))
        for (const id of await store.changedChallenges.since(versions)) changed.add(id)
        void readChanged()
      }
    } catch (error) {
      log.error({ err: error as Error }, 'subscriptions could not be confirmed')
    } finally {
      confirming = false
    }
  }

  /** The lowest version that one of its subscribers has been given. */
  function seenVersion(id: ChallengeId): number {
    return Math.min(
      ...subscribers
        .get(id)!
        .all.values()
        .map(({ seenVersion }) => seenVersion),
    )
  }

  function tick(): void {
    cancelTick = clock.after(TICK_MS, tick)
    void confirmAll()
  }

  function updateAll(record: ChallengeRecord): void {
    const { id } = record.challenge
    // Reading it through a transition ends it, and the end is another change.
    if (record.expired || record.reported) {
      tasks.add(find(id))
      return
    }
    for (const subscriber of [...(subscribers.get(id)?.all ?? [])]) show(subscriber, record)
  }

  function show(subscriber: Subscriber, record: ChallengeRecord): void {
    const { version } = record.challenge
    if (subscriber.seenVersion >= version) return
    subscriber.seenVersion = version
    subscriber.update(record)
  }

  function subscribe(id: ChallengeId, subscriber: Subscriber): () => void {
    const onChange = () => {
      changed.add(id)
      void outsideRequest(readChanged)
    }
    const entry = subscribers.get(id) ?? { unlisten: store.notifier.subscribe(id, onChange), all: new Set() }
    entry.all.add(subscriber)
    subscribers.set(id, entry)
    cancelTick ??= outsideRequest(() => clock.after(TICK_MS, tick))
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

  function watch(id: ChallengeId, watcher: Watcher): () => void {
    const subscriber: Subscriber = { ...watcher, seenVersion: 0 }
    let isWatched = true
    // Subscribed before the first read, so that no change falls in between.
    const unsubscribe = subscribe(id, subscriber)
    const ifWatched = (tell: () => void) => void (isWatched && tell())
    find(id).then(
      (record) => ifWatched(() => (record ? show(subscriber, record) : watcher.missing())),
      (error) => ifWatched(() => watcher.failed(error as Error)),
    )
    return () => {
      isWatched = false
      unsubscribe()
    }
  }

  async function wait(id: ChallengeId, seconds: number, signal: AbortSignal): Promise<ChallengeRecord | null> {
    const over = Promise.withResolvers<void>()
    const stop = () => over.resolve()
    let last: ChallengeRecord | null = null
    const unwatch = watch(id, {
      update(record) {
        last = record
        if (record.challenge.outcome) stop()
      },
      failed: over.reject,
      missing: stop,
    })
    const cancel = clock.after(seconds * 1000, stop)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    try {
      await over.promise
    } finally {
      cancel()
      signal.removeEventListener('abort', stop)
      unwatch()
    }
    return last ?? find(id)
  }

  const waiters = () => [...subscribers.values()].reduce((sum, { all }) => sum + all.size, 0)

  return { find, wait, watch, waiters }
}
