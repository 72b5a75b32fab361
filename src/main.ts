// Starts and stops. The way of a call from here: http/app.ts -> http/routes/carrier-webhooks.ts ->
// challenges/carrier-events.ts -> domain/state-machine.ts, and its words come from domain/call-script.ts.

import './config/node-version.ts'
import type { ServerResponse } from 'node:http'
import { serve } from '@hono/node-server'
import type { ChallengeSettings } from './challenges/challenge-settings.ts'
import { createChallenges } from './challenges/challenges.ts'
import { buildCarriers } from './config/build-carriers.ts'
import { prepareDataDirectory } from './config/data-directory.ts'
import { generatedSecrets } from './config/generated-secrets.ts'
import { loadEnvironment } from './config/load-environment.ts'
import { type Config, readConfig } from './config/read-config.ts'
import { secretValues } from './config/secret-values.ts'
import { startMessage } from './development/start-message.ts'
import { sanitizeText } from './domain/sanitize-text.ts'
import { createApp } from './http/app.ts'
import { createLogger, type Logger } from './log/logger.ts'
import { withFirstService } from './store/first-service.ts'
import { openStore, type Store } from './store/store.ts'
import { realClock } from './time/clock.ts'
import { createDispatcher } from './webhooks/dispatcher.ts'
import { startPoller } from './webhooks/poller.ts'

/** A load balancer needs a moment to see that we are not ready any more. */
const DRAIN_MS = 5_000
/** No answer takes so long; whoever is still on the line then is not listening. */
const LONGEST_ANSWER_MS = 5_000

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
  const drawsKeys = !config.SECRET || !config.API_KEY || simulated
  if (drawsKeys || !config.DATABASE_URL) prepareDataDirectory(config.DATA_DIR)
  const keys = drawsKeys ? generatedSecrets(config.DATA_DIR) : null
  const log = await createLogger({
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT,
    secrets: [...secretValues(config), ...Object.values(keys ?? {}).filter((value) => typeof value === 'string')],
  })
  const apiKeys = config.API_KEY ?? [keys!.apiKey]
  const [apiKey] = apiKeys as [string]
  const extras = config.production ? null : await import('./development/mounted-apps.ts')
  const values = simulated ? { ...config, ...extras!.exchangeSettings(config, keys!) } : config
  const carriers = buildCarriers(simulated ? [config.EXCHANGE] : config.carriers, values)

  const store = await openStore({ url: config.DATABASE_URL ?? null, dataDir: config.DATA_DIR, log })
  const services = await withFirstService(store.services, config.SERVICE_NAME, apiKeys)
  const engine = createChallenges({
    store,
    carriers,
    log,
    clock: realClock,
    settings: settings({ ...config, ...values }, config.SECRET ?? [keys!.secret]),
  })
  const stopping = new AbortController()
  const app = createApp({
    engine,
    store,
    services,
    carriers,
    publicUrl: config.publicUrl,
    stopping: stopping.signal,
    clock: realClock,
    log,
    extras: extras?.developmentApps(config, apiKey, keys) ?? [],
  })

  const server = serve({ fetch: app.fetch, port: config.PORT, ...(config.host && { hostname: config.host }) }, () => {
    if (config.production)
      log.info({ port: config.PORT, publicUrl: config.publicUrl, carriers: config.carriers.join(',') }, 'listening')
    else console.log(startMessage({ config, apiKey, drawn: config.API_KEY === undefined, simulated }))
  })
  const rounds = sweepRounds()
  const endPushes = pushes(config, store, log)

  server.on('error', (error: NodeJS.ErrnoException) => {
    console.error(error.code === 'EADDRINUSE' ? `Port ${config.PORT} is in use. Set PORT to another.` : error.message)
    process.exit(1)
  })
  // Whoever still asks a stopping process is to ask another one the next time.
  server.prependListener('request', (_, response: ServerResponse) => {
    if (stopping.signal.aborted) response.setHeader('Connection', 'close')
  })
  // Twice is once: at a terminal the signal comes from the keyboard and from npm too.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.signal.aborted || stop())

  /** Any instance sweeps, about once a second; they share the work by skipping what another has taken. */
  function sweepRounds() {
    let rounds = 0
    const under = new Set<Promise<void>>()
    const slow = [
      () => store.rateLimits.sweep(),
      () => store.idempotency.sweep(),
      () => store.retention.sweep(config.RETENTION),
    ]
    const begin = (sweep: () => Promise<void>) => {
      const running = sweep()
        .catch((err: Error) => log.error({ err }, 'sweep failed'))
        .finally(() => under.delete(running))
      under.add(running)
    }
    const timer = setInterval(
      () => {
        begin(() => engine.reconcile())
        if (rounds++ % 60 === 0) slow.forEach(begin)
      },
      900 + Math.random() * 200,
    )
    return {
      end: () => {
        clearInterval(timer)
        return Promise.all(under)
      },
    }
  }

  async function stop(): Promise<void> {
    log.info({}, 'stopping')
    setTimeout(() => process.exit(1), 25_000).unref()
    stopping.abort()
    if (config.production) await new Promise((resolve) => setTimeout(resolve, DRAIN_MS))
    await new Promise((resolve) => {
      server.close(resolve)
      if ('closeIdleConnections' in server) server.closeIdleConnections()
      setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), LONGEST_ANSWER_MS).unref()
    })
    await rounds.end()
    await engine.stop()
    await endPushes()
    await store.close()
    process.exit(0)
  }
}

/** Tells the app what happened, if it wants to be told. Returns how to stop. */
function pushes(
  { WEBHOOK_URL: url, WEBHOOK_SECRET: secrets, ...config }: Config,
  store: Store,
  log: Logger,
): () => Promise<void> {
  if (!url || !secrets) return async () => {}
  const near = config.production ? 'public' : 'loopback'
  const allowedNetwork = config.WEBHOOK_PRIVATE ? 'private' : near
  return startPoller(createDispatcher({ store, url, secrets, allowedNetwork, log }), store.notifier)
}

function settings(config: Config, secrets: string[]): ChallengeSettings {
  const homes = [config.TWILIO_FROM, config.SIGNALWIRE_FROM, config.BANDWIDTH_FROM, config.PLIVO_FROM]
  return {
    publicUrl: config.publicUrl,
    secrets,
    serviceName: sanitizeText(config.SERVICE_NAME, 60),
    policy: { gate: config.GATE },
    detectVoicemail: config.DETECT_VOICEMAIL,
    pushes: config.WEBHOOK_URL !== undefined,
    origin: config.ORIGIN ?? null,
    countries: config.ALLOWED_COUNTRIES ?? new Set(homes.flatMap((home) => (home ? [home.region] : []))),
    limits: { number: config.LIMIT_PER_NUMBER, prefix: config.LIMIT_PER_PREFIX, ip: config.LIMIT_PER_IP },
    cooldown: config.RESEND_COOLDOWN,
    rules: config.POLICY,
  }
}
