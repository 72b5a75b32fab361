// Money by day, service, carrier and country, out of what the guard has added up; and how much of each ceiling is used.

import type { Channel } from '../domain/challenge.ts'
import { UNITS } from '../guard/rate-deck.ts'
import type { TrafficSettings } from '../guard/traffic-rules.ts'
import type { TrafficTotals } from '../store/guard-traffic.ts'
import type { SpentSum } from '../store/spending.ts'

/** `cost`: in whole units of the deck's currency. */
export type Amount = { count: number; cost: number }
export type Amounts = Record<Channel, Amount>
export type DaySpent = Amounts & { at: number }
export type GroupSpent = Amounts & { name: string }

export type SpendingSummary = {
  all: Amounts
  /** Every day of the period, the first of them first. */
  days: DaySpent[]
  /** The dearest first. */
  services: GroupSpent[]
  carriers: GroupSpent[]
  countries: GroupSpent[]
}

/** `service`: `null` for all together. */
export type CeilingUse = { service: string | null; seconds: number; spent: number; max: number }

const DAY_MS = 86_400_000

export function spendingSummary({ today, sums }: { today: string; sums: SpentSum[] }, days: number): SpendingSummary {
  const last = Date.parse(today)
  const byDay = Map.groupBy(sums, ({ day }) => (day === null ? null : Date.parse(day)))
  const groups = (nameOf: (sum: SpentSum) => string | null) =>
    [...Map.groupBy(sums, nameOf)]
      .flatMap(([name, own]) => (name === null ? [] : [{ name, ...amounts(own) }]))
      .toSorted((a, b) => total(b).cost - total(a).cost || a.name.localeCompare(b.name))
  return {
    all: amounts(sums.filter(({ day }) => day !== null)),
    days: Array.from({ length: days }, (_, index) => {
      const at = last - (days - 1 - index) * DAY_MS
      return { at, ...amounts(byDay.get(at) ?? []) }
    }),
    services: groups(({ serviceId }) => serviceId),
    carriers: groups(({ carrier }) => carrier),
    countries: groups(({ region }) => region),
  }
}

export function total({ call, sms }: Amounts): Amount {
  return { count: call.count + sms.count, cost: call.cost + sms.cost }
}

function amounts(sums: readonly SpentSum[]): Amounts {
  const of = (channel: Channel) => {
    const own = sums.filter((sum) => sum.channel === channel)
    return {
      count: own.reduce((count, sum) => count + sum.count, 0),
      cost: own.reduce((cost, sum) => cost + sum.cost, 0) / UNITS,
    }
  }
  return { call: of('call'), sms: of('sms') }
}

/** Those of all together first, then those of each service that has spent something, the fullest first. */
export function ceilingUses(ceilings: TrafficSettings['spending'], totals: readonly TrafficTotals[]): CeilingUse[] {
  const use = (service: string | null, { max, seconds }: { max: number; seconds: number }): CeilingUse => {
    const own = totals.find(({ key }) => key === (service === null ? 'all' : `service:${service}`))
    const units = (seconds === 3_600 ? own?.hour.cost : own?.day.cost) ?? 0
    return { service, seconds, max, spent: Math.max(0, units) / UNITS }
  }
  const services = totals.flatMap(({ key, day }) => (key.startsWith('service:') && day.cost > 0 ? [key.slice(8)] : []))
  return [
    ...ceilings.all.map((ceiling) => use(null, ceiling)),
    ...services
      .flatMap((service) => ceilings.service.map((ceiling) => use(service, ceiling)))
      .toSorted((a, b) => b.spent / b.max - a.spent / a.max),
  ]
}
