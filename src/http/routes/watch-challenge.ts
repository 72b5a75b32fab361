import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Challenges } from '../../challenges/challenges.ts'
import type { Logger } from '../../log/logger.ts'
import type { ChallengeRecord } from '../../store/types.ts'
import type { Clock } from '../../time/clock.ts'
import { DEADLINES } from '../../time/deadlines.ts'
import { challengeStream, hasSeenOutcome } from '../challenge-stream.ts'
import { challengeView, pageView } from '../challenge-view.ts'
import { APPROVED } from '../examples.ts'
import type { ChallengeAuth } from '../middleware/auth.ts'
import { type EnterWait, TOO_MANY_WAITS } from '../middleware/connection-limit.ts'
import { createOpenStreams } from '../open-streams.ts'
import { API_KEY_OR_PAGE_TOKEN, CHALLENGE_PROBLEMS, problemResponses } from '../openapi.ts'
import { problem } from '../problems.ts'
import { challengeParams } from '../request-schemas.ts'
import { eventStream } from '../server-sent-events.ts'

const route = createRoute({
  tags: ['Challenges'],
  operationId: 'watchChallenge',
  method: 'get',
  path: '/v1/challenges/{id}/events',
  summary: 'Follow a challenge',
  description:
    'Server-sent events: `event: challenge`, `id:` its version, `data:` the challenge. One comes at once and one after every change; the one that bears the outcome is the last. No event holds a `display_code`. Comments keep the line open; after a break, come back with `Last-Event-ID`.',
  security: API_KEY_OR_PAGE_TOKEN,
  request: {
    params: challengeParams,
    headers: z.object({
      'Last-Event-ID': z.string().optional().meta({ description: 'The `id` of the last event received.' }),
    }),
  },
  responses: {
    200: {
      description: 'The events.',
      content: {
        'text/event-stream': {
          schema: z.string(),
          example: `event: challenge\nid: 6\ndata: ${JSON.stringify(APPROVED)}\n\n`,
        },
      },
    },
    204: { description: 'The event that bears the outcome has been seen: do not come back.' },
    ...problemResponses(...CHALLENGE_PROBLEMS, 'rate_limited'),
  },
})

type Deps = {
  challenges: Challenges
  challengeAuth: ChallengeAuth
  enterWait: EnterWait
  stopping: AbortSignal
  clock: Clock
  log: Logger
}

export function watchChallengeRoute(
  app: OpenAPIHono,
  { challenges, challengeAuth, enterWait, stopping, clock, log }: Deps,
): void {
  const openStreams = createOpenStreams(clock, DEADLINES.streamKeepAlive, stopping)
  const viewOfPage = (record: ChallengeRecord) => pageView(record, challenges)
  app.openapi({ ...route, middleware: challengeAuth }, (c) => {
    const { record, byPage } = c.var
    const { id } = record.challenge
    if (hasSeenOutcome(record, c.req.valid('header')['Last-Event-ID'])) return c.body(null, 204)
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' })
    const leave = enterWait(byPage ? id : null, () => stream.stop())
    if (!leave) return problem(TOO_MANY_WAITS)
    const pageLeft = byPage ? challenges.pageConnected(record) : () => {}
    const stream = challengeStream({
      watch: (watcher) => challenges.watch(id, watcher),
      openStreams,
      view: byPage ? viewOfPage : challengeView,
      ended: () => {
        leave()
        pageLeft()
      },
      failed: (err) => log.error({ err, challenge: id }, 'event stream broke off'),
    })
    return eventStream(stream)
  })
}
