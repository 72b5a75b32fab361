// Past challenges of a service, by what an operator or an app knows of them. A number is looked for by its hash under every
// listed secret, and so is also found when retention has removed the number itself.

import type { E164 } from '../domain/challenge.ts'
import type { ChallengeSearch, ListPage, ListQuery } from '../store/challenge-search.ts'
import type { DeliveryLimits } from './delivery-limits.ts'
import type { Subscriptions } from './subscriptions.ts'

export type ListFilter = Omit<ListQuery, 'numberHashes'> & { serviceId: string; to: E164 | null }

export type ListChallenges = (filter: ListFilter) => Promise<ListPage>

type Deps = {
  search: ChallengeSearch
  limits: Pick<DeliveryLimits, 'hashes'>
  find: Subscriptions['find']
}

export function createListChallenges({ search, limits, find }: Deps): ListChallenges {
  return async ({ to, ...query }) => {
    const { records, next } = await search.list({ ...query, numberHashes: to === null ? null : limits.hashes(to) })
    // One that is overdue is expired first, as when it is read by itself.
    const shown = await Promise.all(
      records.map(async (record) => (record.expired ? ((await find(record.challenge.id)) ?? record) : record)),
    )
    return { records: shown, next }
  }
}
