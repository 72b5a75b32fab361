// The console on a real store, asked without a port.

import type { MiddlewareHandler } from 'hono'
import { operatorConsole } from '../../src/console/console.ts'
import type { ConsoleEnv, Role } from '../../src/console/console-parts.ts'
import { numberHashes } from '../../src/domain/one-time-codes.ts'
import { createNumbers } from '../../src/guard/numbers.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { openStore } from '../../src/store/store.ts'
import { realClock } from '../../src/time/clock.ts'
import { freshDatabase } from '../support/fresh-database.ts'

export const SECRETS = ['a secret of the console tests']

export async function openConsole() {
  const database = await freshDatabase()
  const store = await openStore({ url: database.url, dataDir: '', log: silentLogger })
  const hashes = (text: string) => numberHashes(SECRETS, text)
  let role: Role = 'operator'
  const access: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
    c.set('signedIn', { name: 'ada', role })
    await next()
  }
  const breakers: ReturnType<Parameters<typeof operatorConsole>[0]['challenges']['breakers']> = [
    { carrier: 'twilio', breaker: 'requests', open: true },
    { carrier: 'twilio', breaker: 'deliveries', open: false },
  ]
  const app = operatorConsole({
    challenges: { find: store.challenges.find, timeline: async () => [], breakers: () => breakers },
    search: store.challengeSearch,
    statistics: store.statistics,
    numbers: createNumbers(store.numberRules, hashes),
    outbox: store.outbox,
    notifier: store.notifier,
    secrets: SECRETS,
    regions: new Set(['US']),
    links: [],
    access,
    stopping: new AbortController().signal,
    clock: realClock,
    log: silentLogger,
  })
  return {
    store,
    as: (next: Role) => {
      role = next
    },
    get: async (path: string) => {
      const response = await app.request(`http://localhost${path}`)
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
    post: async (path: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
      const response = await app.request(`http://localhost${path}`, {
        method: 'POST',
        headers: { origin: 'http://localhost', ...headers },
        body: new URLSearchParams(form),
      })
      return { status: response.status, location: response.headers.get('location'), text: await response.text() }
    },
    audit: async () => {
      const rows = await store.auditLog.list({ actor: null, action: null, targets: null }, null, 10)
      return rows.map(({ actor, action, target, reason }) => ({ actor, action, target, reason }))
    },
    async close() {
      await store.close()
      await database.drop()
    },
  }
}
