// The console whose operators are called: a whole server, with the exchange as its carrier.

import type { ChallengeSettings } from '../../src/challenges/challenge-settings.ts'
import { consoleWithSignIn } from '../../src/console/console.ts'
import { createFactors } from '../../src/factors/factors.ts'
import { createOperatorPhones } from '../../src/factors/operator-phones.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { createManageServices } from '../../src/services/manage-services.ts'
import { openServiceDirectory } from '../../src/services/service-directory.ts'
import { CONSOLE_SERVICE } from '../../src/store/operator-schema.ts'
import { realClock } from '../../src/time/clock.ts'
import { startServer } from '../http/test-server.ts'
import { anAct } from '../store/samples.ts'
import { asked, CONSOLE_SETTINGS, ORIGIN, RECORDING } from './console-app.ts'
import { lightHash } from './light-hash.ts'

const SECRETS = ['a secret of the test server, long enough']

export async function startCallConsole(settings: Partial<ChallengeSettings> = {}) {
  const server = await startServer(settings)
  const { store, challenges } = server
  const directory = await openServiceDirectory({ store: store.services, name: 'Acme', apiKeys: [], clock: realClock })
  const services = createManageServices({ store: store.services, settingFaults: () => [], changed: directory.refresh })
  const stopping = new AbortController()
  const phones = createOperatorPhones(store.factors, store.operatorFactors, CONSOLE_SERVICE, SECRETS)
  const factors = createFactors(store.factors, SECRETS)
  const app = consoleWithSignIn(
    {
      challenges,
      store,
      traffic: { modes: RECORDING, spending: { service: [], all: [] } },
      services,
      directory,
      endpoints: { any: () => false, has: () => false },
      settingsOf: () => CONSOLE_SETTINGS,
      numbers: challenges.numbers,
      notifier: store.notifier,
      publicUrl: ORIGIN,
      secrets: SECRETS,
      regions: new Set(['US']),
      links: [],
      stopping: stopping.signal,
      clock: realClock,
      log: silentLogger,
    },
    { factors, challenges, serviceName: 'Acme', clientAddressHeader: 'X-Forwarded-For' },
  )
  return {
    server,
    app,
    factors,
    phones,
    browser: () => asked(app),
    add: async (name: string, password: string) =>
      store.operators.add({ name, role: 'operator', passwordHash: await lightHash(password) }, anAct),
    audit: async () => store.auditLog.list({ actor: null, action: null, targets: null }, null, 50),
    async stop() {
      stopping.abort()
      await server.stop()
    },
  }
}
