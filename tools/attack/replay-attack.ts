// Replays the plan against a whole server on a port, whose carrier is the exchange and whose database a real Postgres. The
// limits are off, which would stop most of it sooner: what is seen is what the guard makes of the traffic.

import { defaultDeck } from '../../src/config/rate-deck-file.ts'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import type { RuleMode } from '../../src/domain/traffic-rule.ts'
import { createExchange } from '../../src/exchange/exchange.ts'
import { manualClock } from '../../src/exchange/simulator/clock.ts'
import { createRateDeck, UNITS } from '../../src/guard/rate-deck.ts'
import { listen } from '../../src/http/listen.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { createServer } from '../../src/server.ts'
import { COMPANIES, carrierOf } from '../../test/support/carriers.ts'
import { testConfig } from '../../test/support/config.ts'
import { freePort } from '../../test/support/free-port.ts'
import { freshDatabase, queryOnce } from '../../test/support/fresh-database.ts'
import { ATTACKS, type AttackName, drawPlan, type Step } from './attack-plan.ts'

export type Point = { attackCalls: number; attackCost: number; honestVerified: number }

export type Replay = {
  mode: RuleMode
  points: Point[]
  /** By where a step came from: asked, answered 201, named by the guard. */
  totals: Record<AttackName | 'honest', { asked: number; begun: number; named: number }>
  honest: { wanted: number; verified: number }
  /** The most deliveries that one prefix of the attack got. */
  mostPerPrefix: number
  /** What the guard refused, or would have: the steps' numbers in the plan. */
  named: number[]
  trips: string[]
}

/** Steps between two looks of the guard, as it were a second. */
const STEPS_A_SECOND = 10
/** The default, of a whole replay. */
const BUDGET = 100
const KEY = 'the-api-key-of-the-replayed-attack'

function emptyTotals(): Replay['totals'] {
  const names = [...(Object.keys(ATTACKS) as AttackName[]), 'honest' as const]
  return Object.fromEntries(names.map((name) => [name, { asked: 0, begun: 0, named: 0 }])) as Replay['totals']
}

export async function replayAttack(mode: RuleMode, seed: number, scale: number): Promise<Replay> {
  const { url, drop } = await freshDatabase()
  const clock = manualClock(new Date())
  const phones = createExchange({
    carriers: COMPANIES,
    fetch: async (request) => server.app.fetch(request),
    clock,
    speed: Number.POSITIVE_INFINITY,
  })
  const rules = ['CONVERSION', 'NEIGHBOURS', 'UNVERIFIED', 'SPENDING'].map((rule) => [`GUARD_${rule}`, mode])
  const config = testConfig({
    SECRET: 'the secret of the replayed attack and no other',
    API_KEY: KEY,
    DATABASE_URL: url,
    METRICS_TOKEN: KEY,
    UNVERIFIED_BUDGET: String(Math.ceil(BUDGET * scale)),
    ...Object.fromEntries(rules),
  })
  const server = await createServer(config, silentLogger, {
    carriers: [carrierOf('twilio', async (target, init) => phones.app.fetch(new Request(target, init)))],
    settings: { speechSpeed: 1_000_000 },
  })
  const port = await freePort()
  const listener = await new Promise<ReturnType<typeof listen>>((resolve) => {
    const opened = listen(server.app, { port, host: '127.0.0.1' }, () => resolve(opened))
  })
  const plan = drawPlan(seed, scale)
  const deck = createRateDeck(defaultDeck())
  const replay: Replay = {
    mode,
    points: [],
    totals: emptyTotals(),
    honest: { wanted: plan.filter(({ verifies }) => verifies).length, verified: 0 },
    mostPerPrefix: 0,
    named: [],
    trips: [],
  }
  const perPrefix = new Map<string, number>()
  let cost = 0
  let token: { id: ChallengeId; bearer: string } | null = null as { id: ChallengeId; bearer: string } | null

  async function ask(path: string, body: object, bearer = KEY) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, json: (await response.json()) as { id: ChallengeId; page_token: string } }
  }

  /** How many deliveries the guard has refused, or would have. */
  async function decided(): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { Authorization: `Bearer ${KEY}` } })
    const lines = (await response.text()).matchAll(
      /^answerback_guard_decisions_total\{.*decision="(?:refused|recorded)".*\} (\d+)$/gm,
    )
    return [...lines].reduce((sum, [, count]) => sum + Number(count), 0)
  }

  async function settled(): Promise<void> {
    await phones.settled()
    await server.challenges.stop()
  }

  /** Whether a call began, and whether it was verified. */
  async function take({ to, from, verifies, clientIp }: Step): Promise<{ begun: boolean; verified: boolean }> {
    const phone = phones.phone(to)
    phone.will(from === 'honest' ? (verifies ? 'approves' : 'no_answer_at_once') : 'wrong_twice')
    if (from === 'token' && token !== null) {
      const { status } = await ask(`/v1/challenges/${token.id}/deliveries`, { channel: 'sms' }, token.bearer)
      return { begun: status === 201, verified: false }
    }
    const flow = from === 'honest' ? 'approve' : 'send_code'
    const channel = from === 'token' ? 'sms' : 'call'
    const { status, json } = await ask('/v1/challenges', { to, flow, channel, client_ip: clientIp })
    if (status !== 201) return { begun: false, verified: false }
    if (from === 'token') token = { id: json.id, bearer: json.page_token }
    if (from === 'canceled') await ask(`/v1/challenges/${json.id}/cancel`, {})
    await settled()
    const now = await server.challenges.find(json.id)
    return { begun: true, verified: now?.challenge.outcome?.status === 'approved' }
  }

  try {
    for (const [index, step] of plan.entries()) {
      const before = await decided()
      const { begun, verified } = await take(step)
      const total = replay.totals[step.from]
      total.asked++
      if (begun) total.begun++
      if (verified) replay.honest.verified++
      if ((await decided()) > before) {
        total.named++
        replay.named.push(index)
      }
      if (begun && step.from !== 'honest') {
        const prefix = step.to.slice(0, -4)
        perPrefix.set(prefix, (perPrefix.get(prefix) ?? 0) + 1)
        cost += deck.price(step.to, 'twilio', step.from === 'token' ? 'sms' : 'call') / UNITS
      }
      if (index % STEPS_A_SECOND === STEPS_A_SECOND - 1) await server.challenges.refreshGuard()
      const attackCalls = [...perPrefix.values()].reduce((sum, count) => sum + count, 0)
      replay.points.push({ attackCalls, attackCost: cost, honestVerified: replay.honest.verified })
    }
    await server.challenges.refreshGuard()
    replay.mostPerPrefix = Math.max(...perPrefix.values())
    const trips = await queryOnce(url, 'select rule, key, mode from guard_trips order by began_at, key')
    replay.trips = trips.map(({ rule, key, mode }) => `${rule} ${mode} ${key}`)
    return replay
  } finally {
    listener.close()
    await server.drain()
    await drop()
  }
}
