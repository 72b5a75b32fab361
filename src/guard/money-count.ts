// What deliveries are taken to cost: for the operator's own count, and for what the ceilings are judged by.

import type { RateDeck } from './rate-deck.ts'
import type { SpendingCount } from './spending-count.ts'
import { type Begun, serviceKey, type Target, type Way } from './traffic-keys.ts'
import type { TrafficSettings } from './traffic-rules.ts'
import type { KnownTraffic } from './traffic-totals.ts'

export type MoneyCount = {
  /** As it is known now: of a call a minute, of a text all its segments. */
  price(target: Target, way: Way): number
  /**
   * `times`: its price. `isRecorded`: a rule that only records would have refused it. `counted`: keys under which the money
   * has been counted already.
   */
  add(
    target: Target,
    delivery: Begun,
    times: number,
    rest: { deliveries: number; isRecorded: boolean; counted?: readonly string[] },
  ): void
}

type Deps = {
  settings: Pick<TrafficSettings, 'modes' | 'spending'>
  deck: Pick<RateDeck, 'price'>
  spent: Pick<SpendingCount, 'add'>
  counts: Pick<KnownTraffic, 'add'>
  segmentsOf: (target: Target) => number
}

export function moneyCount({ settings, deck, spent, counts, segmentsOf }: Deps): MoneyCount {
  const { modes, spending } = settings

  function price(target: Target, { carrier, channel }: Way): number {
    if (target.to === null) return 0
    return deck.price(target.to, carrier, channel) * (channel === 'sms' ? segmentsOf(target) : 1)
  }

  /** Money that is spent counts under a ceiling that is enforced, though another rule, that only records, would have saved it. */
  function keysOf(target: Target, isRecorded: boolean): string[] {
    const isEnforced = modes.spending === 'enforce'
    return [
      ...(isRecorded && !(isEnforced && spending.service.length > 0) ? [] : [serviceKey(target)]),
      ...(isRecorded && !(isEnforced && spending.all.length > 0) ? [] : ['all']),
    ]
  }

  return {
    price,
    add(target, delivery, times, { deliveries, isRecorded, counted = [] }) {
      const cost = times * delivery.price
      spent.add({ ...target, ...delivery }, { count: deliveries, cost })
      const keys = keysOf(target, isRecorded).filter((key) => !counted.includes(key))
      // Else the hour that begins after it would have that much more to spend.
      counts.add(keys, { cost }, times < 0 ? tenMinutesOf(delivery.createdAt) : undefined)
    },
  }
}

/** When those began: the row in which the money was counted. */
function tenMinutesOf(time: string): string {
  return `${time.slice(0, '2026-01-31T11:5'.length)}0:00.000Z`
}
