// What a development server mounts besides the API: the demo, and the exchange while no carrier is set.

import { createHmac } from 'node:crypto'
import { Hono } from 'hono'
import { homeRegions } from '../config/build-carriers.ts'
import type { GeneratedSecrets } from '../config/generated-secrets.ts'
import { ownOrigin } from '../config/own-origin.ts'
import type { Config } from '../config/read-config.ts'
import { SETTINGS, type Values } from '../config/settings.ts'
import { demo } from '../demo/demo.ts'
import { isLoopback } from '../domain/loopback.ts'
import { accountVariables, createAccounts } from '../exchange/accounts.ts'
import { createExchange } from '../exchange/exchange.ts'
import { onThisMachine } from '../http/middleware/this-machine.ts'

/** The name that the calls begin with while the demo is mounted. */
export const DEMO_SERVICE_NAME = 'Saltmarsh Bank'

/**
 * The settings of an account at each company that the exchange plays, which listens where we do. What is pushed by
 * webhook goes there too while no app takes it, so that it is seen; not past this machine, as no push in development does.
 */
export function exchangeSettings(config: Config, keys: GeneratedSecrets): Partial<Values> {
  const here = ownOrigin(config.host, config.PORT)
  const accounts = accountVariables(accountsOf(config, keys), here)
  const pushed = { WEBHOOK_URL: `${here}/exchange/webhooks`, WEBHOOK_SECRET: pushSecret(keys) }
  const isPushed = config.WEBHOOK_URL === undefined && isLoopback(here)
  // Calls of the exchange cost nothing, and its phones differ in their last four digits only.
  const unlimited = { LIMIT_PER_PREFIX: 'off' }
  const ours = Object.assign(unlimited, ...config.EXCHANGE.map((name) => accounts[name]), isPushed ? pushed : {})
  return Object.fromEntries(
    Object.entries(ours).map(([name, value]) => [name, SETTINGS[name as keyof Values].schema.parse(value)]),
  )
}

function pushSecret({ exchangeToken }: GeneratedSecrets): string {
  return `whsec_${createHmac('sha256', exchangeToken).update('webhooks').digest('base64')}`
}

/**
 * Without a carrier: the demo, the exchange and its phones. With one, the demo places real calls that its operator pays,
 * so there is none unless DEMO=on, and then for this machine alone.
 */
export function developmentApps(
  config: Config,
  apiKey: string,
  keys: GeneratedSecrets | null,
): { path: string; app: Hono; link?: { text: string; href: string } }[] {
  const simulated = keys !== null && config.carriers.length === 0
  if (!simulated && !config.DEMO) return []
  const here = ownOrigin(config.host, config.PORT)
  const web = {
    path: '/demo',
    link: { text: 'Demo', href: '../demo' },
    app: demo({ answerbackUrl: here, apiKey, regions: regionsOf(config, simulated ? keys : null) }),
  }
  if (!simulated) return [{ ...web, app: onThisMachine(web.app) }]
  const home = { path: '/', app: new Hono().get('/', (c) => c.redirect('/demo')) }
  const accounts = accountsOf(config, keys)
  const phones = createExchange({
    carriers: Object.fromEntries(config.EXCHANGE.map((name) => [name, accounts[name]])),
    speed: config.EXCHANGE_SPEED,
    waitFactor: config.EXCHANGE_WAIT_FACTOR,
    links: [
      { text: 'Demo', href: '/demo' },
      { text: 'Console', href: '/console' },
      { text: 'API', href: '/docs' },
    ],
  })
  return [home, web, { path: '/', app: phones.app, link: { text: 'Phones', href: '../phones' } }]
}

/** None to choose from where every region may be called. */
function regionsOf(config: Config, keys: GeneratedSecrets | null): string[] {
  const countries =
    config.ALLOWED_COUNTRIES ?? homeRegions({ ...config, ...(keys ? exchangeSettings(config, keys) : {}) })
  return countries === '*' ? [] : [...countries]
}

const accountsOf = ({ publicUrl }: Config, { exchangeToken }: GeneratedSecrets) =>
  createAccounts(exchangeToken, `${publicUrl}/sms/bandwidth`)
