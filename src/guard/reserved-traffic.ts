// What may begin against a ceiling, had from the database before it begins, so that all instances together begin no more than
// one after another would. All that wait here for one region ask at once, and for as much in advance as was used in the last
// second, if there is plenty left: at a high rate few creations wait, and at a low one each costs a short statement. A region
// whose row is locked keeps no other one waiting.

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
type Deps = { store: Pick<GuardTraffic, 'reserve'>; add(key: string, traffic: Partial<Traffic>, since?: string): void }
type Waiting = {
  needs: readonly Need[]
  context: RequestContext | undefined
  resolve(result: Place | Reserved): void
  reject(error: unknown): void
}

type Kept = Pick<Need, 'key' | 'unit' | 'amount'>

const NOTHING: ReadonlyMap<string, Reserved> = new Map()

export function reservedTraffic({ store, add }: Deps): ReservedTraffic {
  const credits = new Map<string, { unit: Need['unit']; amount: number }>()
  let used = new Map<string, number>()
  let usedBefore = new Map<string, number>()
  /** The ten minutes in which the last of a key was counted. */
  const countedAt = new Map<string, string>()
  /** By region, while a statement is under way for it: those that came since. */
  const asking = new Map<string, Waiting[]>()

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

  /** For what the credit is not enough for. The rest of it is kept for those who ask, until they are answered. */
  function reservationsFor(those: readonly Waiting[]): { reservations: Reservation[]; kept: Kept[] } {
    const all = new Map<string, Need>()
    for (const need of those.flatMap(({ needs }) => needs))
      all.set(need.key, { ...need, amount: need.amount + (all.get(need.key)?.amount ?? 0) })
    const reservations: Reservation[] = []
    const kept: Kept[] = []
    for (const { amount, ...need } of all.values()) {
      const { key, unit } = need
      const own = Math.max(0, Math.min(creditOf(key), amount))
      if (own < amount) reservations.push({ ...need, needed: amount - own, more: usedBefore.get(key) ?? 0 })
      kept.push({ key, unit, amount: own })
      credit(key, unit, -own)
    }
    return { reservations, kept }
  }

  async function ask(region: string, first: Waiting): Promise<void> {
    asking.set(region, [])
    for (let those = [first]; those.length > 0; ) {
      await askFor(those)
      those = asking.get(region)!
      asking.set(region, [])
    }
    asking.delete(region)
  }

  async function askFor(those: readonly Waiting[]): Promise<void> {
    const { reservations, kept } = reservationsFor(those)
    const backToAll = () => kept.forEach(({ key, unit, amount }) => void credit(key, unit, amount))
    try {
      const contexts = those.map(({ context }) => context)
      const rows = await forRequests(contexts, () => store.reserve(reservations))
      backToAll()
      const reserved = new Map(rows.map((row) => [row.key, row]))
      for (const { key, unit } of reservations) {
        const { granted, at } = reserved.get(key)!
        credit(key, unit, granted)
        countedAt.set(key, at)
      }
      for (const one of those) {
        const short = one.needs.find((need) => isShort(need, reserved))
        one.resolve(placeFor(one.needs, reserved) ?? totalsOf(short!, reserved.get(short!.key)!))
      }
    } catch (error) {
      backToAll()
      for (const { reject } of those) reject(error)
    }
  }

  return {
    take(needs) {
      const region = needs.find(({ unit }) => unit === 'started')?.key ?? ''
      const others = asking.get(region)
      const place = others ? null : placeFor(needs, NOTHING)
      if (place) return Promise.resolve(place)
      const { promise, resolve, reject } = Promise.withResolvers<Place | Reserved>()
      const one: Waiting = { needs, context: requestContext.getStore(), resolve, reject }
      if (others) others.push(one)
      else void outsideRequest(() => ask(region, one))
      return promise
    },
    hasCredit: (key) => creditOf(key) > 0,
    giveBack() {
      usedBefore = used
      used = new Map()
      for (const [key, { unit, amount }] of credits) if (amount > 0) add(key, { [unit]: -amount }, countedAt.get(key))
      credits.clear()
    },
  }
}

function totalsOf({ unit }: Need, { hour, day, ...reserved }: Reserved): Reserved {
  const { granted } = reserved
  return {
    ...reserved,
    hour: { ...hour, [unit]: hour[unit] + granted },
    day: { ...day, [unit]: day[unit] + granted },
  }
}
