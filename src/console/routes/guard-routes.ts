import { Hono } from 'hono'
import { numberOrPrefix } from '../../guard/commands.ts'
import { liftTrip } from '../../guard/lift-trip.ts'
import type { NumberOrPrefix, Numbers } from '../../guard/numbers.ts'
import type { By } from '../../store/audit-log.ts'
import { FIRST_SERVICE } from '../../store/services.ts'
import { actorOf, type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { ACTS, type Act, DONE, type GuardErrors, type GuardForm, guardPage } from '../pages/guard-page.ts'
import { readForm } from '../read-form.ts'
import { mayAct, operatorsOnly } from '../roles.ts'
import { serviceNames } from '../service-names.ts'

const SHOWN = 200
const TRIPS_SHOWN = 50
const DECISIONS_SHOWN = 30

/** As a rule names what it stands against. */
const TRIP_KEY = /^(all|(prefix|region|service|carrier):[\w+:-]{1,80})$/

export function guardRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const { numbers } = parts
  const { guardTrips } = parts.store
  const rulesShown = async () => {
    const [rules, trips, decisions] = await Promise.all([
      numbers.rules(SHOWN),
      guardTrips.list(TRIPS_SHOWN),
      guardTrips.decisions({}, DECISIONS_SHOWN),
    ])
    return {
      rules,
      traffic: { trips, isCut: trips.length === TRIPS_SHOWN, decisions },
      isCut: rules.length === SHOWN,
      names: serviceNames(parts.directory.all()),
    }
  }
  return new Hono<ConsoleEnv>()
    .get('/guard', async (c) => {
      const done = c.req.query('done') ?? ''
      return c.html(
        guardPage({
          ...(await rulesShown()),
          form: {},
          errors: {},
          done: Object.hasOwn(DONE, done) ? DONE[done as keyof typeof DONE] : null,
          mayAct: mayAct(c),
          frame: frameOf(c, parts),
        }),
      )
    })
    .post('/guard', operatorsOnly(parts), async (c) => {
      const form: GuardForm = await readForm(c)
      const read = readRule(form)
      if ('errors' in read) {
        const shown = { ...(await rulesShown()), form, errors: read.errors, done: null, mayAct: true }
        return c.html(guardPage({ ...shown, frame: frameOf(c, parts) }), 422)
      }
      const isDone = await carryOut(numbers, read.act, read.what, { actor: actorOf(c), reason: read.reason })
      return c.redirect(`guard?done=${isDone ? read.act : 'nothing'}`, 303)
    })
    .post('/guard-lift', operatorsOnly(parts), async (c) => {
      const { key = '', reason = '' } = await readForm(c)
      const by = { actor: actorOf(c), reason: reason.trim() }
      if (by.reason === '') return c.redirect('guard?done=no_reason', 303)
      if (!TRIP_KEY.test(key)) return c.redirect('guard?done=nothing', 303)
      const isLifted = await liftTrip(guardTrips, key, parts.endpoints.has(FIRST_SERVICE), by)
      return c.redirect(`guard?done=${isLifted ? 'lift' : 'nothing'}`, 303)
    })
}

function readRule({ number = '', act = '', reason = '' }: GuardForm) {
  const errors: GuardErrors = {}
  const isAct = Object.hasOwn(ACTS, act)
  if (!isAct) errors.act = 'There is no such act.'
  if (reason.trim() === '') errors.reason = 'Say why: it stands in the audit log.'
  const what = readTarget(number)
  if (typeof what === 'string') errors.number = what
  else if ('prefix' in what && isAct && !['block', 'allow', 'unlist'].includes(act))
    errors.number = 'Name one whole number for this.'
  if (Object.keys(errors).length > 0 || typeof what === 'string') return { errors }
  return { act: act as Act, what, reason: reason.trim() }
}

function readTarget(text: string): NumberOrPrefix | string {
  try {
    return numberOrPrefix(text)
  } catch (error) {
    return (error as Error).message
  }
}

/** Whether there was anything to change. */
async function carryOut(numbers: Numbers, act: Act, what: NumberOrPrefix, by: By): Promise<boolean> {
  if (act === 'unlist') return numbers.unlist(what, by)
  if (act === 'block' || act === 'allow') await numbers.listAs(act, what, by)
  if ('number' in what) {
    if (act === 'unblock') return numbers.unblock(what.number, null, by)
    if (act === 'opt-in') return numbers.optIn(what.number, by)
    if (act === 'opt-out') await numbers.optOut(what.number, null, by)
  }
  return true
}
