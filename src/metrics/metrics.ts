// What this process counts and measures, in the names of Prometheus: prometheus.io/docs/practices/naming. Every label has a
// handful of values of ours; nothing that a stranger sends becomes one. The sums over all instances are the installation's.

import Counter from 'prom-client/lib/counter.js'
import Histogram from 'prom-client/lib/histogram.js'
import Registry from 'prom-client/lib/registry.js'
import type { CarrierName, Channel, Flow, Outcome } from '../domain/challenge.ts'
import type { TrafficRule } from '../domain/traffic-rule.ts'
import {
  createdLabels,
  decisionLabels,
  endedLabels,
  outcomeLabels,
  requestLabels,
  webhookLabels,
} from './expected-labels.ts'
import { type Watched, watchAll, watchProcess } from './gauges.ts'

type Ended = { flow: Flow; channel: Channel; carrier: CarrierName; seconds: number } & Pick<
  Outcome,
  'status' | 'reason'
>
type Asked = { carrier: CarrierName; channel: Channel; result: 'placed' | 'refused' | 'unknown'; seconds: number }
type Statement = { result: 'ok' | 'failed'; seconds: number }
type Push = { result: 'delivered' | 'failed'; seconds: number }
type Webhook = { carrier: CarrierName; kind: string; status: number; seconds: number }

export type Metrics = {
  /** Each counter and histogram begins at 0, for these carriers. */
  begin(carriers: readonly CarrierName[]): void
  created(challenge: { flow: Flow; channel: Channel }): void
  rang(call: { carrier: CarrierName; seconds: number }): void
  answered(call: { carrier: CarrierName; seconds: number }): void
  ended(challenge: Ended): void
  carrierAsked(request: Asked): void
  webhookAnswered(webhook: Webhook): void
  /** A try to give the app a message. `delay`: since what it tells of was saved, when the app took it. */
  pushAnswered(push: Push & { delay: number | null }): void
  statementAnswered(statement: Statement): void
  guardDecided(decision: { rule: TrafficRule; decision: 'refused' | 'recorded' | 'began' | 'ended' }): void
  watch(watched: Watched): void
  /** In the text format of Prometheus. */
  text(): Promise<{ body: string; contentType: string }>
}

/** A person is waited for. */
const PATIENCE = [2, 5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 300, 600]
/** A machine is; a carrier's document has two seconds, and its answer to a request three. */
const PROMPTNESS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5]
/** An app takes a message at once, or after the waits of the schedule of retries. */
const PUSH_DELAY = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 43_200]
const STATEMENT = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2]

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
  const ringSeconds = new Histogram({
    registers,
    name: 'answerback_call_ring_seconds',
    help: 'From the decision to call to the ringing.',
    labelNames: ['carrier'],
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
  const pushSeconds = new Histogram({
    registers,
    name: 'answerback_app_webhook_duration_seconds',
    help: 'Tries to push a message to WEBHOOK_URL, until the app answered or was given up.',
    labelNames: ['result'],
    buckets: PROMPTNESS,
  })
  const pushDelay = new Histogram({
    registers,
    name: 'answerback_app_webhook_delay_seconds',
    help: 'How late an app has a message that it took, counted from the change that it tells of.',
    buckets: PUSH_DELAY,
  })
  const statementSeconds = new Histogram({
    registers,
    name: 'answerback_database_statement_duration_seconds',
    help: 'Statements of the database, the wait for a connection included, until they were answered or had failed.',
    labelNames: ['result'],
    buckets: STATEMENT,
  })
  const guardDecisions = new Counter({
    registers,
    name: 'answerback_guard_decisions_total',
    help: 'Deliveries that a rule of the guard refused, or would have (recorded), and how often rules began and ended.',
    labelNames: ['rule', 'decision'],
  })

  watchProcess(registers)

  return {
    begin(carriers) {
      for (const labels of createdLabels()) created.inc(labels, 0)
      for (const labels of endedLabels(carriers)) ended.inc(labels, 0)
      for (const labels of decisionLabels()) guardDecisions.inc(labels, 0)
      for (const labels of outcomeLabels()) outcomeSeconds.zero(labels)
      for (const labels of requestLabels(carriers)) requestSeconds.zero(labels)
      for (const labels of webhookLabels(carriers)) webhookSeconds.zero(labels)
      for (const seconds of [ringSeconds, answerSeconds]) for (const carrier of carriers) seconds.zero({ carrier })
      for (const result of ['delivered', 'failed']) pushSeconds.zero({ result })
      for (const result of ['ok', 'failed']) statementSeconds.zero({ result })
    },
    created: (labels) => created.inc(labels),
    rang: ({ seconds, ...labels }) => ringSeconds.observe(labels, seconds),
    answered: ({ seconds, ...labels }) => answerSeconds.observe(labels, seconds),
    ended({ seconds, ...labels }) {
      ended.inc(labels)
      outcomeSeconds.observe({ flow: labels.flow, status: labels.status }, seconds)
    },
    carrierAsked: ({ seconds, ...labels }) => requestSeconds.observe(labels, seconds),
    webhookAnswered: ({ seconds, status, ...labels }) =>
      webhookSeconds.observe({ ...labels, status: `${Math.floor(status / 100)}xx` }, seconds),
    pushAnswered({ seconds, delay, ...labels }) {
      pushSeconds.observe(labels, seconds)
      if (delay !== null) pushDelay.observe(delay)
    },
    statementAnswered: ({ seconds, ...labels }) => statementSeconds.observe(labels, seconds),
    guardDecided: (labels) => guardDecisions.inc(labels),
    watch: (watched) => watchAll(registers, watched),
    text: async () => ({ body: await registry.metrics(), contentType: registry.contentType }),
  }
}
