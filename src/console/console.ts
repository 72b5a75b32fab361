// The operator's pages. Each lies directly below the path of the console, so that every link is relative and holds behind a
// proxy that adds or takes away a path.

import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import type { Challenges } from '../challenges/challenges.ts'
import type { Factors } from '../factors/factors.ts'
import { createOperatorPhones } from '../factors/operator-phones.ts'
import { CONSOLE_SERVICE } from '../store/operator-schema.ts'
import type { ConsoleEnv, ConsoleParts } from './console-parts.ts'
import { headers, noStore, ownForms } from './headers-and-own-forms.ts'
import { createOperatorAuthenticators } from './operator-authenticators.ts'
import { createOperatorCalls } from './operator-calls.ts'
import { operatorSessionsOf, signedInOnly } from './operator-sessions.ts'
import { assets } from './page-files.ts'
import { createPasswordCheck } from './password-check.ts'
import { accountRoutes } from './routes/account-routes.ts'
import { carriersRoutes } from './routes/carriers-routes.ts'
import { challengeRoutes } from './routes/challenge-routes.ts'
import { guardRoutes } from './routes/guard-routes.ts'
import { liveRoutes } from './routes/live-routes.ts'
import { moneyRoutes } from './routes/money-routes.ts'
import { searchRoutes } from './routes/search-routes.ts'
import { servicesRoutes } from './routes/services-routes.ts'
import { signInRoutes } from './routes/sign-in-routes.ts'
import { statisticsRoutes } from './routes/statistics-routes.ts'
import { webhooksRoutes } from './routes/webhooks-routes.ts'
import { secondFactorsOf } from './second-factors.ts'
import { createSignInAudit } from './sign-in-audit.ts'

/** Bytes. */
const LONGEST_FORM = 16 * 1024

/** For who can reach it: the address of the connection decides who that is. */
export function openConsole(parts: ConsoleParts): Hono {
  return framed(parts).route('/', pages(parts, asOperator))
}

export type SignIn = {
  factors: Pick<Factors, 'createTotp' | 'list' | 'delete' | 'confirm' | 'check'>
  challenges: Pick<Challenges, 'create' | 'find' | 'cancel' | 'secrets'>
  serviceName: string
  /** Where a proxy in front writes a client's address. */
  clientAddressHeader: string
}

/** For who has an account. Without any there is nothing to be seen. */
export function consoleWithSignIn(
  parts: ConsoleParts,
  { factors, challenges, serviceName, clientAddressHeader }: SignIn,
): Hono {
  const { operators, operatorFactors, auditLog } = parts.store
  const sessions = operatorSessionsOf(operators)
  const { notifier, stopping, clock, log, links } = parts
  const phones = createOperatorPhones(parts.store.factors, operatorFactors, CONSOLE_SERVICE, parts.secrets)
  const audit = createSignInAudit(auditLog, log)
  const shared = {
    ...{ notifier, stopping, clock, log, operators, sessions, phones, audit },
    authenticators: createOperatorAuthenticators({
      factors,
      store: parts.store.factors,
      operatorFactors,
      audit,
      serviceName,
    }),
    calls: createOperatorCalls({ challenges, phones, serviceName, clock }),
    checkPassword: createPasswordCheck(operators, clientAddressHeader, audit),
    factorsOf: (name: string) => secondFactorsOf(name, factors, phones),
  }
  return framed(parts)
    .use(async (c, next) => ((await operators.any()) ? next() : c.notFound()))
    .route('/', signInRoutes(shared))
    .route('/', pages(parts, signedInOnly(sessions)).route('/', accountRoutes({ ...shared, links, operatorFactors })))
}

function framed({ publicUrl }: Pick<ConsoleParts, 'publicUrl'>): Hono {
  return new Hono().onError(refusal).use(headers, noStore, ownForms(publicUrl), bodyLimit({ maxSize: LONGEST_FORM }))
}

/** `access`: says who is signed in, or leads to the sign-in. */
export function pages(parts: ConsoleParts, access: MiddlewareHandler<ConsoleEnv>): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>()
    .get('/', (c) => c.redirect('console/live'))
    .route('/', assets())
    .use(access)
    .route('/', liveRoutes(parts))
    .route('/', searchRoutes(parts))
    .route('/', statisticsRoutes(parts))
    .route('/', moneyRoutes(parts))
    .route('/', carriersRoutes(parts))
    .route('/', webhooksRoutes(parts))
    .route('/', guardRoutes(parts))
    .route('/', servicesRoutes(parts))
    .route('/', challengeRoutes(parts))
}

const asOperator: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
  c.set('signedIn', { name: null, role: 'operator' })
  c.set('isStillSignedIn', async () => true)
  await next()
}

/** Of a form from elsewhere, or one too large. Anything else is for the server's own handler. */
function refusal(error: Error): Response {
  if (error instanceof HTTPException) return error.getResponse()
  throw error
}
