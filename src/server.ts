// Every part of a server, wired once: for production, for the tests and for the simulator.

import type { Hono } from 'hono'
import type { Carrier } from './carriers/carrier.ts'
import type { ChallengeSettings, ServiceSettings, SettingsOf } from './challenges/challenge-settings.ts'
import { type Challenges, createChallenges } from './challenges/challenges.ts'
import { buildCarriers } from './config/build-carriers.ts'
import { countedForOthers } from './config/counted-for-others.ts'
import { databaseOptions } from './config/database-options.ts'
import { metricsTokens } from './config/metrics-tokens.ts'
import { isConsoleOpen } from './config/open-console.ts'
import type { Config } from './config/read-config.ts'
import { environmentSettings, ownSettingFaults, ownSettings } from './config/service-settings.ts'
import { tracingOptions } from './config/tracing-options.ts'
import { trafficSettings } from './config/traffic-modes.ts'
import { type LateConsole, lateConsole } from './console/late-console.ts'
import type { PageLink } from './console/pages/page-frame.ts'
import { createFactors } from './factors/factors.ts'
import { createApp } from './http/app.ts'
import type { Logger } from './log/logger.ts'
import { createMetrics } from './metrics/metrics.ts'
import { createConsumeChallenge } from './receipts/consume-challenge.ts'
import { receiptKeys } from './receipts/receipt-keys.ts'
import { createManageServices } from './services/manage-services.ts'
import { createPushEndpoints, type PushEndpoints } from './services/push-endpoints.ts'
import { openServiceDirectory, type ServiceDirectory } from './services/service-directory.ts'
import { createWebhookSecrets } from './services/webhook-secrets.ts'
import type { Query } from './store/database.ts'
import { CONSOLE_SERVICE } from './store/operator-schema.ts'
import { FIRST_SERVICE } from './store/services.ts'
import { openStore, type Store } from './store/store.ts'
import { timedQuery } from './store/timed-query.ts'
import { type Clock, realClock } from './time/clock.ts'
import { DEADLINES } from './time/deadlines.ts'
import { createPeriodicWork } from './time/periodic-work.ts'
import { loadTracing } from './tracing/load-tracing.ts'
import { createDispatcher, type DispatcherOptions } from './webhooks/dispatcher.ts'
import { startPoller } from './webhooks/poller.ts'

/** The configuration, with generated secrets where none are set. */
export type ServerConfig = Config & { SECRET: string[]; API_KEY: string[] }

export type Overrides = {
  store?: Store
  carriers?: Carrier[]
  clock?: Clock
  settings?: Partial<ChallengeSettings>
  /** What development adds: the demo at /demo, the exchange and its phones. `link`: the console leads to it. */
  apps?: MountedApp[]
}

type MountedApp = { path: string; app: Hono; link?: PageLink }

export type Server = {
  app: Hono
  operatorConsole: LateConsole['app']
  store: Store
  challenges: Challenges
  /** Begins the periodic work: the reconciler and the sweeps at once, the pushes. Loads what the start did without. */
  start(): void
  /** Ends open waits and makes readiness fail; what comes in is still served. */
  stopping: AbortController
  /** Ends the periodic work, lets what is under way come to its end, and closes the store. */
  drain(): Promise<void>
}

/** About once a second; instances share the work by skipping what another has taken. */
const RECONCILE_SPREAD_MS = 200
const SWEEP_MS = 60_000
const SERVICES_MS = 2_000
/** How far what the guard knows of other instances is behind. */
const GUARD_REFRESH_MS = 1_000

