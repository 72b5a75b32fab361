// The operator's pages. Each lies directly below the path of the console, so that every link is relative and holds behind a
// proxy that adds or takes away a path.

import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import type { ConsoleEnv, ConsoleParts } from './console-parts.ts'
import { headers, noStore, ownForms } from './headers-and-own-forms.ts'
import { assets } from './page-files.ts'
import { carriersRoutes } from './routes/carriers-routes.ts'
import { challengeRoutes } from './routes/challenge-routes.ts'
import { guardRoutes } from './routes/guard-routes.ts'
import { liveRoutes } from './routes/live-routes.ts'
import { searchRoutes } from './routes/search-routes.ts'
import { statisticsRoutes } from './routes/statistics-routes.ts'
import { webhooksRoutes } from './routes/webhooks-routes.ts'

/** Bytes. */
const LONGEST_FORM = 16 * 1024

export function operatorConsole(parts: ConsoleParts & { access: MiddlewareHandler<ConsoleEnv> }): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>()
    .onError(refusal)
    .use(headers, noStore, ownForms, bodyLimit({ maxSize: LONGEST_FORM }))
    .get('/', (c) => c.redirect('console/live'))
    .route('/', assets())
    .use(parts.access)
    .route('/', liveRoutes(parts))
    .route('/', searchRoutes(parts))
    .route('/', statisticsRoutes(parts))
    .route('/', carriersRoutes(parts))
    .route('/', webhooksRoutes(parts))
    .route('/', guardRoutes(parts))
    .route('/', challengeRoutes(parts))
}

/** Where nobody has to sign in: the address of the connection decides who may come in. */
export const withoutSignIn: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
  c.set('signedIn', { name: null, role: 'operator' })
  await next()
}

/** Of a form from elsewhere, or one too large. Anything else is for the server's own handler. */
function refusal(error: Error): Response {
  if (error instanceof HTTPException) return error.getResponse()
  throw error
}
