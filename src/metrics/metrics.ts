// What this process counts and measures, in the names of Prometheus: prometheus.io/docs/practices/naming. Every label has a
// handful of values of ours; nothing that a stranger sends becomes one. The sums over all instances are the installation's.

import Counter from 'prom-client/lib/counter.js'
import Gauge from 'prom-client/lib/gauge.js'
import Histogram from 'prom-client/lib/histogram.js'
import Registry from 'prom-client/lib/registry.js'
import type { CarrierName, Channel, Flow, Outcome } from '../domain/challenge.ts'
import type { TrafficRule } from '../domain/traffic-rule.ts'

type Ended = { flow: Flow; channel: Channel; carrier: CarrierName; seconds: number } & Pick<
  Outcome,
  'status' | 'reason'
>
type Asked = { carrier: CarrierName; channel: Channel; result: 'placed' | 'refused' | 'unknown'; seconds: number }
type Webhook = { carrier: CarrierName; kind: string; status: number; seconds: number }

/** What is only looked at when it is asked for. */
export type Watched = {
  waiters: () => number
  breakers: () => { carrier: CarrierName; breaker: 'requests' | 'deliveries'; open: boolean }[]
  /** `null` when none waits. Rejects while the database does not answer: then nothing is said. */
  outboxAge: () => Promise<number | null>
}

export type Metrics = {
  created(challenge: { flow: Flow; channel: Channel }): void
  answered(call: { carrier: CarrierName; seconds: number }): void
  ended(challenge: Ended): void
  carrierAsked(request: Asked): void
  webhookAnswered(webhook: Webhook): void
  guardDecided(decision: { rule: TrafficRule; decision: 'refused' | 'recorded' | 'began' | 'ended' }): void
  watch(watched: Watched): void
  /** In the text format of Prometheus. */
  text(): Promise<{ body: string; contentType: string }>
}

/** A person is waited for. */
const PATIENCE = [2, 5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 300, 600]
/** A machine is; a carrier's document has two seconds, and its answer to a request three. */
const PROMPTNESS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]

  const created = new Counter({
    registers,
    name: 'answerback_challenges_created_total',
    help: 'Challenges that were started.',
    labelNames: ['flow', 'channel'],
  })
  const ended = new Counter({
    registers,
    name: 'answerback_challenges_ended_total',
    help: 'Challenges that got their outcome, by the channel and carrier of the last delivery.',
    labelNames: ['flow', 'channel', 'carrier', 'status', 'reason'],
  })
  const outcomeSeconds = new Histogram({
    registers,
    name: 'answerback_challenge_duration_seconds',
    help: 'From the start of a challenge to its outcome.',
    labelNames: ['flow', 'status'],
    buckets: PATIENCE,
  })
  const answerSeconds = new Histogram({
    registers,
    name: 'answerback_call_answer_seconds',
    help: 'From the decision to call to the answer.',
    labelNames: ['carrier'],
    buckets: PATIENCE,
  })
  const requestSeconds = new Histogram({
    registers,
    name: 'answerback_carrier_request_duration_seconds',
    help: 'Requests to place a call or send a message, until the carrier answered or was given up.',
    labelNames: ['carrier', 'channel', 'result'],
    buckets: PROMPTNESS,
  })
  const webhookSeconds = new Histogram({
    registers,
    name: 'answerback_carrier_webhook_duration_seconds',
    help: "Carriers' webhooks, until they were answered. status: 2xx, 4xx or 5xx.",
    labelNames: ['carrier', 'kind', 'status'],
    buckets: PROMPTNESS,
  })
  const guardDecisions = new Counter({
    registers,
    name: 'answerback_guard_decisions_total',
    help: 'Deliveries that a rule of the guard refused, or would have (recorded), and how often rules began and ended.',
    labelNames: ['rule', 'decision'],
  })

  return {
    created: (labels) => created.inc(labels),
    answered: ({ seconds, ...labels }) => answerSeconds.observe(labels, seconds),
    ended({ seconds, ...labels }) {
      ended.inc(labels)
      outcomeSeconds.observe({ flow: labels.flow, status: labels.status }, seconds)
    },
    carrierAsked: ({ seconds, ...labels }) => requestSeconds.observe(labels, seconds),
    webhookAnswered: ({ seconds, status, ...labels }) =>
      webhookSeconds.observe({ ...labels, status: `${Math.floor(status / 100)}xx` }, seconds),
    guardDecided: (labels) => guardDecisions.inc(labels),
    watch: (watched) => watchAll(registers, watched),
    text: async () => ({ body: await registry.metrics(), contentType: registry.contentType }),
  }
}

function watchAll(registers: Registry[], { waiters, breakers, outboxAge }: Watched): void {
  new Gauge({
    registers,
    name: 'answerback_waiters',
    help: 'Requests that wait for a challenge to change: long polls and streams of events.',
    collect() {
      this.set(waiters())
    },
  })
  new Gauge({
    registers,
    name: 'answerback_carrier_breaker_open',
    help: '1 while a carrier is tried last, since it failed repeatedly: what it was asked (requests) or what it took (deliveries).',
    labelNames: ['carrier', 'breaker'],
    collect() {
      for (const { open, ...labels } of breakers()) this.set(labels, open ? 1 : 0)
    },
  })
  new Gauge({
    registers,
    name: 'answerback_outbox_oldest_seconds',
    help: 'How long the oldest outcome has been on its way to WEBHOOK_URL; 0 when none is. Of the whole installation.',
    async collect() {
      this.remove()
      const age = await outboxAge().then(
        (seconds) => seconds ?? 0,
        () => null,
      )
      if (age !== null) this.set(age)
    },
  })
}
