// Adds up what is started and what it costs until it is written.

import type { CarrierName, Channel } from '../domain/challenge.ts'
import type { Spending, Spent } from '../store/spending.ts'
import { unwrittenSums } from './unwritten-sums.ts'

/** `createdAt`: of the delivery. */
type Of = { createdAt: string; serviceId: string; carrier: CarrierName; region: string; channel: Channel }

export type SpendingCount = {
  add(of: Of, spent: { count: number; cost: number }): void
  write(): Promise<void>
}

export function spendingCount(store: Pick<Spending, 'add'>): SpendingCount {
  const { add, write } = unwrittenSums<Spent>(
    ({ day, serviceId, carrier, region, channel }) => `${day} ${serviceId} ${carrier} ${region} ${channel}`,
    (before, { count, cost }) => ({ ...before, count: before.count + count, cost: before.cost + cost }),
    store.add,
  )
  return {
    add: ({ createdAt, ...of }, spent) => add({ ...of, ...spent, day: createdAt.slice(0, 10) }),
    write,
  }
}
