// A call as the second proof of a sign-in: the page shows a code, and the phone asks for it. The session names the call, so
// that no request can name another one; it ends with the sign-in, so that a call signs in once.

import { type Context, Hono } from 'hono'
import type { Challenges } from '../../challenges/challenges.ts'
import { parseNumber } from '../../domain/phone-number.ts'
import type { OperatorPhone, OperatorPhones } from '../../factors/operator-phones.ts'
import type { AuditLog } from '../../store/audit-log.ts'
import { CONSOLE_SERVICE } from '../../store/operator-schema.ts'
import type { OperatorSession } from '../../store/operators.ts'
import type { ChallengeRecord } from '../../store/types.ts'
import type { ConsoleEnv, StreamParts } from '../console-parts.ts'
import { fragmentStream } from '../fragment-stream.ts'
import type { OperatorSessions } from '../operator-sessions.ts'
import { callFragment, callPage, endSentence, refusalSentence, type ShownCall } from '../pages/sign-in-call-pages.ts'
import { readForm } from '../read-form.ts'
import type { SecondFactors } from '../second-factors.ts'

export type SignInCallParts = StreamParts & {
  challenges: Pick<Challenges, 'create' | 'find' | 'cancel' | 'secrets'>
  phones: OperatorPhones
  auditLog: Pick<AuditLog, 'append'>
  serviceName: string
}

type Deps = SignInCallParts & {
  sessions: OperatorSessions
  factorsOf(name: string): Promise<SecondFactors>
  /** What may be chosen now, and why the choice is there again. */
  choice(c: Context, factors: SecondFactors, error: string): Response | Promise<Response>
}

/** What the operator is called with: a code of six digits, good for five minutes. */
const TERMS = {
  flow: 'keypad_code',
  channel: 'call',
  scope: 'login',
  locale: null,
  details: null,
  message: null,
  codeLength: 6,
  sharedPhrase: true,
  requireWaiter: false,
  initiatedBy: 'person',
  expiresIn: 300,
  from: null,
  carrier: null,
  fallback: [],
  extension: null,
  clientIp: null,
  session: null,
} as const

export function signInCallRoutes(deps: Deps): Hono<ConsoleEnv> {
  const { challenges, phones, auditLog, serviceName, sessions, factorsOf, choice, clock } = deps

  async function halfWay(c: Context): Promise<OperatorSession | null> {
    const session = await sessions.find(c)
    return session?.stage === 'password' ? session : null
  }

  /** The call that the session names, if it is one of the console to a phone of this operator. */
  async function callOf({ name, challengeId }: OperatorSession) {
    const record = challengeId && (await challenges.find(challengeId))
    if (!record || record.request.serviceId !== CONSOLE_SERVICE) return null
    const { operator, factor } = record.request.metadata
    const phone = (await phones.list(name)).find(({ id }) => id === factor)
    return operator === name && phone ? { record, phone } : null
  }

  async function call(c: Context, name: string, phone: OperatorPhone): Promise<Response> {
    const wanted = {
      ...TERMS,
      fallback: [],
      to: phone.number,
      metadata: { operator: name, factor: phone.id },
      account: name,
    }
    const service = { id: CONSOLE_SERVICE, name: serviceName }
    const created = await challenges.create(service, wanted, null, clock.now())
    if ('refused' in created) return choice(c, await factorsOf(name), refusalSentence(created))
    if (!(await sessions.openCallStage(c, name, created.challenge.id))) return c.redirect('sign-in', 303)
    return c.redirect('sign-in-call', 303)
  }

  function shown(record: ChallengeRecord): ShownCall {
    const isOver = record.challenge.outcome !== null || record.expired
    return {
      record,
      code: isOver ? null : challenges.secrets.code(record),
      phrase: isOver ? null : challenges.secrets.sharedPhrase(record),
    }
  }

  const note = (
    name: string,
    action: 'operator.factor_added' | 'operator.call_failed',
    detail: Record<string, string>,
  ) => auditLog.append({ actor: `operator:${name}`, action, target: name, reason: null, detail })

  /** A phone that is not proved yet counts only where nothing else does: otherwise the password alone would add one. */
  async function enter(c: Context, name: string, phone: OperatorPhone): Promise<Response> {
    const isNew = phone.status === 'pending'
    if (isNew && (await factorsOf(name)).isEnrolled) return c.redirect('sign-in-code', 303)
    if (!(await phones.prove(phone.id))) return c.redirect('sign-in', 303)
    if (isNew) await note(name, 'operator.factor_added', { factor: 'phone', number: phone.maskedNumber })
    return c.redirect((await sessions.openSignedIn(c, name, 'phone')) ? 'live' : 'sign-in', 303)
  }

  return new Hono<ConsoleEnv>()
    .post('/phone', async (c) => {
      const session = await halfWay(c)
      const factors = session && (await factorsOf(session.name))
      if (!session || !factors || factors.isEnrolled) return c.redirect('sign-in-code', 303)
      const number = parseNumber((await readForm(c)).number ?? '', null, '*')
      if (!number.ok) return choice(c, factors, number.message)
      return call(c, session.name, await phones.propose(session.name, number.number))
    })
    .post('/call', async (c) => {
      const session = await halfWay(c)
      const phone = session && (await factorsOf(session.name)).phone
      return session && phone ? call(c, session.name, phone) : c.redirect('sign-in-code', 303)
    })
    .get('/sign-in-call', async (c) => {
      const session = await halfWay(c)
      const found = session && (await callOf(session))
      return found ? c.html(callPage(shown(found.record))) : c.redirect('sign-in-code', 303)
    })
    .get('/sign-in-call-events', async (c) => {
      const session = await halfWay(c)
      const found = session && (await callOf(session))
      if (!session || !found) return c.redirect('sign-in-code', 303)
      c.set('isStillSignedIn', async () => (await halfWay(c))?.challengeId === session.challengeId)
      return fragmentStream(c, deps, async () => {
        const view = shown((await challenges.find(found.record.challenge.id)) ?? found.record)
        return { html: callFragment(view), isLast: view.code === null }
      })
    })
    .post('/sign-in-call', async (c) => {
      const session = await halfWay(c)
      const found = session && (await callOf(session))
      if (!session || !found) return c.redirect('sign-in-code', 303)
      const { record, phone } = found
      const { outcome } = record.challenge
      if (outcome?.status === 'approved') return enter(c, session.name, phone)
      if (outcome === null && !record.expired) return c.redirect('sign-in-call', 303)
      if (!(await sessions.openCallStage(c, session.name, null))) return c.redirect('sign-in', 303)
      const reason = outcome?.reason ?? 'expired'
      await note(session.name, 'operator.call_failed', { challenge: record.challenge.id, reason })
      return choice(c, await factorsOf(session.name), endSentence(record))
    })
    .post('/sign-in-call-cancel', async (c) => {
      const session = await halfWay(c)
      const found = session && (await callOf(session))
      // Counted as what a page cancels: who knows only the password may not ring a phone for as long as they like.
      if (found && !found.record.challenge.outcome)
        await challenges.cancel(found.record.challenge.id, 'page', clock.now())
      return c.redirect('sign-in-code', 303)
    })
}
