import { Hono } from 'hono'
import { actorOf, type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { fragmentStream } from '../fragment-stream.ts'
import {
  challengeFragment,
  challengePage,
  isOver,
  noSuchChallengePage,
  type ShownChallenge,
} from '../pages/challenge-page.ts'
import { readForm } from '../read-form.ts'
import { mayAct, operatorsOnly } from '../roles.ts'

const ID = /^chl_[\w-]{1,64}$/

export function challengeRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const read = async (id: string): Promise<ShownChallenge | null> => {
    const record = await parts.challenges.find(id)
    return record && { record, events: await parts.challenges.timeline(record) }
  }
  return new Hono<ConsoleEnv>()
    .get('/:id{chl_[\\w-]{1,64}}', async (c) => {
      const id = c.req.param('id')
      const shown = await read(id)
      if (shown !== null && c.var.signedIn.name !== null)
        await parts.auditLog.append({
          actor: actorOf(c),
          action: 'challenge.read',
          target: id,
          reason: null,
          detail: {},
        })
      return shown === null
        ? c.html(noSuchChallengePage(frameOf(c, parts)), 404)
        : c.html(challengePage(shown, mayAct(c), frameOf(c, parts)))
    })
    .post('/number', operatorsOnly(parts), async (c) => {
      const { id = '' } = await readForm(c)
      const shown = ID.test(id) ? await read(id) : null
      if (shown === null) return c.html(noSuchChallengePage(frameOf(c, parts)), 404)
      const { to } = shown.record.request
      // Written down first: a number that is shown and not noted could not be taken back.
      if (to !== null)
        await parts.auditLog.append({ actor: actorOf(c), action: 'number.shown', target: id, reason: null, detail: {} })
      return c.html(challengePage({ ...shown, number: to ?? 'removed' }, mayAct(c), frameOf(c, parts)))
    })
    .get('/challenge-events', async (c) => {
      const id = c.req.query('id') ?? ''
      const first = ID.test(id) ? await read(id) : null
      if (first === null) return c.notFound()
      return fragmentStream(c, parts, async () => {
        const shown = (await read(id)) ?? first
        return { html: challengeFragment(shown), isLast: isOver(shown.record) }
      })
    })
}
