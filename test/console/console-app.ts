// The console on a real store, asked without a port.

import { Hono, type MiddlewareHandler } from 'hono'
import { challengeSecrets } from '../../src/challenges/challenge-secrets.ts'
import { NO_CARRIER } from '../../src/challenges/refusals.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { environmentSettings, ownSettingFaults } from '../../src/config/service-settings.ts'
import { consoleWithSignIn, pages } from '../../src/console/console.ts'
import type { ConsoleEnv, ConsoleParts } from '../../src/console/console-parts.ts'
import { ownForms } from '../../src/console/headers-and-own-forms.ts'
import { createFactors } from '../../src/factors/factors.ts'
import { createNumbers } from '../../src/guard/numbers.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { createManageServices } from '../../src/services/manage-services.ts'
import { openServiceDirectory } from '../../src/services/service-directory.ts'
import type { OperatorRole } from '../../src/store/operator-schema.ts'
import { openStore } from '../../src/store/store.ts'
import { realClock } from '../../src/time/clock.ts'
import { migratedDatabase } from '../support/fresh-database.ts'

export const SECRETS = ['a secret of the console tests']

const MODES = {
  conversion: 'enforce',
  neighbours: 'enforce',
  unverified: 'enforce',
  spending: 'record',
  carriers: 'record',
} as const
const CEILINGS = {
  service: [{ max: 5, seconds: 3_600 }],
  all: [
    { max: 10, seconds: 3_600 },
    { max: 100, seconds: 86_400 },
  ],
}

const config = readConfig({})
if ('faults' in config) throw new Error(config.faults.join('\n'))
const CONFIG = config
export const CONSOLE_SETTINGS = { ...environmentSettings(CONFIG), countries: new Set(['US']) }

/** Every rule of the guard notes, and refuses nothing. */
export const RECORDING = {
  conversion: 'record',
  neighbours: 'record',
  unverified: 'record',
  spending: 'record',
  carriers: 'record',
} as const

export const ORIGIN = 'https://answerback.example'

/** A console in which Ada is signed in, and one in which she has to do so. */
export async function startConsole() {
  const database = await migratedDatabase()
  const store = await openStore({ url: database.url, dataDir: '', log: silentLogger })
  const directory = await openServiceDirectory({ store: store.services, name: 'Acme', apiKeys: [], clock: realClock })
  let role: OperatorRole = 'operator'
  let isPushing = true
  const access: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
    c.set('signedIn', { name: 'ada', role })
    c.set('isStillSignedIn', async () => true)
    await next()
  }
  const breakers: ReturnType<ConsoleParts['challenges']['breakers']> = [
    { carrier: 'twilio', breaker: 'requests', open: true },
    { carrier: 'twilio', breaker: 'deliveries', open: false },
  ]
  const parts: ConsoleParts = {
    challenges: { find: store.challenges.find, timeline: async () => [], breakers: () => breakers },
    store,
    traffic: { modes: MODES, spending: CEILINGS },
    numbers: createNumbers(store.numberRules, SECRETS),
    services: createManageServices({
      store: store.services,
      settingFaults: (texts) => ownSettingFaults(CONFIG, texts),
      changed: directory.refresh,
    }),
    directory,
    endpoints: { any: () => isPushing, has: () => isPushing },
    settingsOf: () => CONSOLE_SETTINGS,
    notifier: store.notifier,
    publicUrl: ORIGIN,
    secrets: SECRETS,
    regions: new Set(['US']),
    links: [],
    stopping: new AbortController().signal,
    clock: realClock,
    log: silentLogger,
  }
  const factors = createFactors(store.factors, SECRETS)
  const signIn = consoleWithSignIn(parts, {
    factors,
    challenges: {
      create: async () => NO_CARRIER,
      cancel: async () => NO_CARRIER,
      find: store.challenges.find,
      secrets: challengeSecrets(SECRETS),
    },
    serviceName: 'Acme',
    clientAddressHeader: 'X-Forwarded-For',
  })
  return {
    url: database.url,
    store,
    as: (next: OperatorRole) => {
      role = next
    },
    pushing: (next: boolean) => {
      isPushing = next
    },
    ...asked(new Hono().use(ownForms(ORIGIN)).route('/', pages(parts, access))),
    signIn,
    directory,
    factors,
    /** As a browser of its own, with its cookies. */
    browser: () => asked(signIn),
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

export function asked(app: Hono) {
  const cookies = new Map<string, string>()
  async function request(path: string, init: RequestInit) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) }
    return app.request(`${ORIGIN}${path}`, { ...init, headers })
  }
  async function ask(path: string, init: RequestInit) {
    const response = await request(path, init)
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!
      if (/Max-Age=0/.test(set)) cookies.delete(name!)
      else cookies.set(name!, value!)
    }
    const location = response.headers.get('location')
    return { status: response.status, location, headers: response.headers, text: await response.text() }
  }
  return {
    cookies,
    get: (path: string) => ask(path, {}),
    /** The first part of a stream, which is left then. */
    async open(path: string): Promise<string> {
      const reader = (await request(path, {})).body!.getReader()
      const { value } = await reader.read()
      await reader.cancel()
      return new TextDecoder().decode(value)
    },
    post: (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      ask(path, { method: 'POST', headers: { origin: ORIGIN, ...headers }, body: new URLSearchParams(form) }),
  }
}
