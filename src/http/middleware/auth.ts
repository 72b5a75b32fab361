// Who is asking: an app with its API key, or a page with the token of its one challenge.

import { createMiddleware } from 'hono/factory'
import type { Challenges } from '../../challenges/challenges.ts'
import { keyHash } from '../../domain/one-time-codes.ts'
import type { ChallengeRecord, Service } from '../../store/types.ts'
import { problem } from '../problems.ts'

export type Services = { serviceByKey(keyHash: string): Promise<Service | null> }

/** Only an API key will do. A page token is none, so it is no better than a stranger here. */
export function serviceBearer(services: Services) {
  return createMiddleware<{ Variables: { service: Service } }>(async (c, next) => {
    const apiKey = bearer(c.req.raw.headers)
    const service = apiKey && (await services.serviceByKey(keyHash(apiKey)))
    if (!service) return unauthorized()
    c.set('service', service)
    await next()
  })
}

/**
 * The API key of the challenge's own service, or its own page token. To all others, and that includes other services
 * and the pages of other challenges, a challenge that exists looks like one that does not.
 */
export function challengeBearer(engine: Challenges, services: Services) {
  return createMiddleware<{ Variables: { stored: ChallengeRecord; byPage: boolean } }>(async (c, next) => {
    const token = bearer(c.req.raw.headers)
    const byPage = token?.startsWith('pgt_') ?? false
    const service = token && !byPage ? await services.serviceByKey(keyHash(token)) : null
    if (!token || (!byPage && !service)) return unauthorized()
    const id = c.req.param('id') ?? ''
    const stored = /^chl_[\w-]{1,64}$/.test(id) ? await engine.find(id) : null
    const theirs =
      stored && (byPage ? engine.secrets.isPageToken(stored, token) : stored.request.serviceId === service?.id)
    if (!theirs) return problem({ refused: 'not_found', detail: 'There is no such challenge.' })
    c.set('stored', stored)
    c.set('byPage', byPage)
    await next()
  })
}

function bearer(headers: Headers): string | null {
  return /^Bearer +([\x21-\x7e]+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null
}

function unauthorized(): Response {
  const detail = 'Send "Authorization: Bearer", then the API key, or the page token of this challenge.'
  return problem({ refused: 'unauthorized', detail }, { 'WWW-Authenticate': 'Bearer' })
}
