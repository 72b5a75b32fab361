// Adds up what is started and what it costs until it is written, about once a second.

import type { CarrierName, Channel } from '../domain/challenge.ts'
import { hasNotHappened } from '../store/database-errors.ts'
import type { Spending, Spent } from '../store/spending.ts'

/** `createdAt`: of the delivery. */
type Of = { createdAt: string; serviceId: string; carrier: CarrierName; region: string; channel: Channel }

export type SpendingCount = {
  add(of: Of, spent: { count: number; cost: number }): void
  /** What was certainly not written is written the next time. */
  write(): Promise<void>
}

export function spendingCount(store: Pick<Spending, 'add'>): SpendingCount {
  let own = new Map<string, Spent>()

  function add({ day, serviceId, carrier, region, channel, count, cost }: Spent): void {
    const key = `${day} ${serviceId} ${carrier} ${region} ${channel}`
    const before = own.get(key) ?? { count: 0, cost: 0 }
    own.set(key, { day, serviceId, carrier, region, channel, count: before.count + count, cost: before.cost + cost })
  }

  return {
    add: ({ createdAt, ...of }, spent) => add({ ...of, ...spent, day: createdAt.slice(0, 10) }),
    async write() {
      const mine = [...own.values()]
      own = new Map()
      try {
        await store.add(mine)
      } catch (error) {
        if (hasNotHappened(error)) for (const one of mine) add(one)
        throw error
      }
    },
  }
}
