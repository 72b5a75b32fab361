// Who is signed in. The cookie holds a random id, and the database its hash: what stands there opens nothing.

import { createHash, randomBytes } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { SessionStage } from '../store/operator-schema.ts'
import type { OperatorSession, OperatorStore } from '../store/operators.ts'
import type { ConsoleEnv } from './console-parts.ts'

/** Bound to this host, to https and to no path (RFC 6265bis, 4.1.3.2). */
const COOKIE = 'answerback_console'
const OPTIONS = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax', prefix: 'host' } as const

export type OperatorSessions = {
  find(c: Context): Promise<OperatorSession | null>
  /** A new id at each stage, so that one planted earlier gains nothing (session fixation). */
  open(c: Context, name: string, stage: SessionStage): Promise<void>
  close(c: Context): Promise<void>
}

export function operatorSessionsOf(store: OperatorStore): OperatorSessions {
  const idOf = (c: Context) => getCookie(c, COOKIE, 'host')
  return {
    async find(c) {
      const id = idOf(c)
      return id ? store.session(hashOf(id)) : null
    },
    async open(c, name, stage) {
      const before = idOf(c)
      const id = randomBytes(24).toString('base64url')
      await store.openSession({ idHash: hashOf(id), name, stage, replaced: before ? hashOf(before) : null })
      setCookie(c, COOKIE, id, OPTIONS)
    },
    async close(c) {
      const id = idOf(c)
      if (id) await store.closeSession(hashOf(id))
      deleteCookie(c, COOKIE, OPTIONS)
    },
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}

/** Without a session a page leads to the sign-in. */
export function signedInOnly(sessions: Pick<OperatorSessions, 'find'>): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    const session = await sessions.find(c)
    if (session?.stage !== 'signed_in') return c.redirect('sign-in', 303)
    c.set('signedIn', { name: session.name, role: session.role })
    await next()
  }
}
