// What stands in while nothing is set: a telephone company in a box, its phones, and a web app that uses us like any other.

import type { Hono } from 'hono'
import type { Config } from './config.ts'
import { demo } from './demo/demo.ts'
import { exchange } from './exchange/exchange.ts'
import type { Keys } from './keys.ts'
import type { Values } from './settings.ts'

const FROM = { number: '+12025550100', region: 'US' } as const

/** The settings of an account at the exchange, which listens where we do. */
export function exchangeSettings({ PORT }: Config, { exchangeToken }: Keys): Partial<Values> {
  return {
    TWILIO_ACCOUNT_SID: `AC${exchangeToken}`,
    TWILIO_AUTH_TOKEN: [exchangeToken],
    TWILIO_FROM: FROM,
    TWILIO_BASE_URL: `http://127.0.0.1:${PORT}`,
  }
}

export function developmentApps(config: Config, apiKey: string, keys: Keys | null): { path: string; app: Hono }[] {
  const here = `http://127.0.0.1:${config.PORT}`
  const web = { path: '/demo', app: demo({ answerbackUrl: here, apiKey }) }
  if (!keys || config.carriers.length > 0) return [web]
  const account = { accountSid: `AC${keys.exchangeToken}`, authToken: keys.exchangeToken }
  return [web, { path: '/', app: exchange({ companies: { twilio: account }, speed: config.EXCHANGE_SPEED }).app }]
}
