// Instances on one database that list different secrets, as a rotation puts them side by side; their carrier has no port.

import '../support/long-deadlines.ts'
import type { TestContext } from 'node:test'
import { createExchange } from '../../src/exchange/exchange.ts'
import { manualClock } from '../../src/exchange/simulator/clock.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { createServer, type Server } from '../../src/server.ts'
import { type Clock, realClock } from '../../src/time/clock.ts'
import { untilCalm } from '../support/calm.ts'
import { COMPANIES, carrierOf } from '../support/carriers.ts'
import { testConfig } from '../support/config.ts'
import { migratedDatabase } from '../support/fresh-database.ts'

const KEY = 'the-api-key-of-the-two-instances'

/** `spread`: the carrier's webhooks go to one instance after the other, and not all to the first. */
export async function openSideBySide(
  t: TestContext,
  settings: Record<string, string> = {},
  spread = false,
  clock: Clock = realClock,
) {
  const { url, drop } = await migratedDatabase()
  t.after(drop)
  let instances: Server[] = []
  let webhooks = 0
  const drainAll = () => Promise.all(instances.map(({ drain }) => drain()))
  t.after(drainAll)
  const phones = createExchange({
    carriers: COMPANIES,
    fetch: async (request) => instances[spread ? webhooks++ % instances.length : 0]!.app.fetch(request),
    clock: manualClock(new Date()),
    speed: Number.POSITIVE_INFINITY,
    phoneTimeoutMs: 30_000,
  })
  const carrier = carrierOf('twilio', (target, init) => Promise.resolve(phones.app.fetch(new Request(target, init))))

  function start(secrets: readonly string[]): Promise<Server> {
    const config = testConfig({ ...settings, SECRET: secrets.join(','), API_KEY: KEY, DATABASE_URL: url })
    return createServer(config, silentLogger, { carriers: [carrier], settings: { speechSpeed: 1_000_000 }, clock })
  }

  return {
    url,
    phones,
    /** Those before are stopped. */
    async startWith(lists: readonly (readonly string[])[]): Promise<Server[]> {
      await drainAll()
      instances = await Promise.all(lists.map(start))
      return instances
    },
    /** With the settings as they are by now. */
    async startBeside(secrets: readonly string[]): Promise<Server> {
      const one = await start(secrets)
      instances = [...instances, one]
      return one
    },
    async ask(on: number, path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
      return instances[on]!.app.request(path, {
        method: body ? 'POST' : 'GET',
        headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
      })
    },
    settled: () => untilCalm(phones, instances),
  }
}
