// What is started, verified and spent, and which rules stand, in memory, by the same rules as the statements of
// src/store/guard-traffic.ts, guard-trips.ts and spending.ts. A run is shorter than an hour, so nothing is told apart by time.

import type { GuardTraffic, Traffic } from '../../src/store/guard-traffic.ts'
import type { GuardDecision, GuardTrips, Trip } from '../../src/store/guard-trips.ts'
import type { Spending } from '../../src/store/spending.ts'

export type MemoryTraffic = {
  guardTraffic: GuardTraffic
  guardTrips: GuardTrips & { decided(...args: Parameters<GuardTrips['decided']>): Promise<void> }
  spending: Spending
  /** What refused something, or would have. */
  decisions(): readonly Omit<GuardDecision, 'at'>[]
  /** Of all services, by the operator's own count. */
  spent(): { count: number; cost: number }
}

export function memoryTraffic(now: () => number): MemoryTraffic {
  const totals = new Map<string, Traffic>()
  const trips: Trip[] = []
  const decisions = new Map<string, Omit<GuardDecision, 'at'>>()
  const spent = { count: 0, cost: 0 }
  const iso = (at: number) => new Date(at).toISOString()
  const of = (key: string): Traffic => totals.get(key) ?? { started: 0, verified: 0, failed: 0, cost: 0 }

  function add(key: string, more: Traffic): void {
    const { started, verified, failed, cost } = of(key)
    totals.set(key, {
      started: started + more.started,
      verified: verified + more.verified,
      failed: failed + more.failed,
      cost: cost + more.cost,
    })
  }

  return {
    guardTraffic: {
      async reserve(reservations) {
        return reservations.map(({ key, unit, needed, more, base, hourMax, dayMax }) => {
          const known = of(key)
          const possible =
            unit === 'started'
              ? base! + known.verified - (known.started - known.verified)
              : Math.min(hourMax ?? Infinity, dayMax ?? Infinity) - known.cost
          const wanted = possible - needed > 4 * more ? needed + more : needed
          const granted = Math.max(0, Math.min(possible, wanted))
          add(key, { started: 0, verified: 0, failed: 0, cost: 0, [unit]: granted })
          return { key, hour: known, day: known, granted, at: iso(now()) }
        })
      },
      async add(traffic) {
        for (const { key, ...one } of traffic) add(key, one)
      },
      totals: async () => [...totals].map(([key, one]) => ({ key, hour: one, day: one })),
      async forget(key) {
        totals.delete(key)
      },
      async sweep() {},
    },
    guardTrips: {
      async begin(given) {
        return given.flatMap(({ id, rule, key, mode, reason, seconds, taken }) => {
          if (trips.some((one) => one.rule === rule && one.key === key && one.endedAt === null)) return []
          const until = iso(now() + seconds * 1000)
          const trip = {
            ...{ id, rule, key, mode, reason, until, beganAt: iso(now()), endedAt: null, endReason: null },
            decisions: 0,
          }
          trips.push(trip)
          if (taken) add(taken.key, { started: -taken.failed, verified: 0, failed: -taken.failed, cost: 0 })
          return [{ ...trip }]
        })
      },
      async end(given) {
        return given.flatMap(({ id, reason }) => {
          const trip = trips.find((one) => one.id === id && one.endedAt === null)
          return trip ? [{ ...Object.assign(trip, { endedAt: iso(now()), endReason: reason }) }] : []
        })
      },
      standing: async () =>
        trips
          .filter(({ endedAt }) => endedAt === null)
          .map((trip) => ({ ...trip, over: Date.parse(trip.until) <= now(), readAt: iso(now()) })),
      async decided(given) {
        for (const one of given) decisions.set(one.id, one)
      },
      // No operator acts in a run.
      lift: async () => false,
      list: async () => [],
      decisions: async () => [],
      async sweep() {},
    },
    spending: {
      async add(given) {
        for (const { count, cost } of given) {
          spent.count += count
          spent.cost += cost
        }
      },
      sums: async () => ({ today: iso(now()).slice(0, 10), sums: [] }),
    },
    decisions: () => [...decisions.values()],
    spent: () => ({ ...spent }),
  }
}
