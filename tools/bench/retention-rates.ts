// How many ended challenges a second lose their personal data, and how many are deleted, while calls are made: each has to
// be faster than new ones come.

import { queryOnce } from '../../test/support/fresh-database.ts'
import { answerbackServer, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import type { Table } from './results.ts'
import { wholeCalls } from './whole-calls.ts'

const CALLS = 100

/** `databaseUrl`: of a database with a month of ended challenges. */
export async function retentionRates(run: BenchRun, databaseUrl: string, milliseconds: number): Promise<Table> {
  const old = `ended_at <= now() - interval '15 days'`
  const rates = async (environment: Record<string, string>, condition: string, first: number) => {
    const { carrierUrl, directory } = run
    const port = await run.port()
    const before = await count(databaseUrl, condition)
    const child = await startAnswerback({ port, databaseUrl, carrierUrl, directory }, { environment })
    const begun = performance.now()
    let calls = 0
    while (performance.now() - begun < milliseconds && (await count(databaseUrl, `${condition} limit 1`)) > 0) {
      await wholeCalls([answerbackServer(port)], first + calls, CALLS)
      calls += CALLS
    }
    const removed = before - (await count(databaseUrl, condition))
    const seconds = (performance.now() - begun) / 1000
    await child.stop()
    return [Math.round(removed / seconds).toLocaleString('en'), (calls / seconds).toFixed(0)]
  }
  return {
    title: 'Retention, while calls are made',
    head: ['', 'challenges a second', 'calls a second beside it'],
    rows: [
      [
        'personal data deleted',
        ...(await rates({ RETENTION: '15d', LEDGER_RETENTION: 'off' }, `${old} and "to" is not null`, 200_000)),
      ],
      ['deleted with their ledger', ...(await rates({ RETENTION: 'off', LEDGER_RETENTION: '15d' }, old, 400_000))],
    ],
  }
}

async function count(databaseUrl: string, condition: string): Promise<number> {
  const [row] = await queryOnce(
    databaseUrl,
    `select count(*)::int as count from (select from challenges where ${condition}) as old`,
  )
  return row!.count
}
