// One instance from its start to its death. After it nothing that it asked for is ever answered, and nothing that it
// still does reaches anybody: that is what a killed process looks like from everywhere.

import { signalwire } from '../../src/carriers/signalwire/signalwire.ts'
import { twilio } from '../../src/carriers/twilio/twilio.ts'
import type { LogFields, Logger } from '../../src/log/logger.ts'
import { createServer, type Server } from '../../src/server.ts'
import type { Store } from '../../src/store/store.ts'
import type { Clock } from '../../src/time/clock.ts'
import { testConfig } from '../support/config.ts'
import { COMPANIES } from './accounts.ts'
import { shakyStore } from './shaky-store.ts'
import { toCarrier } from './to-carrier.ts'
import { API_KEY, type World } from './world.ts'

export type Life = {
  name: string
  alive: boolean
  server: Server
  /** Rejects when the instance dies. */
  death: Promise<never>
  die(): void
}

export async function live(world: World, name: string): Promise<Life> {
  const { scheduler, dice, weather, witness, story } = world
  const { promise: death, reject: die } = Promise.withResolvers<never>()
  death.catch(() => {})
  let life: Life | null = null
  const alive = () => life?.alive ?? true
  // What is handed to the logger, before it takes anything out.
  const write = ({ err, ...fields }: LogFields, message: string) => {
    if (!alive()) return
    const line = `${message} ${JSON.stringify({ ...fields, ...(err instanceof Error && { error: err.message }) })}`
    witness.logged.push(line)
    story.tell(`${name} logs: ${line}`)
  }
  const log: Logger = { debug: write, info: write, warn: write, error: write }
  // Its own time starts anywhere.
  const offset = dice.between(0, 1e6)
  const clock: Clock = {
    now: () => scheduler.now() - offset,
    after: (ms, run) => scheduler.after(ms, () => alive() && run()),
  }
  const shaky = shakyStore({
    store: world.store,
    notifier: world.bells.hang(alive),
    scheduler,
    dice,
    weather,
    away: () => scheduler.now() < world.awayUntil,
    alive,
    hurt: () => witness.hurtAt.push(scheduler.now()),
  })
  const account = { smsFrom: null, messagingServiceSid: null, callsPerSecond: 1, messagesPerSecond: null }
  const store = sparingRounds(shaky, world)
  const carriers = [
    twilio({
      ...account,
      accountSid: COMPANIES.twilio.accountSid,
      authTokens: [COMPANIES.twilio.authToken],
      from: '+12025550199',
      baseUrl: 'https://twilio.example.com',
      fetch: toCarrier(world, 'twilio', alive),
    }),
    signalwire({
      ...account,
      projectId: COMPANIES.signalwire.projectId,
      apiToken: COMPANIES.signalwire.apiToken,
      signingKeys: [COMPANIES.signalwire.signingKey],
      from: '+12025550198',
      baseUrl: 'https://signalwire.example.com',
      fetch: toCarrier(world, 'signalwire', alive),
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
  const born: Life = {
    name,
    alive: true,
    server,
    death,
    die() {
      born.alive = false
      world.lives.delete(born)
      die(new TypeError('fetch failed', { cause: new Error('the connection broke') }))
    },
  }
  life = born
  world.lives.add(born)
  server.start()
  return born
}

/**
 * A look at a database where nothing is due finds nothing, so it is mostly spared: a fault that strikes it would excuse
 * whatever the app waits for just then.
 */
function sparingRounds(shaky: Store, { dice, scheduler, store }: World): Store {
  const isDue = () => store.outbox.rows().some(({ nextAt }) => nextAt !== null && nextAt <= scheduler.now())
  return {
    ...shaky,
    // An instance that can't start is no instance yet.
    services: { ...shaky.services, ensureService: store.services.ensureService },
    challenges: {
      ...shaky.challenges,
      claimDue: async (limit) =>
        store.challenges.anyDue() || dice.chance(0.03) ? shaky.challenges.claimDue(limit) : [],
    },
    outbox: { ...shaky.outbox, claim: async (...args) => (isDue() ? shaky.outbox.claim(...args) : []) },
    rateLimits: { ...shaky.rateLimits, sweep: async () => {} },
    idempotency: { ...shaky.idempotency, sweep: async () => {} },
    retention: store.retention,
  }
}

/** A request to an instance, which breaks off when that dies. */
export async function serve(life: Life, request: Request): Promise<Response> {
  return Promise.race([Promise.resolve(life.server.app.fetch(request)), life.death])
}
