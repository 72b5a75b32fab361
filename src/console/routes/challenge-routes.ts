import { type Context, Hono } from 'hono'
import { actorOf, type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { fragmentStream } from '../fragment-stream.ts'
import {
  type ChallengeParts,
  challengeFragment,
  challengePage,
  isOver,
  noSuchChallengePage,
} from '../pages/challenge-page.ts'
import { readForm } from '../read-form.ts'
import { mayAct, operatorsOnly } from '../roles.ts'
import { serviceNames } from '../service-names.ts'

const ID = /^chl_[\w-]{1,64}$/
const SEQUENCE = /^\d{1,9}$/
/** After either of them who reads on has been noted. */
const VIEWED = ['challenge.read', 'number.shown'] as const

export function challengeRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const read = async (id: string): Promise<ChallengeParts | null> => {
    const record = await parts.challenges.find(id)
    if (!record) return null
    const service = serviceNames(parts.directory.all()).of(record.request.serviceId)
    return { record, events: await parts.challenges.timeline(record), service }
  }
  const noted = (c: Context<ConsoleEnv>, target: string, action: (typeof VIEWED)[number] = 'challenge.read') =>
    parts.store.auditLog.append({ actor: actorOf(c), action, target, reason: null, detail: {} })
  const isNoted = (c: Context<ConsoleEnv>, target: string) => {
    const view = c.req.query('view') ?? ''
    return SEQUENCE.test(view)
      ? parts.store.auditLog.isRecent(Number(view), { actor: actorOf(c), target, actions: VIEWED })
      : false
  }
  return new Hono<ConsoleEnv>()
    .get('/:id{chl_[\\w-]{1,64}}', async (c) => {
      const id = c.req.param('id')
      const shown = await read(id)
      if (shown === null) return c.html(noSuchChallengePage(frameOf(c, parts)), 404)
      const view = c.var.signedIn.name === null ? null : await noted(c, id)
      return c.html(challengePage({ ...shown, view }, mayAct(c), frameOf(c, parts)))
    })
    .post('/number', operatorsOnly(parts), async (c) => {
      const { id = '' } = await readForm(c)
      const shown = ID.test(id) ? await read(id) : null
      if (shown === null) return c.html(noSuchChallengePage(frameOf(c, parts)), 404)
      const { to } = shown.record.request
      // Written down first: a number that is shown and not noted could not be taken back.
      const view = await noted(c, id, to === null ? 'challenge.read' : 'number.shown')
      return c.html(challengePage({ ...shown, number: to ?? 'removed', view }, mayAct(c), frameOf(c, parts)))
    })
    .get('/challenge-events', async (c) => {
      const id = c.req.query('id') ?? ''
      const first = ID.test(id) ? await read(id) : null
      if (first === null) return c.notFound()
      // The page that follows it was noted, and a browser that comes back has the same address.
      if (c.var.signedIn.name !== null && !(await isNoted(c, id))) await noted(c, id)
      return fragmentStream(c, parts, async () => {
        const shown = (await read(id)) ?? first
        return { html: challengeFragment(shown), isLast: isOver(shown.record) }
      })
    })
}
