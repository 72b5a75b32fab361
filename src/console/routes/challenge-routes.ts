import { Hono } from 'hono'
import { type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { fragmentStream } from '../fragment-stream.ts'
import {
  challengeFragment,
  challengePage,
  isOver,
  noSuchChallengePage,
  type ShownChallenge,
} from '../pages/challenge-page.ts'

const ID = /^chl_[\w-]{1,64}$/

export function challengeRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const read = async (id: string): Promise<ShownChallenge | null> => {
    const record = await parts.challenges.find(id)
    return record && { record, events: await parts.challenges.timeline(record) }
  }
  return new Hono<ConsoleEnv>()
    .get('/:id{chl_[\\w-]{1,64}}', async (c) => {
      const shown = await read(c.req.param('id'))
      return shown === null
        ? c.html(noSuchChallengePage(frameOf(c, parts)), 404)
        : c.html(challengePage(shown, frameOf(c, parts)))
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
