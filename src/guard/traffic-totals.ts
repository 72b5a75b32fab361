// What is started, verified and spent: as this instance last read it of all instances, and what has happened here since.

import { hasNotHappened } from '../store/database-errors.ts'
import type { GuardTraffic, Traffic, TrafficTotals } from '../store/guard-traffic.ts'
import { NO_TRAFFIC, sum } from './traffic-rules.ts'

export type KnownTraffic = {
  add(keys: readonly string[], traffic: Partial<Traffic>): void
  of(key: string): TrafficTotals
  /** Of every key of a kind that has any. */
  all(kind: string): TrafficTotals[]
  /** Writes what has happened here: whether anything had. What the database has not taken is written the next time. */
  write(): Promise<boolean>
  /** Reads what has happened everywhere. */
  read(): Promise<void>
  forget(key: string): Promise<void>
}

export function knownTraffic(store: Pick<GuardTraffic, 'add' | 'totals' | 'forget'>): KnownTraffic {
  let known = new Map<string, TrafficTotals>()
  let own = new Map<string, Traffic>()

  function add(to: Map<string, Traffic>, keys: readonly string[], traffic: Partial<Traffic>): void {
    for (const key of keys) to.set(key, sum(to.get(key) ?? NO_TRAFFIC, { ...NO_TRAFFIC, ...traffic }))
  }

  /** Not written, so not known. */
  function keep(unwritten: ReadonlyMap<string, Traffic>): void {
    for (const [key, one] of unwritten) {
      add(own, [key], one)
      known.set(key, plus(known.get(key) ?? { key, hour: NO_TRAFFIC, day: NO_TRAFFIC }, negative(one)))
    }
  }

  const of = (key: string) => plus(known.get(key) ?? { key, hour: NO_TRAFFIC, day: NO_TRAFFIC }, own.get(key))

  return {
    of,
    add: (keys, traffic) => add(own, keys, traffic),
    all: (kind) => [...known.keys()].filter((key) => key.startsWith(kind)).map(of),
    async write() {
      const mine = own
      if (mine.size === 0) return false
      // Until it has been read again it counts as known.
      for (const key of mine.keys()) known.set(key, of(key))
      own = new Map()
      try {
        await store.add([...mine].map(([key, one]) => ({ key, ...one })))
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

function plus({ key, hour, day }: TrafficTotals, more: Traffic = NO_TRAFFIC): TrafficTotals {
  return { key, hour: sum(hour, more), day: sum(day, more) }
}
