// Which challenges have a page connected, of those that require one. A page that connects begins the first delivery; when the
// last one of all instances has been gone for some seconds, what is ringing is hung up.

import type { ChallengeId } from '../domain/challenge.ts'
import type { Logger } from '../log/logger.ts'
import type { PageLeases } from '../store/page-leases.ts'
import type { ChallengeRecord } from '../store/types.ts'
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
  log: Logger
}

/** `begins`: its first delivery has not begun yet, as far as is known here. */
type Page = { open: number; begins: ChallengeRecord | null }

const AT_ONCE = 50

export function createPagePresence({ leases, beginFirstDelivery, transition, tasks, log }: Deps): PagePresence {
  const pages = new Map<ChallengeId, Page>()

  async function begin(page: Page): Promise<void> {
    if (page.begins && page.open > 0 && (await beginFirstDelivery(page.begins))) page.begins = null
  }

  /** What fails is tried again by the next check. */
  async function arrive(id: ChallengeId, page: Page): Promise<void> {
    try {
      await leases.renew([id])
      await begin(page)
    } catch (error) {
      log.error({ err: error as Error, challenge: id }, 'first delivery did not begin')
    }
  }

  async function endThoseWithoutPage(): Promise<void> {
    const gone = (await leases.over(AT_ONCE)).filter((id) => !pages.has(id))
    await Promise.all(gone.map((id) => transition(id, () => ({ type: 'page_left' }))))
  }

  return {
    connected(record) {
      const { challenge, request } = record
      if (!request.requireWaiter || challenge.outcome) return () => {}
      const { id } = challenge
      const page = pages.get(id) ?? { open: 0, begins: record }
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
      const connected = [...pages]
      if (connected.length > 0) {
        await leases.renew(connected.map(([id]) => id))
        for (const [, page] of connected) await begin(page)
      }
      await endThoseWithoutPage()
    },
  }
}
