// What stands in while nothing is set: telephone companies in a box, their phones, and a web app that uses us like any
// other.

import { Hono } from 'hono'
import type { GeneratedSecrets } from '../config/generated-secrets.ts'
import { isLoopback } from '../config/loopback.ts'
import type { Config } from '../config/read-config.ts'
import { SETTINGS, type Values } from '../config/settings.ts'
import { demo } from '../demo/demo.ts'
import { accountVariables, createAccounts } from '../exchange/accounts.ts'
import { createExchange } from '../exchange/exchange.ts'

/** The settings of an account at the company that the exchange plays, which listens where we do. */
export function exchangeSettings(config: Config, keys: GeneratedSecrets): Partial<Values> {
  const ours = accountVariables(accountsOf(config, keys), `http://127.0.0.1:${config.PORT}`)[config.EXCHANGE]
  return Object.fromEntries(
    Object.entries(ours).map(([name, value]) => [name, SETTINGS[name as keyof Values].schema.parse(value)]),
  )
}

/**
 * With real carriers the demo calls real phones, at the cost of whoever runs it: then it answers on this machine alone,
 * and not through the tunnel that the carriers need.
 */
export function developmentApps(
  config: Config,
  apiKey: string,
  keys: GeneratedSecrets | null,
): { path: string; app: Hono }[] {
  const here = `http://127.0.0.1:${config.PORT}`
  const web = { path: '/demo', app: demo({ answerbackUrl: here, apiKey }) }
  const home = { path: '/', app: new Hono().get('/', (c) => c.redirect('/demo')) }
  if (!keys || config.carriers.length > 0) return [{ ...web, app: onThisMachine(web.app) }]
  const phones = createExchange({ carriers: accountsOf(config, keys), speed: config.EXCHANGE_SPEED })
  return [home, web, { path: '/', app: phones.app }]
}

function onThisMachine(app: Hono): Hono {
  const guarded = new Hono()
  guarded.use(async (c, next) => (isLoopback(c.req.url) ? next() : c.notFound()))
  return guarded.route('/', app)
}

const accountsOf = ({ publicUrl }: Config, { exchangeToken }: GeneratedSecrets) =>
  createAccounts(exchangeToken, `${publicUrl}/sms/bandwidth`)
