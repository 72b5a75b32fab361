// What is started, verified and spent, in rows of ten minutes: of a region, a carrier, a service, and of all. Each instance
// adds up in memory and writes about once a second, so that no two creations wait for one row that all of them count in.

import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { batchSweep, deletionOf } from './sweep.ts'
import { guardTraffic } from './traffic-schema.ts'

/** `failed`: ended without being verified. What is under way is neither. `cost`: in ten thousandths. */
export type Traffic = { started: number; verified: number; failed: number; cost: number }

export type TrafficTotals = { key: string; hour: Traffic; day: Traffic }

export type GuardTraffic = {
  add(traffic: readonly ({ key: string } & Traffic)[]): Promise<void>
  /** Of every key that has had any in the last day. */
  totals(): Promise<TrafficTotals[]>
  /** Begins anew. */
  forget(key: string): Promise<void>
  /** Deletes what is older than a day. */
  sweep(): Promise<void>
}

export function guardTrafficStore(database: Database): GuardTraffic {
  return {
    async add(traffic) {
      if (traffic.length > 0) await add(database, { traffic: JSON.stringify(traffic) })
    },
    totals: () => totals(database),
    async forget(key) {
      await forget(database, { key })
    },
    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

export const BUCKET = sql`date_bin('10 minutes', now(), 'epoch')`

const COUNTS = ['started', 'verified', 'failed', 'cost']
const each = (part: (count: string) => string) => sql.raw(COUNTS.map(part).join(', '))

// In one order, so that no two instances wait for each other.
const add = statement(sql`
  insert into ${guardTraffic} as known (key, at, started, verified, failed, cost)
  select key, ${BUCKET}, started, verified, failed, cost
  from jsonb_to_recordset(${sql.placeholder('traffic')}::text::jsonb)
    as traffic (key text, started int, verified int, failed int, cost bigint)
  order by key
  on conflict (key, at) do update set ${each((count) => `${count} = known.${count} + excluded.${count}`)}`)

const totals = statement<TrafficTotals>(sql`
  select key, json_build_object(${each((count) => `'${count}', coalesce(sum(${count}) filter (where at > now() - interval '1 hour'), 0)`)}) as hour,
    json_build_object(${each((count) => `'${count}', sum(${count})`)}) as day
  from ${guardTraffic} where at > now() - interval '1 day' group by key`)

const forget = statement(sql`delete from ${guardTraffic} where key = ${sql.placeholder('key')}`)

const sweep = deletionOf(guardTraffic, sql`at < now() - interval '1 day'`, sql`at, key`)
