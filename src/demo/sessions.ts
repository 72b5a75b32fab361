// What the server keeps for each browser, in memory. The cookie holds a random id and nothing else.

import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { CookieOptions } from 'hono/utils/cookie'
import type { Challenge, ChallengeRequest, CreatedChallenge } from '../client/client.ts'
import type { ProtectedAction } from './actions.ts'
import type { Form, FormError } from './forms.ts'
import type { User } from './users.ts'

/** An action that waits for its challenge, which belongs to this session and to no other. */
export type PendingVerification = { action: ProtectedAction; request: ChallengeRequest; challenge: CreatedChallenge }

/** What let the person in: a challenge, or a code of a factor. */
export type Proof = Challenge | 'totp' | 'recovery_codes'

export type Account = { user: User; proof: Proof }

/** The pages with a form: after an error the browser is sent back to one by a redirect, so that a reload posts nothing. */
export type FormPath = '' | '/register' | '/second-factor' | '/account' | '/security' | '/authenticator'
export type FailedForm = { path: FormPath; form: Form; error: FormError }

/** The stages can't be skipped: a password gives `passwordOk`, a second proof `account`, a fresh one `steppedUpUntil`. */
export type Session = {
  passwordOk: User | null
  account: Account | null
  /** Until then numbers and factors may be changed. */
  steppedUpUntil: number
  /** An authenticator app that is being set up: its secret is shown to this session alone. */
  pendingFactor: { id: string; secret: string; qrSvg: string } | null
  /** Recovery codes that were drawn and are to be shown. */
  newCodes: readonly string[] | null
  pending: PendingVerification | null
  notice: string | null
  failedForm: FailedForm | null
  usedAt: number
}

export type SignedIn = { session: Session; user: User }

const STEP_UP_MS = 5 * 60_000
const COOKIE = 'saltmarsh_session'
const VISITOR_COOKIE = 'saltmarsh_visitor'
const IDLE_MS = 30 * 60_000
const RENEWED_MS = 60_000
const MAX_SESSIONS = 10_000

export class Sessions {
  readonly #path: string
  readonly #now: () => number
  readonly #sessions = new Map<string, Session>()
  /** Ids that were replaced, and when. */
  readonly #renewed = new Map<string, number>()

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

  /** Of a visitor who is signed in. */
  findSignedIn(c: Context): SignedIn | null {
    const session = this.find(c)
    const user = session?.account?.user
    return session && user ? { session, user } : null
  }

  findOrOpen(c: Context): Session {
    const found = this.find(c)
    if (found) return found
    this.#makeRoom()
    const session: Session = {
      ...{ passwordOk: null, account: null, steppedUpUntil: 0, pendingFactor: null, newCodes: null },
      ...{ pending: null, notice: null, failedForm: null, usedAt: this.#now() },
    }
    this.#setCookie(c, session)
    return session
  }

  /** A new id whenever the session gains rights, so that an id planted earlier gains none (session fixation). */
  renewId(c: Context, session: Session): void {
    const old = getCookie(c, COOKIE)
    this.close(c)
    this.#setCookie(c, session)
    for (const [id, at] of this.#renewed) if (this.#now() - at > RENEWED_MS) this.#renewed.delete(id)
    if (old) this.#renewed.set(old, this.#now())
  }

  /** Two tabs that post at once both carry the old id: the second one is told to ask again with the new one. */
  wasRenewed(c: Context): boolean {
    const at = this.#renewed.get(getCookie(c, COOKIE) ?? '')
    return at !== undefined && this.#now() - at <= RENEWED_MS
  }

  /** Names a browser beyond its sessions, so that what it set up as the first customer is there after signing out. */
  visitor(c: Context): string {
    const known = getCookie(c, VISITOR_COOKIE)
    if (known) return known
    const id = randomBytes(24).toString('base64url')
    setCookie(c, VISITOR_COOKIE, id, { ...this.#cookieOptions(c), maxAge: 86_400 })
    return id
  }

  close(c: Context): void {
    const id = getCookie(c, COOKIE)
    if (id) this.#sessions.delete(id)
    deleteCookie(c, COOKIE, { path: this.#path })
  }

  /** A stranger's failed forms open sessions too, so those without an account or a challenge go first. */
  #makeRoom(): void {
    if (this.#sessions.size < MAX_SESSIONS) return
    const ids = [...this.#sessions.keys()]
    const isUnused = ({ account, passwordOk, pending }: Session) => !account && !passwordOk && !pending
    const unused = ids.find((id) => isUnused(this.#sessions.get(id)!))
    this.#sessions.delete(unused ?? ids[0]!)
  }

  #setCookie(c: Context, session: Session): void {
    const id = randomBytes(24).toString('base64url')
    this.#sessions.set(id, session)
    setCookie(c, COOKIE, id, this.#cookieOptions(c))
  }

  #cookieOptions(c: Context): CookieOptions {
    const secure = new URL(c.req.url).protocol === 'https:'
    return { path: this.#path, httpOnly: true, sameSite: 'Lax', secure }
  }
}

/** Whether there is a challenge to go back to, as far as is known without asking. */
export function hasRunningChallenge(session: Session | null, now = Date.now()): boolean {
  const challenge = session?.pending?.challenge
  return challenge?.status === 'pending' && Date.parse(challenge.expires_at) > now
}

/** After a fresh proof. */
export function stepUp(session: Session): void {
  session.steppedUpUntil = Date.now() + STEP_UP_MS
}

export function isSteppedUp({ steppedUpUntil }: Session): boolean {
  return steppedUpUntil > Date.now()
}

/** A notice is shown once. */
export function takeNotice(session: Session): string | null {
  const { notice } = session
  session.notice = null
  return notice
}

/** So is a form that failed, on its own page. */
export function takeFailedForm(session: Session | null, path: FormPath): { form: Form; error: FormError } | null {
  if (session?.failedForm?.path !== path) return null
  const { form, error } = session.failedForm
  session.failedForm = null
  return { form, error }
}
