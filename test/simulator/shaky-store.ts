// One instance's line to the database. Every statement takes a moment to get there and one to come back; it may fail, and
// what failed may have happened.

import type { ChangeNotifier } from '../../src/store/change-notifier.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import type { Store } from '../../src/store/store.ts'
import type { Prng } from '../support/prng.ts'
import type { FaultRates } from './fault-rates.ts'
import type { MemoryStore } from './memory-store.ts'
import type { Scheduler } from './scheduler.ts'

/** src/store/postgres.ts gives up after so long. */
const DEADLINE_MS = 2_000
/** So long after it was sent, a statement that was given up may still be carried out. */
export const LATEST_COMMIT_MS = 3_500

export type Parts = {
  store: MemoryStore
  notifier: ChangeNotifier
  scheduler: Scheduler
  prng: Prng
  faultRates: FaultRates
  /** The database as a whole does not answer. */
  away: () => boolean
  /** Of the instance: what a dead one asked for is never answered. */
  alive: () => boolean
  /** A statement did not do what it should. */
  hurt: () => void
}

/** `there` and `back`: milliseconds; `null`: it never happens, or is never heard of. */
type Way = { there: number | null; back: number | null; fails: boolean }

export function shakyStore({ store, notifier, scheduler, prng, faultRates, away, alive, hurt }: Parts): Store {
  const sluggish = prng.pick([1, 1, 1, 5])
  const moment = () => sluggish * (prng.chance(0.9) ? prng.between(0, 3) : prng.between(0, 40))

  let slowUntil = 0

  function way(): Way {
    if (faultRates.occurs('database_slow')) slowUntil = scheduler.now() + 6_000
    const slow = scheduler.now() < slowUntil
    if (slow) hurt()
    const [there, back] = slow ? [prng.between(50, 900), prng.between(50, 900)] : [moment(), moment()]
    if (away()) {
      const refused = prng.chance(0.5)
      return { there: !refused && prng.chance(0.3) ? there : null, back: refused ? back : DEADLINE_MS, fails: true }
    }
    if (faultRates.occurs('database_refuses')) return { there: null, back, fails: true }
    if (faultRates.occurs('database_unheard')) return { there, back, fails: true }
    if (faultRates.occurs('database_stalls')) {
      const happens = prng.chance(0.7) ? prng.between(0, LATEST_COMMIT_MS) : null
      return { there: happens, back: DEADLINE_MS, fails: true }
    }
    return { there, back, fails: false }
  }

  function line<T>(statement: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!alive()) return
      const { there, back, fails } = way()
      if (fails) {
        hurt()
        if (there !== null) scheduler.after(there, () => void statement().catch(() => {}))
        scheduler.after(back ?? 0, () => alive() && reject(new DatabaseUnavailable('The database does not answer.')))
        return
      }
      scheduler.after(there ?? 0, () => {
        const done = statement()
        scheduler.after(back ?? 0, () => {
          if (alive()) done.then(resolve, reject)
        })
        done.catch(() => {})
      })
    })
  }

  // Every part of the store that has statements, so that none is forgotten.
  const parts = Object.entries(store).filter(([, part]) => typeof part === 'object')
  const lines = parts.map(([name, part]) => [
    name,
    Object.fromEntries(
      Object.entries(part).map(([name, statement]) => [
        name,
        (...args: unknown[]) => line(() => (statement as (...args: unknown[]) => Promise<unknown>)(...args)),
      ]),
    ),
  ])
  return {
    ...Object.fromEntries(lines),
    notifier: notifier,
    now: async () => scheduler.now(),
    ready: async () => !away(),
    checkClock: async () => {},
    close: async () => {},
  }
}
