// Adds up what is started and what it costs until it is written, about once a second.

import type { CarrierName, Channel } from '../domain/challenge.ts'
import type { Spending, Spent } from '../store/spending.ts'

/** `createdAt`: of the delivery. */
type Of = { createdAt: string; serviceId: string; carrier: CarrierName; region: string; channel: Channel }

export type SpendingCount = {
  add(of: Of, spent: { count: number; cost: number }): void
  /** What can't be written is lost. */
  write(): Promise<void>
}

export function spendingCount(store: Pick<Spending, 'add'>): SpendingCount {
  let own = new Map<string, Spent>()
  return {
    add({ createdAt, serviceId, carrier, region, channel }, { count, cost }) {
      const day = createdAt.slice(0, 10)
      const key = `${day} ${serviceId} ${carrier} ${region} ${channel}`
      const before = own.get(key) ?? { count: 0, cost: 0 }
      own.set(key, { day, serviceId, carrier, region, channel, count: before.count + count, cost: before.cost + cost })
    },
    async write() {
      const mine = [...own.values()]
      own = new Map()
      await store.add(mine)
    },
  }
}
