// Which challenges have a page connected, of those that require one. A page that connects begins the first delivery; when the
// last one of all instances has been gone for some seconds, what is ringing is hung up.

import type { ChallengeId } from '../domain/challenge.ts'
import type { Logger } from '../log/logger.ts'
import { PAGE_LEASE_SECONDS, type PageLeases } from '../store/page-leases.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { BackgroundTasks } from './background-tasks.ts'
import type { BeginFirstDelivery } from './first-delivery.ts'
import type { Transition } from './transition.ts'

export type PagePresence = {
  /** A page has connected. Returns how to note that it has left. */
  connected(record: ChallengeRecord): () => void
  /** About once a second: renews the leases of the pages connected here, and ends what has no page any more. */
  check(): Promise<void>
}

type Deps = {
  leases: PageLeases
  beginFirstDelivery: BeginFirstDelivery
  transition: Transition
  tasks: BackgroundTasks
  clock: Clock
  log: Logger
}

/** `begins`: its first delivery has not begun yet, as far as is known here. */
type Page = { open: number; begins: ChallengeRecord | null; isBeginning: boolean; hasFailed: boolean }

const AT_ONCE = 50
const LEASE_MS = PAGE_LEASE_SECONDS * 1000
/**
 * From one round to the next, beyond which the other instances may have been kept from renewing too: by the database, or by
 * what stopped this instance. A lease that was renewed a round before such a gap has not run out at its end.
 */
const LONGEST_GAP_MS = LEASE_MS / 2

export function createPagePresence({ leases, beginFirstDelivery, transition, tasks, clock, log }: Deps): PagePresence {
  const pages = new Map<ChallengeId, Page>()
  /** Of the rounds that followed each other without a gap. */
  let rounds: { first: number; last: number } | null = null
  /** Challenges that did not end when they should have, and until when they are left alone. */
  const putOff = new Map<ChallengeId, number>()

  async function begin(id: ChallengeId, page: Page): Promise<void> {
    if (!page.begins || page.open === 0 || page.isBeginning) return
    page.isBeginning = true
    try {
      if (await beginFirstDelivery(page.begins)) page.begins = null
    } catch (err) {
      if (!page.hasFailed) log.error({ err: err as Error, challenge: id }, 'first delivery did not begin')
      page.hasFailed = true
    } finally {
      page.isBeginning = false
    }
  }

  /** What fails is tried again by the next check. */
  async function arrive(id: ChallengeId, page: Page): Promise<void> {
    await leases.renew([id])
    await begin(id, page)
  }

  /** Whether every instance that lives has had the time of a lease to renew its own. */
  function noteRound(): boolean {
    const now = clock.now()
    rounds =
      rounds && now - rounds.last <= LONGEST_GAP_MS ? { first: rounds.first, last: now } : { first: now, last: now }
    return now - rounds.first > LEASE_MS
  }

  async function endThoseWithoutPage(ids: readonly ChallengeId[]): Promise<void> {
    await Promise.all(ids.filter((id) => !pages.has(id)).map(end))
  }

  /** One that does not end, since it says goodbye or its row is broken, must not keep those behind it from their turn. */
  async function end(id: ChallengeId): Promise<void> {
    const isTold = putOff.has(id)
    let read: number | null = null
    try {
      // Decided on again as it was read, it was not saved because a page is there.
      const result = await transition(id, ({ challenge: { version } }) => {
        if (version === read) return null
        read = version
        return { type: 'page_left' }
      })
      if (result.type === 'changed') return void putOff.delete(id)
    } catch (err) {
      if (!isTold) log.error({ err: err as Error, challenge: id }, 'challenge without a page did not end')
    }
    putOff.set(id, clock.now() + LEASE_MS)
  }

  function leftAlone(): ChallengeId[] {
    const now = clock.now()
    // One whose time is over by a lease is listed no more.
    for (const [id, until] of putOff) if (until + LEASE_MS < now) putOff.delete(id)
    return [...putOff].filter(([, until]) => until > now).map(([id]) => id)
  }

  return {
    connected(record) {
      const { challenge, request } = record
      if (!request.requireWaiter || challenge.outcome) return () => {}
      const { id } = challenge
      const page = pages.get(id) ?? { open: 0, begins: record, isBeginning: false, hasFailed: false }
      pages.set(id, page)
      page.open++
      if (page.open === 1) tasks.add(arrive(id, page))
      let isThere = true
      return () => {
        if (!isThere) return
        isThere = false
        page.open--
        if (page.open === 0) pages.delete(id)
      }
    },

    async check() {
      if (pages.size > 0) await leases.renew([...pages.keys()])
      // The next renewal does not wait for them.
      for (const [id, page] of pages) if (page.begins && !page.isBeginning) tasks.add(begin(id, page))
      const gone = await leases.over(AT_ONCE, leftAlone())
      if (noteRound()) await endThoseWithoutPage(gone)
    },
  }
}
