// A call as the second proof of a sign-in. The session that names it ends with the sign-in, so that a call signs in once.

import { type Context, Hono } from 'hono'
import { parseNumber } from '../../domain/phone-number.ts'
import type { OperatorPhone, OperatorPhones } from '../../factors/operator-phones.ts'
import type { OperatorSession, OperatorStore } from '../../store/operators.ts'
import type { ConsoleEnv, StreamParts } from '../console-parts.ts'
import { fragmentStream } from '../fragment-stream.ts'
import type { OperatorCalls } from '../operator-calls.ts'
import type { OperatorSessions } from '../operator-sessions.ts'
import { callFragment, callPage, endSentence, refusalSentence } from '../pages/sign-in-call-pages.ts'
import { readForm } from '../read-form.ts'
import type { SecondFactors } from '../second-factors.ts'
import type { SignInAudit } from '../sign-in-audit.ts'

type Deps = StreamParts & {
  calls: OperatorCalls
  phones: OperatorPhones
  operators: Pick<OperatorStore, 'noteFailedCalls'>
  audit: SignInAudit
  sessions: OperatorSessions
  factorsOf(name: string): Promise<SecondFactors>
  /** What may be chosen now, and why the choice is there again. */
  choice(c: Context, factors: SecondFactors, error: string): Response | Promise<Response>
}

export function signInCallRoutes(deps: Deps): Hono<ConsoleEnv> {
  const { calls, phones, operators, audit, sessions, factorsOf, choice } = deps

  async function halfWay(c: Context): Promise<OperatorSession | null> {
    const session = await sessions.find(c)
    return session?.stage === 'password' ? session : null
  }

  async function call(c: Context, name: string, phone: OperatorPhone): Promise<Response> {
    const placed = await calls.place(name, phone)
    if ('refused' in placed) {
      await audit.callRefused(name, phone.maskedNumber, placed)
      return choice(c, await factorsOf(name), refusalSentence(placed))
    }
    if (!(await sessions.openCallStage(c, name, placed.challenge.id))) return c.redirect('sign-in', 303)
    return c.redirect('sign-in-call', 303)
  }

  /** A phone that is not proved yet counts only where nothing else does: otherwise the password alone would add one. */
  async function enter(c: Context, name: string, phone: OperatorPhone): Promise<Response> {
    const noted = audit.factorAdded(name, { factor: 'phone', number: phone.maskedNumber })
    if (phone.status === 'pending' && !(await phones.confirm(name, phone.id, true, noted)))
      return c.redirect('sign-in-code', 303)
    const isOpen = await sessions.openSignedIn(c, name, { type: 'phone', id: phone.id })
    return c.redirect(isOpen ? 'live' : 'sign-in', 303)
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
      const found = session && (await calls.of(session))
      return found ? c.html(callPage(calls.shown(found.record))) : c.redirect('sign-in-code', 303)
    })
    .get('/sign-in-call-events', async (c) => {
      const session = await halfWay(c)
      const found = session && (await calls.of(session))
      if (!session || !found) return c.redirect('sign-in-code', 303)
      c.set('isStillSignedIn', async () => (await halfWay(c))?.challengeId === session.challengeId)
      return fragmentStream(c, deps, async () => {
        const view = calls.shown(await calls.find(found.record))
        return { html: callFragment(view), isLast: view.code === null }
      })
    })
    .post('/sign-in-call', async (c) => {
      const session = await halfWay(c)
      const found = session && (await calls.of(session))
      if (!session || !found) return c.redirect('sign-in-code', 303)
      const { record, phone } = found
      const { outcome } = record.challenge
      if (outcome?.status === 'approved') return enter(c, session.name, phone)
      if (outcome === null && !record.expired) return c.redirect('sign-in-call', 303)
      if (!(await sessions.openCallStage(c, session.name, null))) return c.redirect('sign-in', 303)
      await operators.noteFailedCalls()
      return choice(c, await factorsOf(session.name), endSentence(record))
    })
    .post('/sign-in-call-cancel', async (c) => {
      const session = await halfWay(c)
      const found = session && (await calls.of(session))
      if (found) {
        await calls.cancel(found.record)
        await operators.noteFailedCalls()
      }
      return c.redirect('sign-in-code', 303)
    })
}
