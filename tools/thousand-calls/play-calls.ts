// A thousand calls with fates that are known, through a whole server and the exchange.

import type { Behaviour } from '../../src/exchange/simulator/line.ts'
import { eventually } from '../../test/faults/waiting.ts'
import type { Server } from '../../test/http/test-server.ts'
import { nextNumber } from '../../test/support/numbers.ts'

const FATES: [count: number, phone: Behaviour][] = [
  [520, 'approves'],
  [90, 'refuses'],
  [20, 'reports_fraud'],
  [110, 'busy'],
  [60, 'decline'],
  [150, 'unreachable'],
  [30, 'hangs_up'],
  [20, 'carrier_failed'],
]
export const CALLS = FATES.reduce((sum, [count]) => sum + count, 0)
/** Of Bandwidth and Plivo some causes are the same code, and so the same outcome. */
export const CARRIERS = ['twilio', 'signalwire'] as const
const AT_ONCE = 10

/** One ended call, as the API says. */
export type Played = { carrier: (typeof CARRIERS)[number]; status: string; reason: string }

export async function playCalls(server: Server): Promise<Played[]> {
  const fates = FATES.flatMap(([count, phone]) => Array.from({ length: count }, () => phone))
  // One kind after the other would be an outage each.
  const left = fates.map((_, index) => fates[(index * 387) % CALLS]!).entries()
  const played: Played[] = []
  const caller = async () => {
    for (const [index, phone] of left) played.push(await call(server, phone, CARRIERS[index % CARRIERS.length]!))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, caller))
  return played
}

async function call(server: Server, behaviour: Behaviour, carrier: Played['carrier']): Promise<Played> {
  const to = nextNumber()
  server.phones.phone(to).will(behaviour)
  const { json, status } = await server.ask('POST', '/v1/challenges', { to, flow: 'approve', carrier })
  if (status !== 201) throw new Error(`${status} ${json.detail}`)
  const ended = await eventually(
    `the end of a call: ${behaviour}`,
    async () => {
      await server.phones.settled()
      const now = (await server.ask('GET', `/v1/challenges/${json.id}`)).json
      if (now.status === 'pending') await server.challenges.reconcile()
      return now.status !== 'pending' && now
    },
    90_000,
  )
  return { carrier, status: ended.status, reason: ended.reason! }
}
