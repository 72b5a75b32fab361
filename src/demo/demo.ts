// An example web app, a bank's sign-in: it reaches Answerback by the HTTP API alone, through the client.

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { Answerback, type Fetch } from '../client/client.ts'
import { assets } from './assets.ts'
import { headers, noStore, ownForms } from './csrf-and-headers.ts'
import type { DemoContext } from './demo-context.ts'
import { accountRoutes } from './routes/account.ts'
import { secondFactorRoutes } from './routes/second-factor.ts'
import { securityRoutes } from './routes/security.ts'
import { authenticatorRoutes } from './routes/set-up-authenticator.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { verifyRoutes } from './routes/verify.ts'
import { Sessions } from './sessions.ts'
import { Users } from './users.ts'

/** Bytes. */
const LONGEST_FORM = 16 * 1024

export type DemoOptions = {
  /** Answerback as this server reaches it. Pages reach it at their own origin, under `/v1`. */
  answerbackUrl: string
  apiKey: string
  /** ISO regions that may be called. Numbers may be written as people write them there; the first is assumed. */
  regions?: readonly string[]
  /** Where this app is mounted. */
  publicPath?: string
  fetch?: Fetch
}

export function demo({ answerbackUrl, apiKey, regions = [], publicPath = '/demo', fetch }: DemoOptions): Hono {
  const context: DemoContext = {
    answerback: new Answerback({ baseUrl: answerbackUrl, key: apiKey, ...(fetch && { fetch }) }),
    users: new Users(),
    sessions: new Sessions(publicPath),
    publicPath,
    regions,
  }
  return (
    new Hono()
      .onError(refusal)
      .use(headers, noStore, ownForms, bodyLimit({ maxSize: LONGEST_FORM }))
      .route('/', assets(publicPath))
      .route('/', signInRoutes(context))
      .route('/', verifyRoutes(context))
      .route('/', secondFactorRoutes(context))
      .route('/', accountRoutes(context))
      .route('/', securityRoutes(context))
      .route('/', authenticatorRoutes(context))
      // The addresses of forms stand in browser histories.
      .get('*', (c) => c.redirect(publicPath, 303))
  )
}

/** Of a form from elsewhere, too large, or unreadable. The server in which the demo is mounted would take it for a fault. */
function refusal(error: Error): Response {
  if (error instanceof HTTPException) return error.getResponse()
  throw error
}
