// A telephone company in a box, with phones in the browser. It stands on the far side of the wire: it speaks its
// companies' REST APIs in and their webhooks out, and knows nothing of the app that uses it.

import { Hono } from 'hono'
import { type BandwidthAccount, bandwidth } from './bandwidth/bandwidth.ts'
import { control } from './control/control-api.ts'
import { pages } from './control/phones-page.ts'
import { type PlivoAccount, plivo } from './plivo/plivo.ts'
import { type SignalwireAccount, signalwire } from './signalwire/signalwire.ts'
import type { Clock } from './simulator/clock.ts'
import { realClock } from './simulator/clock.ts'
import type { Trouble, TroublePatch } from './simulator/fault-injection.ts'
import type { WireEntry } from './simulator/http-log.ts'
import { Wire } from './simulator/http-log.ts'
import type { Phone } from './simulator/phone.ts'
import { phone } from './simulator/phone.ts'
import type { Fault } from './simulator/simulator-state.ts'
import { Switchboard } from './simulator/simulator-state.ts'
import { type TwilioAccount, twilio } from './twilio/twilio.ts'

/** One account at each company that is to be there. */
export type Companies = {
  twilio?: TwilioAccount
  signalwire?: SignalwireAccount
  bandwidth?: BandwidthAccount
  plivo?: PlivoAccount
}

export type ExchangeOptions = {
  companies: Companies
  /** Carries every webhook to the app. */
  fetch?: (request: Request) => Promise<Response>
  clock?: Clock
  /** 1 is real time; `Infinity` makes dialling and speaking take none. Timeouts are the clock's alone. */
  speed?: number
  /** Real milliseconds that a phone in a test waits for what it expects. */
  patience?: number
}

export type Exchange = {
  /** The companies' APIs, the control API and the phones page. */
  app: Hono
  phone(number: string): Phone
  readonly trouble: Trouble
  make(trouble: TroublePatch): void
  readonly faults: readonly Fault[]
  readonly wire: readonly WireEntry[]
  /** Resolves when no request is on its way and nothing more follows without time or a person. */
  settled(): Promise<void>
}

export function exchange(options: ExchangeOptions): Exchange {
  const board = new Switchboard(options.clock ?? realClock, options.speed ?? 1)
  const wire = new Wire(board, options.fetch ?? fetch)
  const app = new Hono()
  app.onError((error) => {
    throw error
  })
  const { companies } = options
  if (companies.twilio) app.route('/2010-04-01/Accounts', twilio(companies.twilio, board, wire))
  if (companies.signalwire) app.route('/api/laml/2010-04-01/Accounts', signalwire(companies.signalwire, board, wire))
  if (companies.bandwidth) app.route('/bandwidth', bandwidth(companies.bandwidth, board, wire))
  if (companies.plivo) app.route('/plivo/v1/Account', plivo(companies.plivo, board, wire))
  app.route('/exchange', control(board, wire))
  app.route('/', pages())

  return {
    app,
    phone: (number) => phone(board, number, options.patience ?? 5000),
    trouble: board.trouble,
    make: (trouble) => board.make(trouble),
    faults: board.faults,
    wire: wire.entries,
    settled: () => board.work.settled(),
  }
}
