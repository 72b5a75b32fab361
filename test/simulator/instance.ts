// One instance of the server. After a crash none of its requests is answered and nothing it still does has an effect, as
// of a killed process.

import { signalwire } from '../../src/carriers/signalwire/signalwire.ts'
import { twilio } from '../../src/carriers/twilio/twilio.ts'
import type { LogFields, Logger } from '../../src/log/logger.ts'
import { createServer } from '../../src/server.ts'
import type { Store } from '../../src/store/store.ts'
import type { Clock } from '../../src/time/clock.ts'
import { testConfig } from '../support/config.ts'
import { CARRIER_ACCOUNTS } from './carrier-accounts.ts'
import { carrierFetch } from './carrier-network.ts'
import { shakyStore } from './shaky-store.ts'
import { API_KEY, type Instance, type World } from './world.ts'

export async function startInstance(world: World, name: string): Promise<Instance> {
  const { scheduler, prng, faultRates, recorder, transcript } = world
  const { promise: crashed, reject } = Promise.withResolvers<never>()
  crashed.catch(() => {})
  let hasCrashed = false
  const alive = () => !hasCrashed
  // What is handed to the logger, before it takes anything out.
  const write = ({ err, ...fields }: LogFields, message: string) => {
    if (!alive()) return
    const line = `${message} ${JSON.stringify({ ...fields, ...(err instanceof Error && { error: err.message }) })}`
    recorder.logged.push(line)
    transcript.add(`${name} logs: ${line}`)
  }
  const log: Logger = { debug: write, info: write, warn: write, error: write }
  // Its own time starts anywhere.
  const offset = prng.between(0, 1e6)
  const clock: Clock = {
    now: () => scheduler.now() - offset,
    after: (ms, run) => scheduler.after(ms, () => alive() && run()),
  }
  const shaky = shakyStore({
    store: world.store,
    notifier: world.changeNotifiers.create(alive),
    scheduler,
    prng,
    faultRates,
    away: () => scheduler.now() < world.databaseDownUntil,
    alive,
    hurt: () => recorder.disruptions.push(scheduler.now()),
  })
  const account = { smsFrom: null, messagingServiceSid: null, callsPerSecond: 1, messagesPerSecond: null }
  const store = sparingRounds(shaky, world)
  const carriers = [
    twilio({
      ...account,
      accountSid: CARRIER_ACCOUNTS.twilio.accountSid,
      authTokens: [CARRIER_ACCOUNTS.twilio.authToken],
      from: '+12025550199',
      baseUrl: 'https://twilio.example.com',
      fetch: carrierFetch(world, 'twilio', alive),
    }),
    signalwire({
      ...account,
      projectId: CARRIER_ACCOUNTS.signalwire.projectId,
      apiToken: CARRIER_ACCOUNTS.signalwire.apiToken,
      signingKeys: [CARRIER_ACCOUNTS.signalwire.signingKey],
      from: '+12025550198',
      baseUrl: 'https://signalwire.example.com',
      fetch: carrierFetch(world, 'signalwire', alive),
    }),
  ]
  const config = testConfig({
    SECRET: 'a secret of the simulator, long enough',
    API_KEY,
    WEBHOOK_URL: 'https://app.example.com/hook',
    WEBHOOK_SECRET: 'whsec_YSBzZWNyZXQgb2YgdGhlIHNpbXVsYXRvcg==',
    WEBHOOK_PRIVATE: 'on',
  })
  const server = await createServer(config, log, { store, carriers, clock, settings: world.settings })
  const instance: Instance = {
    name,
    get alive() {
      return alive()
    },
    server,
    crashed,
    crash() {
      hasCrashed = true
      world.instances.delete(instance)
      reject(new TypeError('fetch failed', { cause: new Error('the connection broke') }))
    },
  }
  world.instances.add(instance)
  server.start()
  return instance
}

/**
 * A look at a database where nothing is due finds nothing, so it is mostly spared: a fault that strikes it would excuse
 * whatever the app waits for just then.
 */
function sparingRounds(shaky: Store, { prng, scheduler, store }: World): Store {
  const isDue = () => store.outbox.rows().some(({ nextAt }) => nextAt !== null && nextAt <= scheduler.now())
  return {
    ...shaky,
    // An instance that can't start is no instance yet.
    services: store.services,
    challenges: {
      ...shaky.challenges,
      claimDue: async (limit) =>
        store.challenges.anyDue() || prng.chance(0.03) ? shaky.challenges.claimDue(limit) : [],
    },
    pageLeases: {
      ...shaky.pageLeases,
      over: async (limit, except) =>
        (await store.pageLeases.over(1, except)).length > 0 ? shaky.pageLeases.over(limit, except) : [],
      sweep: store.pageLeases.sweep,
    },
    outbox: { ...shaky.outbox, claim: async (...args) => (isDue() ? shaky.outbox.claim(...args) : []) },
    rateLimits: { ...shaky.rateLimits, sweep: async () => {} },
    idempotency: { ...shaky.idempotency, sweep: async () => {} },
    factors: { ...shaky.factors, encryptedUnderOthers: store.factors.encryptedUnderOthers },
    retention: store.retention,
    auditLog: store.auditLog,
    operators: store.operators,
    prefixTraffic: store.prefixTraffic,
    guardTraffic: store.guardTraffic,
    guardTrips: store.guardTrips,
    learntPrices: store.learntPrices,
    spending: store.spending,
  }
}

/** A request to an instance, which breaks off when that dies. */
export async function sendTo(instance: Instance, request: Request): Promise<Response> {
  return Promise.race([Promise.resolve(instance.server.app.fetch(request)), instance.crashed])
}
