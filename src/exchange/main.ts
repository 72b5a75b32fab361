// The exchange alone: `npm run exchange`. Any app can be pointed at it over HTTP.

import { randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { parseArgs } from 'node:util'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { accountVariables, createAccounts } from './accounts.ts'
import { createExchange } from './exchange.ts'

const HELP = `npm run exchange    the simulated telephone company alone, with phones at /phones, until it is stopped

It prints the settings that lead an app to it. PORT (3001) and HOST (127.0.0.1) say where it listens, EXCHANGE_TOKEN keeps the
same accounts the next time, and EXCHANGE_RECEIPTS_URL is where Bandwidth tells of messages.`

const { help } = readArguments()
if (help) {
  console.log(HELP)
  process.exit(0)
}

const port = Number(process.env.PORT ?? 3001)
const hostname = process.env.HOST?.replace(/^localhost$/i, '127.0.0.1') || '127.0.0.1'
const token = process.env.EXCHANGE_TOKEN ?? randomBytes(16).toString('hex')
const receiptsUrl = process.env.EXCHANGE_RECEIPTS_URL ?? 'http://127.0.0.1:3000/sms/bandwidth'

const carriers = createAccounts(token, receiptsUrl)
const phones = createExchange({ carriers })
const app = new Hono().get('/', (c) => c.redirect('/phones')).route('/', phones.app)
const server = serve({ fetch: app.fetch, port, hostname }, ({ port }) => {
  // `localhost` may be either of two addresses, and at the other one another server may listen on the same port.
  const address = { '0.0.0.0': '127.0.0.1', '::': '::1' }[hostname] ?? hostname
  const origin = `http://${isIPv6(address) ? `[${address}]` : address}:${port}`
  const settings = Object.values(accountVariables(carriers, origin)).map((carrier) =>
    Object.entries(carrier)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  )
  console.log(`The exchange is listening. Phones: ${origin}/phones

Point an app at one of its carriers, or at several:

${settings.join('\n\n')}

Set EXCHANGE_TOKEN to keep the same accounts the next time, and EXCHANGE_RECEIPTS_URL to the app's URL for what Bandwidth
tells of messages, now ${receiptsUrl}`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}

function readArguments() {
  try {
    return parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }).values
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`)
    process.exit(2)
  }
}
