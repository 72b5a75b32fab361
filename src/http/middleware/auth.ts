// Bearer tokens: an app sends its API key, a page the token of its one challenge.

import { createMiddleware } from 'hono/factory'
import type { Challenges } from '../../challenges/challenges.ts'
import { beforeSaveDeadline } from '../../challenges/save-deadline.ts'
import { keyHash } from '../../domain/one-time-codes.ts'
import type { ChallengeRecord, Service } from '../../store/types.ts'
import type { Clock } from '../../time/clock.ts'
import { type ProblemResponse, problem } from '../problems.ts'
import type { Arrival } from './arrival.ts'

export type Services = { serviceByKey(keyHash: string): Promise<Service | null> }

/** An API key only: a page token gets 401 like any other text. */
export function serviceAuth(services: Services, clock: Clock) {
  return createMiddleware<Arrival & { Variables: { service: Service } }>(async (c, next) => {
    const apiKey = bearer(c.req.raw.headers)
    if (!apiKey) return unauthorized()
    const service = await beforeSaveDeadline(clock, c.var.arrivedAt, () => services.serviceByKey(keyHash(apiKey)))
    if (!service) return unauthorized()
    c.set('service', service)
    await next()
  })
}

export type ServiceAuth = ReturnType<typeof serviceAuth>

/**
 * The API key of the challenge's own service, or its own page token. Any other service or page gets 404, whether or not
 * the challenge exists.
 */
export function challengeAuth(challenges: Challenges, services: Services, clock: Clock) {
  return createMiddleware<Arrival & { Variables: { record: ChallengeRecord; byPage: boolean } }>(async (c, next) => {
    const inTime = <T>(work: () => Promise<T>) => beforeSaveDeadline(clock, c.var.arrivedAt, work)
    const token = bearer(c.req.raw.headers)
    const byPage = token?.startsWith('pgt_') ?? false
    const service = token && !byPage ? await inTime(() => services.serviceByKey(keyHash(token))) : null
    if (!token || (!byPage && !service)) return unauthorized()
    const id = c.req.param('id') ?? ''
    const record = /^chl_[\w-]{1,64}$/.test(id) ? await inTime(() => challenges.find(id)) : null
    const mayAccess =
      record && (byPage ? challenges.secrets.isPageToken(record, token) : record.request.serviceId === service?.id)
    if (!mayAccess) return problem({ refused: 'not_found', detail: 'There is no such challenge.' })
    c.set('record', record)
    c.set('byPage', byPage)
    await next()
  })
}

export type ChallengeAuth = ReturnType<typeof challengeAuth>

export function bearer(headers: Headers): string | null {
  return /^Bearer +([\x21-\x7e]+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null
}

export function unauthorized(): ProblemResponse {
  const detail = 'Send "Authorization: Bearer", then the API key, or the page token of this challenge.'
  return problem({ refused: 'unauthorized', detail }, { 'WWW-Authenticate': 'Bearer' })
}
