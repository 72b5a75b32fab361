// Bearer tokens: an app sends its API key, a page the token of its one challenge.

import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Challenges } from '../../challenges/challenges.ts'
import { beforeSaveDeadline } from '../../challenges/save-deadline.ts'
import { keyHash } from '../../domain/one-time-codes.ts'
import type { ServiceDirectory } from '../../services/service-directory.ts'
import type { Scope } from '../../store/service-schema.ts'
import type { ChallengeRecord, Service } from '../../store/types.ts'
import type { Clock } from '../../time/clock.ts'
import { type ProblemResponse, problem } from '../problems.ts'
import type { Arrival } from './arrival.ts'

export type Services = Pick<ServiceDirectory, 'holderOf'>

/** `actor`: who asks, as the audit log names them. */
type ServiceVariables = { Variables: { service: Service; actor: string } }

/** An API key only: a page token gets 401 like any other text. */
export function serviceAuth(services: Services, clock: Clock) {
  return createMiddleware<Arrival & ServiceVariables>(async (c, next) => {
    const apiKey = bearer(c.req.raw.headers)
    if (!apiKey) return unauthorized()
    const holder = await beforeSaveDeadline(clock, c.get('arrivedAt'), () => services.holderOf(keyHash(apiKey)))
    if (!holder) return unauthorized()
    if (!holder.service || !holder.scopes.includes(scopeOf(c))) return missingScope(scopeOf(c))
    c.set('service', holder.service)
    c.set('actor', holder.actor)
    await next()
  })
}

/** Keys of the installation only, and never from a page: what a browser holds is there for the page's every script. */
export function adminAuth(services: Services, clock: Clock) {
  return createMiddleware<Arrival & { Variables: { actor: string } }>(async (c, next) => {
    if (c.req.raw.headers.has('origin'))
      return problem({ refused: 'forbidden', detail: 'This request comes from a page. An admin key is for servers.' })
    const apiKey = bearer(c.req.raw.headers)
    if (!apiKey) return unauthorized()
    const holder = await beforeSaveDeadline(clock, c.var.arrivedAt, () => services.holderOf(keyHash(apiKey)))
    if (!holder) return unauthorized()
    if (!holder.scopes.includes('admin')) return missingScope('admin')
    c.set('actor', holder.actor)
    await next()
  })
}

export type AdminAuth = ReturnType<typeof adminAuth>

/** What only reads needs no more. */
function scopeOf(c: Context): Scope {
  return c.req.method === 'GET' || c.req.method === 'HEAD' ? 'read' : 'create'
}

function missingScope(scope: Scope): ProblemResponse {
  return problem({ refused: 'forbidden', detail: `This needs an API key with the scope "${scope}".` })
}

export type ServiceAuth = ReturnType<typeof serviceAuth>

/**
 * The API key of the challenge's own service, or its own page token. Any other service or page gets 404, whether or not
 * the challenge exists.
 */
export function challengeAuth(challenges: Challenges, services: Services, clock: Clock) {
  return createMiddleware<Arrival & { Variables: { record: ChallengeRecord; byPage: boolean } }>(async (c, next) => {
    const inTime = <T>(work: () => Promise<T>) => beforeSaveDeadline(clock, c.get('arrivedAt'), work)
    const token = bearer(c.req.raw.headers)
    const byPage = token?.startsWith('pgt_') ?? false
    const holder = token && !byPage ? await inTime(() => services.holderOf(keyHash(token))) : null
    if (!token || (!byPage && !holder)) return unauthorized()
    if (holder && !holder.scopes.includes(scopeOf(c))) return missingScope(scopeOf(c))
    const id = c.req.param('id') ?? ''
    const record = /^chl_[\w-]{1,64}$/.test(id) ? await inTime(() => challenges.find(id)) : null
    const mayAccess =
      record &&
      (byPage ? challenges.secrets.isPageToken(record, token) : record.request.serviceId === holder?.service?.id)
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
