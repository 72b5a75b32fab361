// What is only looked at when it is scraped.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import Counter from 'prom-client/lib/counter.js'
import Gauge from 'prom-client/lib/gauge.js'
import type Registry from 'prom-client/lib/registry.js'
import type { CarrierName } from '../domain/challenge.ts'

export type Watched = {
  waiters: () => number
  breakers: () => { carrier: CarrierName; breaker: 'requests' | 'deliveries'; open: boolean }[]
  /** `null` when none waits. Rejects while the database does not answer: then nothing is said. */
  outboxAge: () => Promise<number | null>
  /** Whether this process takes requests and the database takes writes. */
  ready: () => Promise<boolean>
  /** Which share of a ceiling of the whole installation has been spent, of those that are set. */
  spent: () => { window: 'hour' | 'day'; share: number }[]
}

export function watchAll(registers: Registry[], { waiters, breakers, outboxAge, ready, spent }: Watched): void {
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
  new Gauge({
    registers,
    name: 'answerback_ready',
    help: '1 while this process takes requests and the database takes writes, as /readyz says.',
    async collect() {
      this.set((await ready()) ? 1 : 0)
    },
  })
  new Gauge({
    registers,
    name: 'answerback_spending_ratio',
    help: 'Which share of SPENDING_LIMIT the calls and texts of the last hour and day have cost; 1 is the ceiling. Of the whole installation.',
    labelNames: ['window'],
    collect() {
      for (const { window, share } of spent()) this.set({ window }, share)
    },
  })
}

/** The process itself, under the names that Prometheus' clients give it. */
export function watchProcess(registers: Registry[]): void {
  const startedAt = Date.now() / 1000 - process.uptime()
  new Gauge({
    registers,
    name: 'process_start_time_seconds',
    help: 'When the process started, since 1970.',
    collect() {
      this.set(startedAt)
    },
  })
  new Gauge({
    registers,
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process.',
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  new Counter({
    registers,
    name: 'process_cpu_seconds_total',
    help: 'Processor time of the process.',
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
  // It takes a timer, which nobody needs who scrapes nothing.
  let delay: ReturnType<typeof monitorEventLoopDelay> | null = null
  new Gauge({
    registers,
    name: 'nodejs_eventloop_lag_p99_seconds',
    help: 'How late the event loop was since the last scrape, at the 99th percentile.',
    collect() {
      this.set(delay === null ? 0 : Math.max(0, delay.percentile(99) / 1e9 - LAG_RESOLUTION_MS / 1000))
      delay?.reset()
      if (delay === null) {
        delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS })
        delay.enable()
      }
    },
  })
}

const LAG_RESOLUTION_MS = 20
