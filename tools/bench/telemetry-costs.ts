// The part "telemetry": what metrics and traces take of the server's processor, against a server that has neither, in rounds
// of whole calls that take turns. Processor time, since the throughput of a machine that does other things too tells little.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerbackServer, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import type { Child } from './child-processes.ts'
import { createSteps } from './request-works.ts'
import { median, type PartResults } from './results.ts'

const SCRAPES = 200
/** As deploy/prometheus/prometheus.yml has it. */
const SCRAPE_SECONDS = 15
const TOKEN = 'the token of the bench'.replaceAll(' ', '-')

type Side = { process: Child; steps: ReturnType<typeof createSteps>; perCall: number[] }

export async function telemetryCosts(run: BenchRun): Promise<PartResults> {
  const { carrierUrl, directory, options } = run
  const calls = options.quick ? 300 : 1_500
  const collector = createServer((request, response) => request.resume().on('end', () => response.end()))
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
  const start = async (environment: Record<string, string>, ...nodeOptions: string[]): Promise<Side> => {
    const place = { port: await run.port(), databaseUrl: await run.database(), carrierUrl, directory }
    const process = await startAnswerback(place, {
      environment: { METRICS_TOKEN: TOKEN, ...environment },
      nodeOptions,
    })
    return { process, steps: createSteps(answerbackServer(place.port), calls), perCall: [] }
  }
  const sides = {
    neither: await start({}, `--import=${new URL('without-metrics.ts', import.meta.url).href}`),
    metrics: await start({}),
    traces: await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
    sampled: await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.05',
    }),
  }
  const all = Object.values(sides)
  for (let round = 0; round <= options.rounds; round++)
    for (let turn = 0; turn < all.length; turn++) {
      const { process, steps, perCall } = all[(round + turn) % all.length]!
      const before = process.processorMs()
      await steps.creation()
      await steps.answer()
      await steps.last_key()
      await steps.end()
      // The first round warms everything up.
      if (round > 0) perCall.push((1000 * (process.processorMs() - before)) / calls)
    }
  const scrape = await scrapeMs(sides.metrics.process)
  for (const { process } of all) await process.stop()
  collector.close()
  collector.closeAllConnections()

  const base = median(sides.neither.perCall)
  const rows = Object.entries(sides).map(([name, { perCall }]) => {
    const ratios = perCall.map((us, index) => us / sides.neither.perCall[index]! - 1)
    return [
      NAMES[name as keyof typeof sides],
      `${Math.round(median(perCall))} µs`,
      percent(median(perCall) / base - 1),
      `${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))}`,
    ]
  })
  const share = percent(scrape / 1000 / SCRAPE_SECONDS)
  return {
    measures: {},
    tables: {
      telemetry: {
        title: `Processor time of an approved call: a creation and three webhooks. A scrape takes ${scrape.toFixed(1)} ms, every ${SCRAPE_SECONDS} s ${share} of a processor`,
        head: ['', 'a call', 'more than with neither', 'over the rounds'],
        rows,
      },
    },
  }
}

const NAMES = {
  neither: 'neither metrics nor traces',
  metrics: 'metrics',
  traces: 'metrics, and a trace of each request',
  sampled: 'metrics, and traces of one in twenty',
}

async function scrapeMs(server: Child): Promise<number> {
  const before = server.processorMs()
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    const headers = { Authorization: `Bearer ${TOKEN}` }
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`, { headers })
    if (response.status !== 200) throw new Error(`A scrape was answered with ${response.status}`)
    await response.text()
  }
  return (server.processorMs() - before) / SCRAPES
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
