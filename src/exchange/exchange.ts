// The simulated telephone company, with phones in the browser. It serves the carriers' REST APIs and sends their
// webhooks, and imports nothing of the app that uses it.

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { bandwidth } from './bandwidth/bandwidth.ts'
import type { BandwidthAccount } from './bandwidth/bandwidth-account.ts'
import { controlApi } from './control/control-api.ts'
import type { PageLink } from './control/live-updates.ts'
import { phonesPage } from './control/phones-page.ts'
import { plivo } from './plivo/plivo.ts'
import type { PlivoAccount } from './plivo/plivo-account.ts'
import { type SignalwireAccount, signalwire } from './signalwire/signalwire.ts'
import { AppClient } from './simulator/app-client.ts'
import { CARRIER_NAMES, type CarrierName } from './simulator/carrier-name.ts'
import type { Clock } from './simulator/clock.ts'
import { realClock } from './simulator/clock.ts'
import type { FaultInjection, FaultPatch } from './simulator/fault-injection.ts'
import { HttpLog, type HttpLogEntry } from './simulator/http-log.ts'
import type { Phone } from './simulator/phone.ts'
import { createPhone } from './simulator/phone.ts'
import type { Violation } from './simulator/simulator-state.ts'
import { SimulatorState } from './simulator/simulator-state.ts'
import { type TwilioAccount, twilio } from './twilio/twilio.ts'

/** The account at each carrier that the exchange plays. */
export type CarrierAccounts = {
  twilio?: TwilioAccount
  signalwire?: SignalwireAccount
  bandwidth?: BandwidthAccount
  plivo?: PlivoAccount
}

export type ExchangeOptions = {
  carriers: CarrierAccounts
  /** Sends every webhook to the app. */
  fetch?: (request: Request) => Promise<Response>
  clock?: Clock
  /** 1 is real time; with `Infinity` dialling and speaking take no time. Timeouts follow the clock alone. */
  speed?: number
  /** So many times longer than asked a phone rings on, and a gather waits: for tests in a browser, on a busy machine. */
  waitFactor?: number
  /** Pages beside the phones, which link to them. */
  links?: PageLink[]
  /** How long a phone in a test waits, in real time. */
  phoneTimeoutMs?: number
}

export type Exchange = {
  /** The carriers' APIs, the control API and the phones page. */
  app: Hono
  phone(number: string): Phone
  readonly injectedFaults: Readonly<Record<CarrierName, FaultInjection>>
  /** At one carrier, or at all. */
  injectFaults(patch: FaultPatch, carrier?: CarrierName): void
  readonly violations: readonly Violation[]
  readonly httpLog: readonly HttpLogEntry[]
  /** Resolves when no request is in flight and nothing follows without time passing or a person acting. */
  settled(): Promise<void>
}

/** Several times as much as any request to a carrier, or to the phones, has. */
const MAX_BODY_BYTES = 64 * 1024

export function createExchange(options: ExchangeOptions): Exchange {
  const simulator = new SimulatorState(options.clock ?? realClock, options.speed ?? 1, options.waitFactor ?? 1)
  const httpLog = new HttpLog(simulator)
  const parts = { simulator, httpLog, appClient: new AppClient(simulator, httpLog, options.fetch ?? fetch) }
  const app = new Hono()
  app.onError((error) => {
    throw error
  })
  app.use(
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => c.json({ error: `at most ${MAX_BODY_BYTES} bytes` }, 413) }),
  )
  const { carriers } = options
  if (carriers.twilio) app.route('/2010-04-01/Accounts', twilio(carriers.twilio, parts))
  if (carriers.signalwire) app.route('/api/laml/2010-04-01/Accounts', signalwire(carriers.signalwire, parts))
  if (carriers.bandwidth) app.route('/bandwidth', bandwidth(carriers.bandwidth, parts))
  if (carriers.plivo) app.route('/plivo/v1/Account', plivo(carriers.plivo, parts))
  app.route('/exchange', controlApi(parts, { companies: companiesOf(carriers), links: options.links ?? [] }))
  app.route('/', phonesPage())

  return {
    app,
    phone: (number) => createPhone(simulator, number, options.phoneTimeoutMs ?? 5000),
    injectedFaults: simulator.injectedFaults,
    injectFaults: (patch, carrier) => simulator.injectFaults(patch, carrier ?? null),
    violations: simulator.violations,
    httpLog: httpLog.entries,
    settled: () => simulator.pendingTasks.settled(),
  }
}

function companiesOf(carriers: CarrierAccounts): CarrierName[] {
  return CARRIER_NAMES.filter((name) => carriers[name.toLowerCase() as keyof CarrierAccounts])
}
