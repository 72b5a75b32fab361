// A challenge moved by the engine's own hand, on a database of either kind.

import type { Ground } from '../../src/challenges/challenges.ts'
import { actor } from '../../src/challenges/transition.ts'
import type { ChallengeEvent } from '../../src/domain/events.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import { openChangeNotifier } from '../../src/store/change-notifier.ts'
import type { Database } from '../../src/store/database.ts'
import { outboxStore } from '../../src/store/outbox.ts'
import type { Store } from '../../src/store/store.ts'
import { createDispatcher } from '../../src/webhooks/dispatcher.ts'
import { aChallenge, created, someTerms } from '../store/samples.ts'
import { recordedLogger } from '../support/logger.ts'
import { SECRET } from './receiver.ts'

export type House = Awaited<ReturnType<typeof openHouse>>

export async function openHouse(database: Database) {
  const { log, logged } = await recordedLogger()
  const store = {
    challenges: challengeStore(database),
    outbox: outboxStore(database),
    notifier: await openChangeNotifier(database, log),
  } as Store
  const act = actor({ store, log, settings: { pushes: true, policy: { gate: true } } } as unknown as Ground)
  let now = Date.now()

  return {
    store,
    logged,
    async begin(flow: 'send_code' | 'approve' = 'send_code') {
      const challenge = { ...aChallenge(), flow, fallback: [] }
      const given = { challenge, request: someTerms(), expiresIn: 300, idempotencyKey: null }
      await store.challenges.insert(given, created)
      return challenge
    },
    async happens(id: Parameters<typeof act>[0], ...events: ChallengeEvent[]) {
      for (const event of events) await act(id, () => event)
    },
    sender: (url: string, rest: { secrets?: string[] } = {}) =>
      createDispatcher({ store, url, secrets: [SECRET], reach: 'loopback', log, now: () => now, ...rest }),
    /** How many seconds each message is still to wait. */
    async waits() {
      const rows = await database.query<{ wait: number }>(
        'select extract(epoch from next_at - now())::float8 as wait from outbox where next_at is not null',
      )
      return rows.map(({ wait }) => Math.ceil(wait))
    },
    /** All that anyone waits for has come, and our own clock has gone on. */
    async timePasses(seconds: number) {
      now += seconds * 1000
      await database.query('update outbox set next_at = now() where next_at is not null')
    },
    async empty() {
      now = Date.now()
      await database.query('delete from outbox')
      await database.query('delete from closed_endpoints')
    },
    close: () => store.notifier.close(),
  }
}
