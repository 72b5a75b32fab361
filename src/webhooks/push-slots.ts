// How many pushes are open at once, and to whom. The first push to a service counts in none of the places that services
// share, so endpoints that hang, however many places they hold, leave a service that has no push open its own.

import type { ClaimShares } from '../store/outbox.ts'

const SHARED = 50
/** Services with a push open at once, where several are pushed to. */
const MOST_SERVICES = 200

export type PushSlots = {
  isFree(areSeveral: boolean): boolean
  /** How many messages may be claimed at once, in all and of each service. */
  next(areSeveral: boolean): { limit: number; shares: ClaimShares }
  /** Returns how to leave, which says whether a service that had its share at the last claim may have more now. */
  enter(service: string): () => boolean
}

export function pushSlots(): PushSlots {
  const open = new Map<string, number>()
  let count = 0
  /** At the last claim. */
  let isWithheld = false

  const freeOfShared = () => Math.max(0, SHARED - (count - open.size))
  const freeForFirst = () => Math.max(0, MOST_SERVICES - open.size)

  return {
    isFree: (areSeveral) => (areSeveral ? freeOfShared() + freeForFirst() > 0 : count < SHARED),
    next(areSeveral) {
      const alone = Math.max(0, SHARED - count)
      if (!areSeveral) {
        isWithheld = false
        return { limit: alone, shares: { of: {}, others: alone } }
      }
      // One part stays free, so what all of them claim together is never more than there is.
      const part = Math.floor(freeOfShared() / (open.size + 1))
      const of = Object.fromEntries([...open].map(([service, own]) => [service, Math.max(0, part - (own - 1))]))
      const others = Math.min(1, freeForFirst())
      const ofOpen = Object.values(of)
      isWithheld = others === 0 || ofOpen.includes(0)
      return { limit: freeForFirst() + ofOpen.reduce((sum, share) => sum + share, 0), shares: { of, others } }
    },
    enter(service) {
      count++
      open.set(service, (open.get(service) ?? 0) + 1)
      return () => {
        count--
        const left = open.get(service)! - 1
        if (left === 0) open.delete(service)
        else open.set(service, left)
        return isWithheld
      }
    },
  }
}
