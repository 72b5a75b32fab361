// How many pushes are open at once, and to whom. Where several services are pushed to, one may have no more open than are
// free: the slower an endpoint, the more of the places it holds, and none may leave the others without.

const AT_ONCE = 50

export type PushSlots = {
  isFree(): boolean
  /** How many messages may be claimed at once, and of which services none, since they have their share. */
  next(isShared: boolean): { limit: number; without: string[] }
  /** Returns how to leave, which says whether one that had its share may have more now. */
  enter(service: string): () => boolean
}

export function pushSlots(): PushSlots {
  const open = new Map<string, number>()
  let count = 0
  /** At the last claim. */
  let without = new Set<string>()

  return {
    isFree: () => count < AT_ONCE,
    next(isShared) {
      const free = AT_ONCE - count
      without = new Set(isShared ? [...open].flatMap(([service, own]) => (own >= free ? [service] : [])) : [])
      if (!isShared) return { limit: free, without: [] }
      const shares = [...open].flatMap(([service, own]) => (without.has(service) ? [] : [half(free - own)]))
      return { limit: Math.min(half(free), ...shares), without: [...without] }
    },
    enter(service) {
      count++
      open.set(service, (open.get(service) ?? 0) + 1)
      return () => {
        count--
        const left = open.get(service)! - 1
        if (left === 0) open.delete(service)
        else open.set(service, left)
        return without.size > 0
      }
    },
  }
}

/** As many may be claimed of one service as leave it no more open than are free then. */
const half = (places: number) => Math.max(1, Math.floor(places / 2))
