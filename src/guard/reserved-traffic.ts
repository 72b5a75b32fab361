// What may begin against a ceiling, had from the database before it begins, so that all instances together begin no more than
// one after another would. All that wait here ask at once, and for as much in advance as was used in the last second, if
// there is plenty left: at a high rate few creations wait, and at a low one each costs a short statement.

import { forRequests, outsideRequest, type RequestContext, requestContext } from '../log/request-context.ts'
import type { GuardTraffic, Reservation, Reserved, Traffic } from '../store/guard-traffic.ts'

/** What one delivery takes of a ceiling. */
export type Need = Omit<Reservation, 'needed' | 'more'> & { amount: number }

/** Of a delivery that may begin. */
export type Place = {
  /** It has begun. The keys under which it is counted already: none where it was left before, and begins late. */
  use(): readonly string[]
  /** Unless it has begun it will not. */
  leave(): void
}

export const UNCOUNTED: Place = { use: () => [], leave: () => {} }

export type ReservedTraffic = {
  /** Or, of the first ceiling that is reached, what is counted. */
  take(needs: readonly Need[]): Promise<Place | Reserved>
  /** Whether some of what is counted under the key has not been used. */
  hasCredit(key: string): boolean
  /** Gives back what was not used, about once a second. */
  giveBack(): void
}

/** `add`: is to count more, or less, than was reserved. */
type Deps = { store: Pick<GuardTraffic, 'reserve'>; add(key: string, traffic: Partial<Traffic>): void }
type Waiting = {
  needs: readonly Need[]
  context: RequestContext | undefined
  resolve(result: Place | Reserved): void
  reject(error: unknown): void
}

const NOTHING: ReadonlyMap<string, Reserved> = new Map()

export function reservedTraffic({ store, add }: Deps): ReservedTraffic {
  const credits = new Map<string, { unit: Need['unit']; amount: number }>()
  let used = new Map<string, number>()
  let usedBefore = new Map<string, number>()
  let waiting: Waiting[] = []
  let isAsking = false

  const creditOf = (key: string) => credits.get(key)?.amount ?? 0
  const credit = (key: string, unit: Need['unit'], amount: number) =>
    credits.set(key, { unit, amount: creditOf(key) + amount })

  /** What is left of a sum of money is enough for the last delivery. */
  const isShort = ({ key, unit, amount }: Need, reserved: ReadonlyMap<string, Reserved>) => {
    const isLast = unit === 'cost' && creditOf(key) > 0 && (reserved.get(key)?.granted ?? 0) > 0
    return creditOf(key) < amount && !isLast
  }

  function placeFor(needs: readonly Need[], reserved: ReadonlyMap<string, Reserved>): Place | null {
    if (needs.some((need) => isShort(need, reserved))) return null
    for (const { key, unit, amount } of needs) {
      const missing = Math.max(0, amount - creditOf(key))
      if (missing > 0) add(key, { [unit]: missing })
      credit(key, unit, missing - amount)
      used.set(key, (used.get(key) ?? 0) + amount)
    }
    let isOver = false
    return {
      use() {
        if (isOver) return []
        isOver = true
        return needs.map(({ key }) => key)
      },
      leave() {
        if (!isOver) for (const { key, unit, amount } of needs) credit(key, unit, amount)
        isOver = true
      },
    }
  }

  function reservationsFor(asking: readonly Waiting[]): Reservation[] {
    const all = new Map<string, Reservation>()
    for (const { amount, ...need } of asking.flatMap(({ needs }) => needs)) {
      const { needed } = all.get(need.key) ?? { needed: -creditOf(need.key) }
      all.set(need.key, { ...need, needed: needed + amount, more: usedBefore.get(need.key) ?? 0 })
    }
    return [...all.values()].filter(({ needed }) => needed > 0)
  }

  async function ask(): Promise<void> {
    if (isAsking) return
    isAsking = true
    while (waiting.length > 0) {
      const asking = waiting
      waiting = []
      try {
        const contexts = asking.map(({ context }) => context)
        const rows = await forRequests(contexts, () => store.reserve(reservationsFor(asking)))
        const reserved = new Map(rows.map((row) => [row.key, row]))
        const units = new Map(asking.flatMap(({ needs }) => needs.map(({ key, unit }) => [key, unit] as const)))
        for (const { key, granted } of rows) credit(key, units.get(key)!, granted)
        for (const one of asking) {
          const short = one.needs.find((need) => isShort(need, reserved))
          one.resolve(placeFor(one.needs, reserved) ?? totalsOf(short!, reserved.get(short!.key)!))
        }
      } catch (error) {
        for (const { reject } of asking) reject(error)
      }
    }
    isAsking = false
  }

  return {
    take(needs) {
      const place = isAsking ? null : placeFor(needs, NOTHING)
      if (place) return Promise.resolve(place)
      const { promise, resolve, reject } = Promise.withResolvers<Place | Reserved>()
      waiting.push({ needs, context: requestContext.getStore(), resolve, reject })
      void outsideRequest(ask)
      return promise
    },
    hasCredit: (key) => creditOf(key) > 0,
    giveBack() {
      usedBefore = used
      used = new Map()
      // What is being asked for counts on what is left.
      if (isAsking) return
      for (const [key, { unit, amount }] of credits) if (amount > 0) add(key, { [unit]: -amount })
      credits.clear()
    },
  }
}

function totalsOf({ unit }: Need, { key, granted, hour, day }: Reserved): Reserved {
  return {
    key,
    granted,
    hour: { ...hour, [unit]: hour[unit] + granted },
    day: { ...day, [unit]: day[unit] + granted },
  }
}
