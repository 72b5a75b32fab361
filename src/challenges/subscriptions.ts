// Who waits for what. A waiter is woken by the doorbell, and re-reads anyway on a slow tick: one query for all the waits
// of this instance, so a lost bell costs seconds and never an outcome.

import type { ChallengeId } from '../domain/challenge.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Hands } from './call-placement.ts'
import type { Challenges, Ground } from './challenges.ts'
import type { Act } from './transition.ts'

const TICK_MS = 3_000

type Waiter = { seen: number; tell: (stored: ChallengeRecord) => void }

export function waiting(
  { store, clock, log }: Ground,
  act: Act,
  hands: Hands,
): Pick<Challenges, 'find' | 'wait' | 'watch'> {
  const waiters = new Map<ChallengeId, { unlisten: () => void; all: Set<Waiter> }>()
  const rung = new Set<ChallengeId>()
  let reading = false
  let tick: (() => void) | null = null

  /** All bells that rang during one query share the next. */
  async function read(): Promise<void> {
    if (reading) return
    reading = true
    try {
      while (rung.size > 0) {
        const ids = [...rung]
        rung.clear()
        for (const stored of await store.challenges.findMany(ids)) tellAll(stored)
      }
    } catch (error) {
      log.error({ err: error as Error }, 'waiters could not read')
    } finally {
      reading = false
    }
  }

  function again(): void {
    tick = clock.after(TICK_MS, again)
    readAll()
  }

  function readAll(): void {
    for (const id of waiters.keys()) rung.add(id)
    void read()
  }

  function tellAll(stored: ChallengeRecord): void {
    if (stored.expired) {
      act.background(find(stored.challenge.id))
      return
    }
    for (const waiter of waiters.get(stored.challenge.id)?.all ?? [])
      if (waiter.seen < stored.challenge.version) waiter.tell(stored)
  }

  function join(id: ChallengeId, waiter: Waiter): () => void {
    const bell = () => {
      rung.add(id)
      void read()
    }
    const here = waiters.get(id) ?? { unlisten: store.notifier.listen(id, bell), all: new Set() }
    here.all.add(waiter)
    waiters.set(id, here)
    tick ??= clock.after(TICK_MS, again)
    return () => {
      here.all.delete(waiter)
      if (here.all.size === 0) {
        here.unlisten()
        waiters.delete(id)
      }
      if (waiters.size > 0 || !tick) return
      tick()
      tick = null
    }
  }

  async function find(id: string): Promise<ChallengeRecord | null> {
    const acted = await act(id as ChallengeId, () => null)
    if (!acted || acted === 'number_busy') return null
    hands.follow(acted)
    return acted.stored
  }

  async function* watch(id: ChallengeId, signal: AbortSignal): AsyncGenerator<ChallengeRecord, void, void> {
    let wake = () => {}
    let latest: ChallengeRecord | null = null
    const waiter: Waiter = {
      seen: 0,
      tell: (stored) => {
        latest = stored
        waiter.seen = stored.challenge.version
        wake()
      },
    }
    // Joined before the first read, so that nothing can happen in between unheard.
    const leave = join(id, waiter)
    const stop = () => wake()
    signal.addEventListener('abort', stop)
    try {
      const first = await find(id)
      if (first && first.challenge.version > waiter.seen) waiter.tell(first)
      for (;;) {
        const next = latest as ChallengeRecord | null
        latest = null
        // Also to those who are sent away at once, so that they leave with something and know when to come back.
        if (next) yield next
        if (next?.challenge.outcome || !first || signal.aborted) return
        if (latest === null)
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      signal.removeEventListener('abort', stop)
      leave()
    }
  }

  async function wait(id: ChallengeId, seconds: number, signal: AbortSignal): Promise<ChallengeRecord | null> {
    const over = new AbortController()
    const cancel = clock.after(seconds * 1000, () => over.abort())
    let last: ChallengeRecord | null = null
    try {
      for await (const stored of watch(id, AbortSignal.any([signal, over.signal]))) last = stored
    } finally {
      cancel()
    }
    return last ?? find(id)
  }

  return { find, wait, watch }
}
