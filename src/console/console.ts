// The operator's pages. Each lies directly below the path of the console, so that every link is relative and holds behind a
// proxy that adds or takes away a path.

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import type { ConsoleParts } from './console-parts.ts'
import { headers, noStore, ownForms } from './headers-and-own-forms.ts'
import { assets } from './page-files.ts'
import { challengeRoutes } from './routes/challenge-routes.ts'
import { liveRoutes } from './routes/live-routes.ts'
import { searchRoutes } from './routes/search-routes.ts'

/** Bytes. */
const LONGEST_FORM = 16 * 1024

export function operatorConsole(parts: ConsoleParts): Hono {
  return new Hono()
    .onError(refusal)
    .use(headers, noStore, ownForms, bodyLimit({ maxSize: LONGEST_FORM }))
    .get('/', (c) => c.redirect('console/live'))
    .route('/', assets())
    .route('/', liveRoutes(parts))
    .route('/', searchRoutes(parts))
    .route('/', challengeRoutes(parts))
}

/** Of a form from elsewhere, or one too large. Anything else is for the server's own handler. */
function refusal(error: Error): Response {
  if (error instanceof HTTPException) return error.getResponse()
  throw error
}
