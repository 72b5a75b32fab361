// Challenges and their outbox on a database of either kind, changed through the real transition function.

import { createBackgroundTasks } from '../../src/challenges/background-tasks.ts'
import { createKnownRecords } from '../../src/challenges/known-records.ts'
import { createTransition } from '../../src/challenges/transition.ts'
import type { ChallengeEvent } from '../../src/domain/events.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import { openChangeNotifier } from '../../src/store/change-notifier.ts'
import type { Database } from '../../src/store/database.ts'
import { type Outbox, outboxStore } from '../../src/store/outbox.ts'
import type { Store } from '../../src/store/store.ts'
import { realClock } from '../../src/time/clock.ts'
import { createDispatcher } from '../../src/webhooks/dispatcher.ts'
import { aChallenge, aCreation, aRequest, NO_RULES } from '../store/samples.ts'
import { NO_TRAFFIC_GUARD } from '../support/no-traffic-guard.ts'
import { recordedLogger } from '../support/test-loggers.ts'
import { SECRET } from '../support/webhook-receiver.ts'

type DispatcherChoices = { secrets?: string[]; others?: Record<string, string> }

export type PushFixture = Awaited<ReturnType<typeof openPushFixture>>

export async function openPushFixture(database: Database) {
  const { log, logged } = await recordedLogger()
  let clockOffset = 0
  const retries: { failure: string; seconds: number | null }[] = []
  const claimTimes: number[] = []
  const real = outboxStore(database)
  const outbox: Outbox = {
    ...real,
    async claim(...asked) {
      const claimed = await real.claim(...asked)
      const messages = claimed.map((message) => ({ ...message, claimedAt: message.claimedAt + clockOffset }))
      claimTimes.push(...messages.map(({ claimedAt }) => claimedAt))
      return messages
    },
    async markFailed(id, failure, seconds) {
      retries.push({ failure, seconds })
      await real.markFailed(id, failure, seconds)
    },
  }
  const store = {
    challenges: challengeStore(database),
    outbox,
    notifier: await openChangeNotifier(database, log),
  } as Store
  const metrics = createMetrics()
  const transition = createTransition({
    store,
    knownRecords: createKnownRecords(realClock),
    refusedBySettings: async () => null,
    traffic: NO_TRAFFIC_GUARD,
    countWhenFound: (_challenge, _delivery, saved) => saved,
    learntRules: () => [],
    limits: {
      startOf: () => ({ rules: NO_RULES, owner: [], locks: [], consume: [], hold: [] }),
      hashes: () => [],
      codeLocks: () => [],
      unansweredLocks: () => [],
    },
    slots: { slotFor: () => null, reserved: () => {} },
    policy: { gate: true, drawnKey: false },
    settingsOf: () => ({ pushes: true }),
    tasks: createBackgroundTasks(log),
    log,
    runEffects: async (_, record) => record,
    noteCarrierHealth: () => {},
    metrics,
  })

  return {
    store,
    logged,
    metrics,
    /** What the dispatcher has noted of each failed try; `seconds`: until the next, or none. */
    retries,
    /** When each message was claimed, by the database's clock. */
    claimTimes,
    async createChallenge(flow: 'send_code' | 'approve' = 'send_code', serviceId = aRequest().serviceId) {
      const challenge = { ...aChallenge(), flow, fallback: [] }
      const given = { challenge, request: { ...aRequest(), serviceId }, expiresIn: 300, idempotency: null, slot: null }
      await store.challenges.insert(given, aCreation)
      return challenge
    },
    async applyEvents(id: Parameters<typeof transition>[0], ...events: ChallengeEvent[]) {
      for (const event of events) await transition(id, () => event)
    },
    /** `others`: where the outcomes of other services go. */
    dispatcher: (url: string, { secrets = [SECRET], others = {} }: DispatcherChoices = {}) =>
      createDispatcher({
        store,
        endpoints: {
          of: (service) => ({ url: others[service] ?? url, secrets }),
          any: () => true,
          several: () => Object.keys(others).length > 0,
        },
        allowedNetwork: 'loopback',
        trace: null,
        metrics,
        clock: realClock,
        log,
      }),
    /** Messages that are neither delivered nor given up. */
    pending: () => database.query('select id from outbox where next_at is not null'),
    /** So that no wait ends by itself, however slow the machine; what is due now stays due. */
    async holdBack() {
      await database.query(`update outbox set next_at = next_at + interval '1 hour' where next_at > now()`)
    },
    /** Makes every message due, and moves the database's clock as the outbox reads it. */
    async passTime(seconds: number) {
      clockOffset += seconds
      await database.query('update outbox set next_at = now() where next_at is not null')
    },
    async clear() {
      clockOffset = 0
      retries.length = 0
      claimTimes.length = 0
      await database.query('delete from outbox')
      await database.query('delete from disabled_endpoints')
    },
    close: () => store.notifier.close(),
  }
}
