// The exchange alone: `npm run exchange`. It speaks plain HTTP to whatever app is pointed at it.

import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { exchange } from './exchange.ts'

const port = Number(process.env.PORT ?? 3001)
const hostname = process.env.HOST ?? '127.0.0.1'
const accountSid = process.env.EXCHANGE_ACCOUNT_SID ?? `AC${randomBytes(16).toString('hex')}`
const authToken = process.env.EXCHANGE_AUTH_TOKEN ?? randomBytes(16).toString('hex')

const phones = exchange({ companies: { twilio: { accountSid, authToken } } })
const app = new Hono().get('/', (c) => c.redirect('/phones')).route('/', phones.app)
const server = serve({ fetch: app.fetch, port, hostname }, ({ port }) => {
  const origin = `http://${hostname}:${port}`
  console.log(`The exchange is open. Phones: ${origin}/phones

Point an app at it:

TWILIO_BASE_URL=${origin}
TWILIO_ACCOUNT_SID=${accountSid}
TWILIO_AUTH_TOKEN=${authToken}
TWILIO_FROM=+12025550100

Set EXCHANGE_ACCOUNT_SID and EXCHANGE_AUTH_TOKEN to keep the same account the next time.`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
