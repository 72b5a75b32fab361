// What the live challenges pay for the ended ones: npm run bench -- 10000000. Two databases on one server, one without a
// past and one with so many ended challenges, take turns at the same work, so whatever else the machine does slows both.
// Read the ratios. The raw update of one small row is the floor: nothing that writes can be faster on this server.

import '../src/config/node-version.ts'
import postgres from 'postgres'
import { sortableId } from '../src/challenges/sortable-id.ts'
import type { Challenge } from '../src/domain/challenge.ts'
import { challengeStore } from '../src/store/challenges.ts'
import { migrate } from '../src/store/migrations.ts'
import { openDatabase } from '../src/store/open-database.ts'
import { retention } from '../src/store/retention.ts'
import { aChallenge, aChange, aCreation, aRequest, asRecord } from '../test/store/samples.ts'
import { freshDatabase, useOwnCluster } from '../test/support/fresh-database.ts'
import { consoleLogger } from '../test/support/test-loggers.ts'
import { fill } from './bench-past.ts'

const ENDED = Number(process.argv[2] ?? 1_000_000)
const ROUNDS = 8
const WORK = 1_500
/** What only reads is over too soon to be measured. */
const READS = 5
const AT_ONCE = 16
const HALF_A_MONTH = 15 * 86_400

type Side = Awaited<ReturnType<typeof open>>

type Step = (side: Side) => Promise<{ speed: number; times: number }>

const steps: Record<string, Step> = {
  'raw update': ({ database }) =>
    many(() => database.query('update floor set n = n + 1 where id = $1', [1 + Math.floor(Math.random() * 20_000)])),

  'new challenge': async (side) => {
    side.live = []
    return many(async () => {
      const challenge: Challenge = { ...aChallenge(), id: `chl_${sortableId()}` }
      const wanted = { challenge, request: aRequest(), expiresIn: 300, idempotencyKey: null }
      const stored = await side.challenges.insert(wanted, { ...aCreation, secondsUntilCheck: 10 })
      side.live.push(asRecord(stored).challenge)
    })
  },
  'look-up': (side) => many((index) => side.challenges.find(side.live[index % WORK]!.id), WORK * READS),
  'step of a call': (side) => many((index) => save(side, index, {}, { secondsUntilCheck: 40 })),
  'wrong guess': (side) => many((index) => save(side, index, { attemptsLeft: 4 }, {})),
  outcome: (side) =>
    many((index) => save(side, index, { outcome: { status: 'approved', reason: 'code_matched' } }, {})),
  "sweeper's look": ({ challenges }) => many(() => challenges.claimDue(50), WORK * READS),
}

const alone = await open()
const laden = await open()
console.log(`${ENDED} ended challenges are being made.`)
await fill(laden.sql, ENDED)

type Seen = { speed: number[]; log: number[] }
const seen = new Map<string, { alone: Seen; laden: Seen }>()
for (let round = 0; round < ROUNDS; round++)
  for (const [name, step] of Object.entries(steps)) {
    const at = seen.get(name) ?? { alone: { speed: [], log: [] }, laden: { speed: [], log: [] } }
    seen.set(name, at)
    for (const side of round % 2 ? (['laden', 'alone'] as const) : (['alone', 'laden'] as const)) {
      const measured = await measure({ alone, laden }[side], step)
      // The first round finds everything cold.
      if (round === 0) continue
      at[side].speed.push(measured.speed)
      at[side].log.push(measured.log)
    }
  }

const table = [
  `| ${ENDED.toLocaleString('en')} ended beside it | a second, alone | beside them | ratio | WAL bytes, alone | beside them |`,
  '|---|--:|--:|--:|--:|--:|',
  ...[...seen].map(([name, at]) => {
    const [without, beside] = [median(at.alone.speed), median(at.laden.speed)]
    const ratio = median(at.laden.speed.map((speed, index) => speed / at.alone.speed[index]!))
    const numbers = [without, beside].map((speed) => Math.round(speed))
    return `| ${name} | ${numbers.join(' | ')} | ${ratio.toFixed(2)} | ${Math.round(median(at.alone.log))} | ${Math.round(median(at.laden.log))} |`
  }),
].join('\n')
console.log(table)

const before = performance.now()
await retention(laden.database).sweep({ person: HALF_A_MONTH, ledger: null, webhooks: true })
const [forgotten] = await laden.sql`select count(*)::int as n from challenges where "to" is null`
console.log(`Forgotten: ${forgotten!.n} in ${Math.round(performance.now() - before)} ms.`)
for (const [name, side] of Object.entries({ alone, laden })) console.log(name, await state(side))

for (const side of [alone, laden]) await side.close()

async function open() {
  useOwnCluster('-c shared_buffers=256MB -c max_wal_size=4GB -c checkpoint_timeout=30min')
  const fresh = await freshDatabase()
  const database = await openDatabase({ url: fresh.url, dataDir: '', log: consoleLogger })
  await migrate(database)
  const sql = postgres(fresh.url, { max: 1, onnotice: () => {} })
  await sql`create table floor (id int primary key, n int not null) with (fillfactor = 50)`
  await sql`insert into floor select n, 0 from generate_series(1, 20000) as n`
  const close = async () => {
    await database.close()
    await sql.end()
    await fresh.drop()
  }
  return { database, sql, challenges: challengeStore(database), live: [] as Challenge[], close }
}

async function save(
  side: Side,
  index: number,
  change: Partial<Challenge>,
  rest: Parameters<typeof aChange>[1],
): Promise<void> {
  const saved = await side.challenges.save(aChange({ ...side.live[index]!, ...change }, rest))
  side.live[index] = asRecord(saved).challenge
}

/** How often it was done in a second. */
async function many(
  each: (index: number) => Promise<unknown>,
  times = WORK,
): Promise<{ speed: number; times: number }> {
  let next = 0
  const begun = performance.now()
  const worker = async () => {
    while (next < times) await each(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return { speed: times / ((performance.now() - begun) / 1000), times }
}

/** After a checkpoint, so that pages which are touched for the first time go into the log whole, as they do in life. */
async function measure(side: Side, step: Step): Promise<{ speed: number; log: number }> {
  await side.sql`checkpoint`
  const [from] = await side.sql`select pg_current_wal_insert_lsn() as at`
  const { speed, times } = await step(side)
  const [to] = await side.sql`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), ${from!.at})::float8 as written`
  return { speed, log: to!.written / times }
}

async function state({ sql }: Side) {
  const [row] = await sql`
    select n_tup_upd::int as updates, n_tup_hot_upd::int as hot, n_dead_tup::int as dead,
      autovacuum_count::int as vacuums, pg_relation_size('challenges_next_check_at')::int as wake_index,
      pg_total_relation_size('challenges') as challenges, pg_total_relation_size('challenge_events') as events
    from pg_stat_user_tables where relname = 'challenges'`
  return { ...row }
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
}
