// Who is signed in. The cookie holds a random id, and the database its hash: what stands there opens nothing.

import { createHash, randomBytes } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { ChallengeId } from '../domain/challenge.ts'
import type { OperatorAccount, OperatorSession, OperatorStore } from '../store/operators.ts'
import type { ConsoleEnv } from './console-parts.ts'

/** Bound to this host, to https and to no path (RFC 6265bis, 4.1.3.2). */
const COOKIE = 'answerback_console'
const OPTIONS = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax', prefix: 'host' } as const

export type OperatorSessions = {
  find(c: Context): Promise<OperatorSession | null>
  /** `false`: the account has another password by now. */
  openPasswordStage(c: Context, account: OperatorAccount): Promise<boolean>
  /** With the call that is to be the second proof; `null`: without one again. `false`: the session before has ended. */
  openCallStage(c: Context, name: string, challengeId: ChallengeId | null): Promise<boolean>
  /** Notes the sign-in. `false`: the session before has ended, or the factor no longer counts. */
  openSignedIn(c: Context, name: string, factor: { type: 'totp' | 'phone'; id: string }): Promise<boolean>
  /** Of who is signed in: the call that is to prove a phone; `null`: none any more. */
  setCall(c: Context, challengeId: ChallengeId | null): Promise<void>
  /** The hash of its id. */
  current(c: Context): string | null
  close(c: Context): Promise<void>
}

export function operatorSessionsOf(store: OperatorStore): OperatorSessions {
  const idOf = (c: Context) => getCookie(c, COOKIE, 'host')

  /** A new id at each stage, so that one planted earlier gains nothing (session fixation). */
  async function open(
    c: Context,
    insert: (ids: { idHash: string; replaced: string | null }) => Promise<boolean>,
  ): Promise<boolean> {
    const before = idOf(c)
    const id = randomBytes(24).toString('base64url')
    const isOpen = await insert({ idHash: hashOf(id), replaced: before ? hashOf(before) : null })
    if (isOpen) setCookie(c, COOKIE, id, OPTIONS)
    return isOpen
  }

  return {
    async find(c) {
      const id = idOf(c)
      return id ? store.session(hashOf(id)) : null
    },
    openPasswordStage: (c, { name, passwordHash }) =>
      open(c, (ids) => store.openPasswordSession({ ...ids, name, passwordHash })),
    openCallStage: (c, name, challengeId) => open(c, (ids) => store.openCallSession({ ...ids, name, challengeId })),
    openSignedIn: (c, name, factor) =>
      open(c, (ids) =>
        store.openSignedInSession(
          { ...ids, name, factorId: factor.id },
          {
            actor: `operator:${name}`,
            action: 'operator.signed_in',
            target: name,
            reason: null,
            detail: { factor: factor.type },
          },
        ),
      ),
    async setCall(c, challengeId) {
      const id = idOf(c)
      if (id) await store.setCall(hashOf(id), challengeId)
    },
    current(c) {
      const id = idOf(c)
      return id ? hashOf(id) : null
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
    c.set('isStillSignedIn', async () => (await sessions.find(c))?.stage === 'signed_in')
    await next()
  }
}
