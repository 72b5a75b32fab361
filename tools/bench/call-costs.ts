// The part "costs": what one approved call costs the database, all told: its transactions and its place on the disk. Its
// webhooks come as Twilio posts them, status callbacks included.

import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { queryOnce } from '../../test/support/fresh-database.ts'
import { answerbackServer, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import { measureOf, type PartResults } from './results.ts'
import { wholeCalls } from './whole-calls.ts'

const BATCH = 500
/** A backend reports what it has committed within a second. */
const REPORTED_MS = 2_500

/** Emptied as fast as they are filled, after a day at the most, or a week: they don't grow with what has ended. */
const SWEPT = [
  ...['active_calls', 'rate_limit_counters', 'carrier_rate_slots', 'idempotency', 'readiness', 'outbox'],
  ...['prefix_traffic', 'guard_traffic'],
]

export async function callCosts(run: BenchRun): Promise<PartResults> {
  const { carrierUrl, directory, options } = run
  const [port, databaseUrl] = [await run.port(), await run.database()]
  const child = await startAnswerback({ port, databaseUrl, carrierUrl, directory })
  const server = answerbackServer(port)
  const batches = options.quick ? 2 : 8
  // The first batch fills what is there once: pages, caches, counters.
  await wholeCalls([server], 0, BATCH)
  const before = await costs(databaseUrl)
  for (let batch = 1; batch <= batches; batch++) {
    await wholeCalls([server], batch * BATCH, BATCH)
    // Stands for autovacuum, which would come by at some moment of its own choice.
    await queryOnce(databaseUrl, 'vacuum')
  }
  const after = await costs(databaseUrl)
  await child.stop()
  const calls = batches * BATCH
  const transactions = (after.transactions - before.transactions - batches) / calls
  const kib = (after.bytes - before.bytes) / calls / 1024
  return {
    measures: {
      transactions: measureOf([transactions], `${calls} calls, the periodic work beside them included`),
      disk: measureOf([kib], `${calls} calls`),
    },
    tables: {},
  }
}

async function costs(databaseUrl: string): Promise<{ transactions: number; bytes: number }> {
  await sleep(REPORTED_MS)
  const elsewhere = new URL(databaseUrl)
  const name = elsewhere.pathname.slice(1)
  elsewhere.pathname = '/postgres'
  const [[counted], [size]] = [
    await queryOnce(
      elsewhere.href,
      'select xact_commit::int as transactions from pg_stat_database where datname = $1',
      [name],
    ),
    await queryOnce(
      databaseUrl,
      `select sum(pg_total_relation_size(oid))::float8 as bytes from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'm') and not relname = any (string_to_array($1, ','))`,
      [SWEPT.join(',')],
    ),
  ] as [postgres.Row[], postgres.Row[]]
  return { transactions: counted!.transactions, bytes: size!.bytes }
}