export async function createServer(config: ServerConfig, log: Logger, overrides: Overrides = {}): Promise<Server> {
  const { clock = realClock, apps = [] } = overrides
  const stopping = new AbortController()
  const tracing = await loadTracing(tracingOptions(config), config.publicUrl, clock, log)
  const built = overrides.carriers ?? buildCarriers(config.carriers, config)
  const carriers = tracing ? built.map(tracing.carrier) : built
  const settings = { ...challengeSettings(config), ...overrides.settings }
  const { serviceName } = settings
  const metrics = createMetrics()
  metrics.begin(carriers.map(({ name }) => name))
  const measured = (query: Query) => timedQuery(tracing ? tracing.statements(query) : query, metrics.statementAnswered)
  const store = overrides.store ?? (await openStore({ ...databaseOptions(config), measured, log }))
  const services = await openServiceDirectory({
    store: store.services,
    name: serviceName,
    apiKeys: config.API_KEY,
    clock,
  })
  const endpoints = createPushEndpoints({
    services,
    environment: { url: config.WEBHOOK_URL, secrets: config.WEBHOOK_SECRET },
    secrets: config.SECRET,
  })
  const settingsOf = createSettingsOf(services, endpoints, settings, config)
  const challenges = createChallenges({ store, carriers, settings, settingsOf, metrics, clock, log })
  services.onDeleted(challenges.cancelAllOf)
  metrics.watch({
    waiters: challenges.waiters,
    breakers: challenges.breakers,
    outboxAge: () => store.outbox.oldestAge(),
    ready: async () => !stopping.signal.aborted && (await store.ready().catch(() => false)),
    spent: challenges.spent,
  })
  const keys = receiptKeys(config.SECRET)
  const factors = createFactors(store.factors, config.SECRET)
  const manageServices = createManageServices({
    store: store.services,
    settingFaults: (texts) => ownSettingFaults({ ...config, carriers: carriers.map(({ name }) => name) }, texts),
    changed: services.refresh,
  })
  const consoleParts = {
    challenges,
    services: manageServices,
    directory: services,
    endpoints,
    settingsOf,
    store,
    traffic: settings.traffic,
    numbers: challenges.numbers,
    notifier: store.notifier,
    publicUrl: config.publicUrl,
    secrets: config.SECRET,
    regions: settings.countries,
    links: [...apps.flatMap(({ link }) => link ?? []), { text: 'API', href: '../docs' }],
    stopping: stopping.signal,
    clock,
    log,
  }
  const { RETENTION: person, LEDGER_RETENTION: ledger, CLIENT_ADDRESS_HEADER: clientAddressHeader } = config
  const signIn = isConsoleOpen(config) ? null : { factors, challenges, serviceName, clientAddressHeader }
  const operatorConsole = lateConsole(consoleParts, signIn)
  const { refresh: changed } = services
  const webhookSecrets = createWebhookSecrets({ store: store.services, secrets: config.SECRET, changed })
  const app = createApp({
    challenges: tracing ? tracing.challenges(challenges) : challenges,
    consume: createConsumeChallenge({ store, keys, issuer: config.publicUrl, clock }),
    receiptKeys: keys,
    factors,
    store,
    services,
    webhookSecrets,
    manageServices,
    carriers,
    publicUrl: config.publicUrl,
    serviceName,
    returnOrigins: config.RETURN_ORIGINS ?? [],
    metrics,
    tracing,
    metricsTokens: metricsTokens(config),
    stopping: stopping.signal,
    clock,
    log,
    operatorConsole: operatorConsole.app,
    extras: apps,
  })
  const periodicWork = createPeriodicWork(clock, (err) => log.error({ err }, 'periodic work failed'))
  let stopPushes = async () => {}

  return {
    app,
    operatorConsole: operatorConsole.app,
    store,
    challenges,
    stopping,
    start() {
      operatorConsole.loadSoon()
      const reconcileMs = DEADLINES.reconcilerRound - Math.random() * RECONCILE_SPREAD_MS
      // Each by itself: the reconciler may wait for carriers.
      for (const round of [challenges.reconcile, challenges.checkPages, challenges.retryEvents])
        periodicWork.every(reconcileMs, round)
      periodicWork.every(SERVICES_MS, services.refresh)
      periodicWork.every(SWEEP_MS, services.noteUse)
      periodicWork.every(SWEEP_MS, async () => challenges.sweep())
      periodicWork.every(SWEEP_MS, () => factors.reencrypt())
      periodicWork.every(10 * SWEEP_MS, challenges.rotateRules)
      periodicWork.every(GUARD_REFRESH_MS, challenges.refreshGuard)
      const { failureCounters, numberOwners, numberRules, prefixTraffic, guardTraffic, guardTrips } = store
      const guarded = [failureCounters, numberOwners, numberRules, prefixTraffic, guardTraffic, guardTrips]
      const { services: serviceStore, rateLimits, pageLeases, idempotency, operators } = store
      for (const part of [...guarded, serviceStore, rateLimits, pageLeases, idempotency, operators])
        periodicWork.every(SWEEP_MS, () => part.sweep())
      periodicWork.every(SWEEP_MS, () => store.checkClock())
      const removeOld = () => store.retention.sweep({ person, ledger, webhooks: endpoints.any() })
      // In this order: whose call it was goes with what is removed.
      periodicWork.every(SWEEP_MS, () => operators.noteFailedCalls().then(removeOld))
      if (ledger !== null) periodicWork.every(SWEEP_MS, () => store.auditLog.sweep(ledger))
      periodicWork.every(SWEEP_MS, webhookSecrets.reencrypt)
      stopPushes = startPushes(config, { store, endpoints, trace: tracing?.push ?? null, metrics, clock, log })
    },
    async drain() {
      await periodicWork.end()
      await challenges.stop()
      await Promise.all([stopPushes(), challenges.lastLooks()])
      await challenges.refreshGuard().catch((err: Error) => log.error({ err }, 'counts of the last second lost'))
      await Promise.all([store.close(), tracing?.close()])
    },
  }
}

