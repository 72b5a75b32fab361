// What the server keeps for each browser, in memory. The cookie holds a random id and nothing else.

import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Challenge, ChallengeRequest, CreatedChallenge } from '../client/client.ts'
import type { Transfer } from './transfers.ts'
import type { PasswordHash } from './users.ts'

/** What is done once the phone is proved. Its scope is the challenge's. */
export type ProtectedAction =
  | { scope: 'login'; user: string }
  | { scope: 'signup'; user: string; password: PasswordHash }
  | { scope: 'transfer'; transfer: Transfer }

/** An action that waits for its challenge, which belongs to this session and to no other. */
export type PendingVerification = { action: ProtectedAction; request: ChallengeRequest; challenge: CreatedChallenge }

export type Account = { user: string; number: string; proof: Challenge; transfers: Transfer[] }

export type Session = {
  account: Account | null
  pending: PendingVerification | null
  notice: string | null
  usedAt: number
}

const COOKIE = 'saltmarsh_session'
const IDLE_MS = 30 * 60_000
const MAX_SESSIONS = 10_000

export class Sessions {
  readonly #path: string
  readonly #now: () => number
  readonly #sessions = new Map<string, Session>()

  constructor(path: string, now: () => number = Date.now) {
    this.#path = path
    this.#now = now
  }

  find(c: Context): Session | null {
    const id = getCookie(c, COOKIE)
    const session = id ? this.#sessions.get(id) : undefined
    if (!session || this.#now() - session.usedAt > IDLE_MS) return null
    session.usedAt = this.#now()
    return session
  }

  open(c: Context): Session {
    const oldest = this.#sessions.keys().next()
    if (this.#sessions.size >= MAX_SESSIONS && !oldest.done) this.#sessions.delete(oldest.value)
    const session = { account: null, pending: null, notice: null, usedAt: this.#now() }
    this.#setCookie(c, session)
    return session
  }

  /** A new id whenever the session gains rights, so that an id planted earlier gains none (session fixation). */
  renewId(c: Context, session: Session): void {
    this.close(c)
    this.#setCookie(c, session)
  }

  close(c: Context): void {
    const id = getCookie(c, COOKIE)
    if (id) this.#sessions.delete(id)
    deleteCookie(c, COOKIE, { path: this.#path })
  }

  #setCookie(c: Context, session: Session): void {
    const id = randomBytes(24).toString('base64url')
    this.#sessions.set(id, session)
    const secure = new URL(c.req.url).protocol === 'https:'
    setCookie(c, COOKIE, id, { path: this.#path, httpOnly: true, sameSite: 'Lax', secure })
  }
}
