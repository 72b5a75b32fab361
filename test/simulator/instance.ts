// One instance from its start to its death. After it nothing that it asked for is ever answered, and nothing that it
// still does reaches anybody: that is what a killed process looks like from everywhere.

import { Hono } from 'hono'
import { signalwire } from '../../src/carriers/signalwire/signalwire.ts'
import { twilio } from '../../src/carriers/twilio/twilio.ts'
import { type Challenges, createChallenges } from '../../src/challenges/challenges.ts'
import { onFault } from '../../src/http/problems.ts'
import { carrierWebhooks } from '../../src/http/routes/carrier-webhooks.ts'
import { challengeRoutes } from '../../src/http/routes/challenges.ts'
import type { LogFields, Logger } from '../../src/log/logger.ts'
import type { Clock } from '../../src/time/clock.ts'
import { createDispatcher, type Dispatcher } from '../../src/webhooks/dispatcher.ts'
import { COMPANIES } from './accounts.ts'
import { shakyStore } from './shaky-store.ts'
import { toCarrier } from './to-carrier.ts'
import { PUBLIC_URL, type World } from './world.ts'

export type Life = {
  name: string
  alive: boolean
  engine: Challenges
  pushes: Dispatcher
  app: Hono
  stopping: AbortController
  /** Rejects when the instance dies. */
  death: Promise<never>
  die(): void
}

export function live(world: World, name: string): Life {
  const { scheduler, dice, weather, witness, story } = world
  const { promise: death, reject: die } = Promise.withResolvers<never>()
  death.catch(() => {})
  const alive = () => life.alive
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
  const store = shakyStore({
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
  const engine = createChallenges({ store, carriers, settings: world.settings, clock, log })
  const stopping = new AbortController()
  const app = new Hono()
  app.route(
    '/',
    challengeRoutes({
      engine,
      services: store.services,
      idempotency: store.idempotency,
      stopping: stopping.signal,
      log,
    }),
  )
  app.onError(onFault(log))
  app.route('/', carrierWebhooks({ engine, carriers, publicUrl: PUBLIC_URL, clock, log }))
  const pushes = createDispatcher({
    store,
    url: 'https://app.example.com/hook',
    secrets: ['whsec_c2VjcmV0IG9mIHRoZSBzaW11bGF0b3I='],
    allowedNetwork: 'public',
    log,
  })
  const life: Life = {
    name,
    alive: true,
    engine,
    pushes,
    app,
    stopping,
    death,
    die() {
      life.alive = false
      world.lives.delete(life)
      die(new TypeError('fetch failed', { cause: new Error('the connection broke') }))
    },
  }
  world.lives.add(life)
  store.notifier.onRing(pushes.wake)
  rounds(world, life)
  return life
}

/** As src/main.ts does it. A look at a database where nothing is due finds nothing, so it is mostly spared. */
function rounds({ scheduler, dice, store }: World, life: Life): void {
  const period = 900 + dice.between(0, 200)
  const round = () => {
    if (!life.alive || life.stopping.signal.aborted) return
    if (store.challenges.anyDue() || dice.chance(0.03)) life.engine.reconcile().catch(() => {})
    if (store.outbox.rows().some(({ nextAt }) => nextAt !== null && nextAt <= scheduler.now())) life.pushes.wake()
    scheduler.after(period, round)
  }
  scheduler.after(dice.between(0, period), round)
}

/** A request to an instance, which breaks off when that dies. */
export async function serve(life: Life, request: Request): Promise<Response> {
  return Promise.race([Promise.resolve(life.app.fetch(request)), life.death])
}
