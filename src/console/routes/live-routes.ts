import { Hono } from 'hono'
import type { ListQuery } from '../../store/challenge-search.ts'
import { type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { fragmentStream } from '../fragment-stream.ts'
import { type LiveChallenges, liveFragment, livePage } from '../pages/live-page.ts'
import { serviceNames } from '../service-names.ts'

const PENDING_SHOWN = 100
const ENDED_SHOWN = 15

const NEWEST: ListQuery = {
  serviceId: null,
  numberHashes: null,
  status: null,
  reason: null,
  scope: null,
  metadata: {},
  createdAfter: null,
  after: null,
  limit: PENDING_SHOWN,
}

export function liveRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const read = () => readLive(parts.store.challengeSearch)
  const names = () => serviceNames(parts.directory.all())
  return new Hono<ConsoleEnv>()
    .get('/live', async (c) => c.html(livePage(await read(), names(), frameOf(c, parts))))
    .get('/live-events', (c) =>
      fragmentStream(c, parts, async () => ({ html: liveFragment(await read(), names()), isLast: false })),
    )
}

async function readLive(search: ConsoleParts['store']['challengeSearch']): Promise<LiveChallenges> {
  const [pending, newest] = await Promise.all([search.list({ ...NEWEST, status: 'pending' }), search.list(NEWEST)])
  const ended = newest.records.filter(({ challenge, expired }) => challenge.outcome !== null || expired)
  return {
    pending: pending.records.filter(({ expired }) => !expired),
    ended: ended.slice(0, ENDED_SHOWN),
    isCut: pending.next !== null,
  }
}
