// What a viewer may not do.

import type { Context, MiddlewareHandler } from 'hono'
import { actorOf, type ConsoleEnv, type ConsoleParts, frameOf } from './console-parts.ts'
import { forbiddenPage } from './pages/forbidden-page.ts'

export function mayAct(c: Context<ConsoleEnv>): boolean {
  return c.var.signedIn.role === 'operator'
}

/** No page shows a viewer such a form, so who sends one is worth knowing of. */
export function operatorsOnly(parts: Pick<ConsoleParts, 'links' | 'store'>): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    if (mayAct(c)) return next()
    const target = c.req.path.split('/').at(-1) ?? ''
    await parts.store.auditLog.append({ actor: actorOf(c), action: 'act.refused', target, reason: null, detail: {} })
    return c.html(forbiddenPage(frameOf(c, parts)), 403)
  }
}
