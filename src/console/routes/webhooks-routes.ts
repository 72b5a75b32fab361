import { Hono } from 'hono'
import { sentAgain } from '../../webhooks/commands.ts'
import { actorOf, type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { webhooksPage } from '../pages/webhooks-page.ts'
import { readForm } from '../read-form.ts'
import { mayAct, operatorsOnly } from '../roles.ts'
import { serviceNames } from '../service-names.ts'

const SHOWN = 100
const DONE: Record<string, string> = {
  again: 'Done: due again, and sent within seconds.',
  nothing: 'Nothing was sent again: it has been delivered meanwhile, or is due soon.',
}

export function webhooksRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const { outbox } = parts.store
  return new Hono<ConsoleEnv>()
    .get('/webhooks', async (c) => {
      const [failed, oldestAge] = await Promise.all([outbox.listFailed(SHOWN), outbox.oldestAge()])
      const done = c.req.query('done') ?? ''
      return c.html(
        webhooksPage({
          failed,
          isCut: failed.length === SHOWN,
          isPushing: parts.endpoints.any(),
          oldestAge,
          done: Object.hasOwn(DONE, done) ? DONE[done]! : null,
          mayAct: mayAct(c),
          names: serviceNames(parts.directory.all()),
          frame: frameOf(c, parts),
        }),
      )
    })
    .post('/webhooks', operatorsOnly(parts), async (c) => {
      const { message = '' } = await readForm(c)
      if (message !== 'all' && !/^msg_[\w-]{1,64}$/.test(message)) return c.redirect('webhooks?done=nothing', 303)
      const which = message === 'all' ? message : [message]
      const count = await outbox.sendAgain(which, sentAgain(actorOf(c), message))
      return c.redirect(`webhooks?done=${count > 0 ? 'again' : 'nothing'}`, 303)
    })
}
