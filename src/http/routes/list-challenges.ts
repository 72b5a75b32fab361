import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Challenges } from '../../challenges/challenges.ts'
import { challengeList } from '../challenge-schemas.ts'
import { challengeView } from '../challenge-view.ts'
import { APPROVED } from '../examples.ts'
import { cursorOf, listFilter, listQuery, METADATA_PARAMETER } from '../list-query.ts'
import type { ServiceAuth } from '../middleware/auth.ts'
import { API_KEY, problemResponses } from '../openapi.ts'
import { invalid, isRefused, problem } from '../problems.ts'

const route = createRoute({
  tags: ['Challenges'],
  operationId: 'listChallenges',
  method: 'get',
  path: '/v1/challenges',
  summary: 'Find past and present challenges, newest first',
  description:
    'Of the service whose API key it is; a page token gets 401. Every filter that is given must fit. Go on with `next_cursor` until it is `null`: challenges that are created meanwhile change nothing in what follows. A filter that few fit may give a page with fewer challenges than `limit`, or none, and a `next_cursor` all the same, since only so many are looked at for one answer: `to` and `created_after` keep them few. A number is found under every listed `SECRET`, also when retention has removed it from the challenge; its details and metadata are not.',
  security: API_KEY,
  parameters: [METADATA_PARAMETER],
  request: { query: listQuery },
  responses: {
    200: {
      description: 'A page.',
      content: {
        'application/json': { schema: challengeList, example: { challenges: [APPROVED], next_cursor: null } },
      },
    },
    ...problemResponses('unauthorized', 'invalid', 'database_unavailable'),
  },
})

type Deps = { challenges: Challenges; serviceAuth: ServiceAuth }

export function listChallengesRoute(app: OpenAPIHono, { challenges, serviceAuth }: Deps): void {
  app.openapi({ ...route, middleware: [serviceAuth] as const }, async (c) => {
    // What the query is parsed into can't hold a field of that name.
    if (new URL(c.req.url).searchParams.has('__proto__')) return problem(invalid('__proto__', 'is no field'))
    const filter = listFilter(c.var.service.id, c.req.valid('query'))
    if (isRefused(filter)) return problem(filter)
    const { records, next } = await challenges.list(filter)
    return c.json({ challenges: records.map(challengeView), next_cursor: next && cursorOf(next) }, 200)
  })
}