type PushParts = Omit<DispatcherOptions, 'allowedNetwork'> & { store: Pick<Store, 'notifier'> }

/** Pushes outcomes to the endpoint of each service. Returns how to stop. */
function startPushes({ WEBHOOK_PRIVATE, production }: Config, parts: PushParts): () => Promise<void> {
  const allowedNetwork = WEBHOOK_PRIVATE ? 'private' : production ? 'public' : 'loopback'
  return startPoller(createDispatcher({ ...parts, allowedNetwork }), parts.store.notifier, parts.clock)
}

function challengeSettings(config: ServerConfig): ChallengeSettings {
  return {
    publicUrl: config.publicUrl,
    secrets: config.SECRET,
    serviceName: config.SERVICE_NAME ?? 'Answerback',
    possibleRegions: config.POSSIBLE_NUMBERS ?? new Set(),
    policy: { gate: config.GATE, drawnKey: config.APPROVE_KEY === 'drawn' },
    speechSpeed: config.EXCHANGE_SPEED,
    pushes: config.WEBHOOK_URL !== undefined,
    ...environmentSettings(config),
    traffic: trafficSettings(config),
    guardPushes: config.WEBHOOK_URL !== undefined,
  }
}

/** Made anew when any service has changed. */
function createSettingsOf(
  services: ServiceDirectory,
  endpoints: PushEndpoints,
  settings: ChallengeSettings,
  config: Config,
): SettingsOf {
  let [made, revision] = [new Map<string, ServiceSettings>(), -1]

  function makeAll(): void {
    revision = services.revision()
    const all = services.all().map(({ id, name, deleted, settings: texts }) => {
      const pushes = endpoints.has(id) || (settings.pushes && id === FIRST_SERVICE)
      return { id, deleted, own: { ...settings, pushes, serviceName: name, ...ownSettings(config, texts) } }
    })
    const forOthers = countedForOthers(all.filter(({ deleted }) => !deleted).map(({ own }) => own))
    made = new Map(all.map(({ id, own }) => [id, { ...own, forOthers }]))
    made.set(CONSOLE_SERVICE, { ...settings, pushes: false, forOthers })
  }

  return (id) => {
    if (revision !== services.revision()) makeAll()
    return made.get(id) ?? settings
  }
}
