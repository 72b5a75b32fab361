// What a viewer may not do.

import type { Context, MiddlewareHandler } from 'hono'
import { type ConsoleEnv, type ConsoleParts, frameOf } from './console-parts.ts'
import { forbiddenPage } from './pages/forbidden-page.ts'

export function mayAct(c: Context<ConsoleEnv>): boolean {
  return c.var.signedIn.role === 'operator'
}

export function operatorsOnly(parts: Pick<ConsoleParts, 'links'>): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => (mayAct(c) ? next() : c.html(forbiddenPage(frameOf(c, parts)), 403))
}
