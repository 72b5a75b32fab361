// The part "growth": the same calls beside no ended challenge and beside many, in turns; and how fast retention removes
// the old ones while calls go on.

import { queryOnce, startCluster } from '../../test/support/fresh-database.ts'
import { answerbackServer, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import { fillWithEnded } from './ended-challenges.ts'
import { createSteps } from './request-works.ts'
import { measureOf, median, type PartResults } from './results.ts'
import { retentionRates } from './retention-rates.ts'
import { wholeCalls } from './whole-calls.ts'

const WORKS = ['creation', 'answer', 'status_read', 'last_key'] as const
const MODELS = 50

/** As the cluster of the other parts, except that a table which is filled as it is made is not logged. */
const CLUSTER =
  '-c shared_buffers=512MB -c max_wal_size=8GB -c checkpoint_timeout=30min -c wal_level=minimal -c max_wal_senders=0'

export async function growth(run: BenchRun): Promise<PartResults> {
  const { ended, rounds, quick } = run.options
  const cluster = (await startCluster(CLUSTER)).url
  const ladenUrl = await createDatabase(cluster, 'laden')
  await makeCalls(run, ladenUrl)
  const begun = performance.now()
  await fillWithEnded(ladenUrl, ended)
  const filling = (performance.now() - begun) / 1000
  const kib = await kibPerChallenge(ladenUrl, ended)
  const sides = {
    alone: await startSide(run, await createDatabase(cluster, 'alone')),
    laden: await startSide(run, ladenUrl),
  }

  const ratios = Object.fromEntries(WORKS.map((work) => [work, [] as number[]])) as Record<
    (typeof WORKS)[number],
    number[]
  >
  const all: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const seconds = { alone: 0, laden: 0 }
    for (const work of WORKS) {
      const speeds = { alone: 0, laden: 0 }
      for (const side of round % 2 ? (['laden', 'alone'] as const) : (['alone', 'laden'] as const)) {
        speeds[side] = (await sides[side].steps[work]()).perSecond
        seconds[side] += 1 / speeds[side]
      }
      if (round > 0) ratios[work].push(speeds.laden / speeds.alone)
    }
    for (const { steps } of Object.values(sides)) await steps.end()
    if (round > 0) all.push(seconds.alone / seconds.laden)
  }
  for (const { child } of Object.values(sides)) await child.stop()

  const removal = await retentionRates(run, ladenUrl, quick ? 3_000 : 10_000)
  const number = ended.toLocaleString('en')
  return {
    measures: { growth: measureOf(all, `${number} ended, creation to last key`) },
    tables: {
      growth: {
        title: `Beside ${number} ended challenges`,
        head: ['work', 'beside them ÷ alone', 'min–max'],
        rows: WORKS.map((work) => [
          work.replace('_', ' '),
          median(ratios[work]).toFixed(2),
          `${Math.min(...ratios[work]).toFixed(2)}–${Math.max(...ratios[work]).toFixed(2)}`,
        ]),
      },
      filled: {
        title: 'Ended challenges on the disk',
        head: ['challenges', 'KiB each, with ledger and indexes', 'made in', 'calls beside them ÷ alone'],
        rows: [[number, kib.toFixed(2), `${filling.toFixed(0)} s`, median(all).toFixed(2)]],
        keepsRows: true,
      },
      retention: removal,
    },
  }
}

async function createDatabase(cluster: string, name: string): Promise<string> {
  await queryOnce(cluster, `create database ${name}`)
  const url = new URL(cluster)
  url.pathname = `/${name}`
  return url.href
}

async function startSide(run: BenchRun, databaseUrl: string) {
  const { carrierUrl, directory, options } = run
  const port = await run.port()
  const child = await startAnswerback({ port, databaseUrl, carrierUrl, directory })
  return { child, steps: createSteps(answerbackServer(port), options.quick ? 200 : 1_000) }
}

async function makeCalls(run: BenchRun, databaseUrl: string): Promise<void> {
  const { carrierUrl, directory } = run
  const port = await run.port()
  const child = await startAnswerback({ port, databaseUrl, carrierUrl, directory })
  await wholeCalls([answerbackServer(port)], 0, MODELS)
  await child.stop()
}

async function kibPerChallenge(databaseUrl: string, count: number): Promise<number> {
  const [row] = await queryOnce(databaseUrl, `select pg_total_relation_size('challenges')::float8 as bytes`)
  return row!.bytes / count / 1024
}
