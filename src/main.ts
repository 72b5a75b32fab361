// Reads the configuration, starts, and drains. The way of a call from here: server.ts -> http/routes/challenges.ts ->
// challenges/create-challenge.ts -> challenges/call-placement.ts -> carriers/; and of a key that is pressed on it:
// http/routes/carrier-webhooks.ts -> challenges/carrier-events.ts -> challenges/transition.ts -> domain/state-machine.ts.

import './config/node-version.js'
import type { ServerResponse } from 'node:http'
import { prepareDataDirectory } from './config/data-directory.ts'
import { type GeneratedSecrets, generatedSecrets } from './config/generated-secrets.ts'
import { loadEnvironment } from './config/load-environment.ts'
import { type Config, readConfig } from './config/read-config.ts'
import { secretValues } from './config/secret-values.ts'
import { startMessage } from './development/start-message.ts'
import { explainListenError, listen } from './http/listen.ts'
import { createLogger, type Logger } from './log/logger.ts'
import { createServer, type Server } from './server.ts'
import { realClock, sleep } from './time/clock.ts'
import { DEADLINES } from './time/deadlines.ts'

const { environment, faults } = loadEnvironment()
const read = readConfig(environment, faults)
if ('faults' in read) {
  console.error(
    `Answerback can't start. ${read.faults.length === 1 ? 'One setting is' : `${read.faults.length} settings are`} missing or wrong:\n`,
  )
  for (const fault of read.faults) console.error(`  ${fault}`)
  process.exit(1)
}
await start(read).catch((error: Error) => {
  console.error(`Answerback can't start. ${error.message}`)
  process.exit(1)
})

async function start(config: Config): Promise<void> {
  const simulated = config.carriers.length === 0
  const generates = !config.SECRET || !config.API_KEY || simulated
  if (generates || !config.DATABASE_URL) prepareDataDirectory(config.DATA_DIR)
  const generated = generates ? generatedSecrets(config.DATA_DIR) : null
  const log = await createLogger({
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT,
    secrets: [...secretValues(config), ...Object.values(generated ?? {}).filter((value) => typeof value === 'string')],
  })
  const server = await buildServer(config, generated, log)
  const listener = startListening(config, server, () => {
    if (config.production)
      log.info({ port: config.PORT, publicUrl: config.publicUrl, carriers: config.carriers.join(',') }, 'listening')
    else {
      const apiKey = config.API_KEY?.[0] ?? generated!.apiKey
      console.log(startMessage({ config, apiKey, isGenerated: config.API_KEY === undefined, simulated }))
    }
  })
  server.start()

  const stop = async () => {
    log.info({}, 'stopping')
    realClock.after(DEADLINES.stop, () => process.exit(1))
    server.stopping.abort()
    if (config.production) await sleep(realClock, DEADLINES.notReady)
    await new Promise((resolve) => {
      listener.close(resolve)
      if ('closeIdleConnections' in listener) listener.closeIdleConnections()
      realClock.after(
        DEADLINES.openConnections,
        () => 'closeAllConnections' in listener && listener.closeAllConnections(),
      )
    })
    await server.drain()
    process.exit(0)
  }
  // Twice is once: at a terminal the signal comes from the keyboard and from npm too.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => server.stopping.signal.aborted || stop())
}

async function buildServer(config: Config, generated: GeneratedSecrets | null, log: Logger): Promise<Server> {
  const SECRET = config.SECRET ?? [generated!.secret]
  const API_KEY = config.API_KEY ?? [generated!.apiKey]
  if (config.production) return createServer({ ...config, SECRET, API_KEY }, log)
  const { DEMO_SERVICE_NAME, developmentApps, exchangeSettings } = await import('./development/mounted-apps.ts')
  const exchange =
    config.carriers.length === 0 ? { ...exchangeSettings(config, generated!), carriers: config.EXCHANGE } : {}
  const apps = developmentApps(config, API_KEY[0]!, generated)
  const SERVICE_NAME = config.SERVICE_NAME ?? (apps.length > 0 ? DEMO_SERVICE_NAME : undefined)
  return createServer({ ...config, ...exchange, SERVICE_NAME, SECRET, API_KEY }, log, { apps })
}

function startListening(config: Config, { app, stopping }: Server, onListening: () => void) {
  const listener = listen(app, { port: config.PORT, host: config.host }, onListening)
  listener.on('error', (error: NodeJS.ErrnoException) => {
    console.error(`Answerback can't start. ${explainListenError(error, { port: config.PORT, host: config.host })}`)
    process.exit(1)
  })
  // A client that keeps its connection is to ask another process the next time.
  listener.prependListener('request', (_, response: ServerResponse) => {
    if (stopping.signal.aborted) response.setHeader('Connection', 'close')
  })
  return listener
}
