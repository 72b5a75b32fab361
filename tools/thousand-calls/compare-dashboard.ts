// Plays a thousand calls while a real Prometheus scrapes, and compares what the dashboard's queries answer with what the API
// said of each call: node tools/thousand-calls/compare-dashboard.ts. With --write the table goes into docs/metrics.md. Wants a PostgreSQL
// and a Prometheus on this machine.

import '../../src/config/node-version.js'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { listen } from '../../src/http/listen.ts'
import { eventually } from '../../test/faults/waiting.ts'
import { startServer } from '../../test/http/test-server.ts'
import { queriesOf, readDashboard } from '../../test/metrics/dashboard.ts'
import { CALLS, CARRIERS, type Played, playCalls } from './play-calls.ts'
import { type Sample, startPrometheus } from './prometheus-process.ts'

/** A rate goes to the edges of its time as it was within, which is a scrape too many or too few at each. */
const TOLERANCE = 0.05
const MARKED = /(<!-- thousand-calls:begin -->\n).*?(<!-- thousand-calls:end -->)/s

type Line = { panel: string; of: string; played: number; shown: number }

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })

const server = await startServer({}, [...CARRIERS])
const listener = listen(server.app, { port: 0, host: '127.0.0.1' }, () => {})
await once(listener, 'listening')
const prometheus = await startPrometheus((listener.address() as AddressInfo).port)
try {
  const begun = performance.now()
  const played = await playCalls(server)
  const seconds = Math.round((performance.now() - begun) / 1000)
  await eventually('the last scrape', async () => {
    const [ended] = await prometheus.query('sum(answerback_challenges_ended_total)')
    return ended !== undefined && ended.value >= CALLS
  })
  const lines = await compared(played)
  const empty = await emptyPanels()
  const alerts = await prometheus.alerts()
  const text = report(lines, { seconds, empty, alerts })
  console.log(text)
  if (values.write) {
    const file = new URL('../../docs/metrics.md', import.meta.url)
    const document = readFileSync(file, 'utf8')
    writeFileSync(
      file,
      document.replace(MARKED, (_, begin: string, end: string) => `${begin}\n${text}\n\n${end}`),
    )
  }
  process.exitCode = lines.every(isNear) ? 0 : 1
} finally {
  await prometheus.stop()
  listener.close()
  if ('closeAllConnections' in listener) listener.closeAllConnections()
  await server.stop()
}

async function shown(title: string): Promise<Sample[]> {
  const [query] = queriesOf(readDashboard(), '10m', '10m').filter((one) => one.title === title)
  if (!query) throw new Error(`the dashboard has no panel ${title}`)
  return prometheus.query(query.expr)
}

async function compared(played: readonly Played[]): Promise<Line[]> {
  const count = (isOne: (one: Played) => boolean) => played.filter(isOne).length
  const one = async (panel: string, wanted: number, scale = 1): Promise<Line> => {
    const [sample] = await shown(panel)
    return { panel, of: '', played: wanted, shown: (sample?.value ?? 0) * scale }
  }
  /** Summed over the labels that a panel has besides. */
  const each = async (panel: string, label: string, wanted: (value: string) => number, scale = 1): Promise<Line[]> => {
    const samples = Object.entries(Object.groupBy(await shown(panel), ({ metric }) => metric[label]!))
    return samples.flatMap(([of, found = []]) => {
      const value = found.reduce((sum, sample) => sum + sample.value * scale, 0)
      return wanted(of) > 0 || value > 0 ? [{ panel, of, played: wanted(of), shown: value }] : []
    })
  }
  return [
    await one('Challenges', played.length),
    await one('Ended', played.length),
    await one(
      'Approved',
      count(({ status }) => status === 'approved'),
      CALLS,
    ),
    await one(
      "Carriers' fault",
      count(({ reason }) => reason === 'carrier_failed'),
      CALLS,
    ),
    ...(await each('Outcomes', 'status', (status) => count((call) => call.status === status))),
    ...(await each('Why people were not verified', 'reason', (reason) => count((call) => call.reason === reason))),
    ...(await each('Requests to carriers', 'carrier', (carrier) => count((call) => call.carrier === carrier), 600)),
  ]
}

async function emptyPanels(): Promise<string[]> {
  const empty = new Set<string>()
  for (const { title, expr } of queriesOf(readDashboard(), '10m', '10m')) {
    const samples = await prometheus.query(expr)
    if (!samples.some(({ value }) => Number.isFinite(value))) empty.add(title)
  }
  return [...empty]
}

function isNear({ played, shown }: Line): boolean {
  return Math.abs(shown - played) <= Math.max(1, played * TOLERANCE)
}

function report(
  lines: readonly Line[],
  { seconds, empty, alerts }: { seconds: number; empty: string[]; alerts: string[] },
): string {
  const rows = lines.map((line) => {
    const { panel, of, played, shown } = line
    return `| ${panel} | ${of && `\`${of}\``} | ${played} | ${shown.toFixed(1)} | ${isNear(line) ? '' : 'differs'} |`
  })
  const named = (names: readonly string[]) => names.map((name) => `*${name}*`).join(', ') || 'none'
  return [
    `${CALLS} calls in ${seconds} seconds, scraped once a second.`,
    '',
    '| panel | of | played | shown | |',
    '| --- | --- | --: | --: | --- |',
    ...rows,
    '',
    `- Panels with nothing to show: ${named(empty)}.`,
    `- Alerts that fired or were about to: ${named(alerts)}.`,
  ].join('\n')
}
