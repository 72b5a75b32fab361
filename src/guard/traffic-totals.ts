// What is started, verified and spent: as this instance last read it of all instances, and what has happened here since.

import { hasNotHappened } from '../store/database-errors.ts'
import type { GuardTraffic, Traffic, TrafficTotals } from '../store/guard-traffic.ts'
import { NO_TRAFFIC, sum } from './traffic-rules.ts'

export type KnownTraffic = {
  /** `since`: what is taken off was counted then. */
  add(keys: readonly string[], traffic: Partial<Traffic>, since?: string): void
  of(key: string): TrafficTotals
  /** Of every key of a kind that has any. */
  all(kind: string): TrafficTotals[]
  /** Writes what has happened here: whether anything had. What the database has not taken is written the next time. */
  write(): Promise<boolean>
  /** Reads what has happened everywhere. */
  read(): Promise<void>
  forget(key: string): Promise<void>
}

type Part = Traffic & { key: string; since: string | undefined }

export function knownTraffic(store: Pick<GuardTraffic, 'add' | 'totals' | 'forget'>): KnownTraffic {
  let known = new Map<string, TrafficTotals>()
  /** By key and time. */
  let own = new Map<string, Part>()
  /** The same by key: what a question is answered with. */
  let sums = new Map<string, Traffic>()

  function add(keys: readonly string[], traffic: Partial<Traffic>, since?: string): void {
    for (const key of keys) {
      const name = `${key} ${since ?? ''}`
      const more = { ...NO_TRAFFIC, ...traffic }
      own.set(name, { key, since, ...sum(own.get(name) ?? NO_TRAFFIC, more) })
      sums.set(key, sum(sums.get(key) ?? NO_TRAFFIC, more))
    }
  }

  const knownOf = (key: string): TrafficTotals => known.get(key) ?? { key, hour: NO_TRAFFIC, day: NO_TRAFFIC }

  /** Not written, so not known. */
  function keep(unwritten: ReadonlyMap<string, Part>): void {
    for (const { key, since, ...one } of unwritten.values()) {
      add([key], one, since)
      known.set(key, plus(knownOf(key), negative(one)))
    }
  }

  const of = (key: string): TrafficTotals => plus(knownOf(key), sums.get(key) ?? NO_TRAFFIC)

  return {
    of,
    add,
    all: (kind) => [...known.keys()].filter((key) => key.startsWith(kind)).map(of),
    async write() {
      const mine = own
      if (mine.size === 0) return false
      // Until it has been read again it counts as known.
      for (const { key, ...one } of mine.values()) known.set(key, plus(knownOf(key), one))
      own = new Map()
      sums = new Map()
      try {
        await store.add([...mine.values()])
      } catch (error) {
        if (hasNotHappened(error)) keep(mine)
        throw error
      }
      return true
    },
    async read() {
      known = new Map((await store.totals()).map((one) => [one.key, one]))
    },
    async forget(key) {
      await store.forget(key)
      known.delete(key)
    },
  }
}

function negative({ started, verified, failed, cost }: Traffic): Traffic {
  return { started: -started, verified: -verified, failed: -failed, cost: -cost }
}

function plus({ key, hour, day }: TrafficTotals, more: Traffic): TrafficTotals {
  return { key, hour: sum(hour, more), day: sum(day, more) }
}
