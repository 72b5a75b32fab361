// When rules of the guard began and ceased to stand against something, what they refused, and the messages about it. A rule
// stands once, however many instances see at once that it should.

import { sql } from 'drizzle-orm'
import type { TrafficRule } from '../domain/traffic-rule.ts'
import { type AuditEntry, appended, auditParameters } from './audit-log.ts'
import type { Database } from './database.ts'
import { BUCKET } from './guard-traffic.ts'
import { statement, texts } from './orm.ts'
import { outbox } from './schema.ts'
import { FIRST_SERVICE } from './services.ts'
import { batchSweep, deletionOf } from './sweep.ts'
import { guardDecisions, guardTraffic, guardTrips, prefixTraffic } from './traffic-schema.ts'

export type Trip = typeof guardTrips.$inferSelect
/** `over`: its time is. `readAt`: when it stood. */
export type StandingTrip = Trip & { over: boolean; readAt: string }
export type GuardDecision = typeof guardDecisions.$inferSelect

export type NewTrip = Pick<Trip, 'id' | 'rule' | 'key' | 'mode' | 'reason'> & {
  /** From now to its end. */
  seconds: number
  /** `null`: no message is pushed. */
  message: `msg_${string}` | null
  /** What failed under it, to be taken out of what is counted of its region: it says nothing of the rest of that. */
  taken: { key: string; failed: number } | null
}

export type EndTrip = Pick<Trip, 'id'> & { reason: string; message: `msg_${string}` | null }

export type NewDecision = Omit<GuardDecision, 'at'>

/** How often a rule refused something, or would have. */
export type DecisionCount = { rule: TrafficRule; key: string; count: number }

export type GuardTrips = {
  /** The trips of these that had not begun yet. */
  begin(trips: readonly NewTrip[]): Promise<Trip[]>
  /** Those of these that had not ended yet. */
  end(trips: readonly EndTrip[]): Promise<Trip[]>
  /** Ends what stands against it, and counts anew. Whether anything stood. */
  lift(key: string, message: `msg_${string}` | null, audit: AuditEntry): Promise<boolean>
  standing(): Promise<StandingTrip[]>
  /** The newest ones, ended too. */
  list(limit: number): Promise<Trip[]>
  decided(decisions: readonly NewDecision[], counts: readonly DecisionCount[]): Promise<void>
  /** About one challenge, or about a number that was hashed as one of these, or about all; newest first. */
  decisions(of: { challengeId?: string; numberHashes?: readonly string[] }, limit: number): Promise<GuardDecision[]>
  /** Deletes what is older than thirty days. */
  sweep(): Promise<void>
}

export function guardTripStore(database: Database): GuardTrips {
  const tripSweep = batchSweep((batch) => sweepTrips(database, batch))
  const decisionSweep = batchSweep((batch) => sweepDecisions(database, batch))
  return {
    async begin(trips) {
      return trips.length > 0 ? begin(database, { trips: JSON.stringify(trips) }) : []
    },
    async end(trips) {
      return trips.length > 0 ? end(database, { trips: JSON.stringify(trips) }) : []
    },
    async lift(key, message, audit) {
      return (await lift(database, { key, message, ...auditParameters(audit) })).length > 0
    },
    standing: () => standing(database),
    list: (limit) => list(database, { limit }),
    async decided(decisions, counts) {
      if (decisions.length + counts.length === 0) return
      await decided(database, { decisions: JSON.stringify(decisions), counts: JSON.stringify(counts) })
    },
    decisions: ({ challengeId, numberHashes }, limit) =>
      findDecisions(database, {
        challengeId: challengeId ?? null,
        hashes: numberHashes ? JSON.stringify(numberHashes) : null,
        limit,
      }),
    async sweep() {
      await tripSweep()
      await decisionSweep()
    },
  }
}

const value = sql.placeholder

const TRIP = sql`
  id, rule, key, mode, reason, began_at as "beganAt", until, ended_at as "endedAt", end_reason as "endReason", decisions`

/** To the operator, whose own service is the first: what the rule is, against what, and whether it begins or ends. */
const MESSAGES = (state: 'began' | 'ended', reason: string) => sql`
  messages as (
    insert into ${outbox} (id, service_id, type, body)
    select given.message, ${sql.raw(`'${FIRST_SERVICE}'`)}, 'guard.tripped', jsonb_build_object('rule', trip.rule, 'against', trip.key, 'mode', trip.mode,
      'state', ${sql.raw(`'${state}'`)}::text, 'reason', trip.${sql.raw(reason)},
      'until', case when trip.ended_at is null then to_char(trip.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end)
    from trip join given using (id) where given.message is not null
  )`

const begin = statement<Trip>(sql`
  with given as (
    select * from jsonb_to_recordset(${value('trips')}::text::jsonb)
      as given
        (id text, rule text, key text, mode text, reason text, seconds float8, message text, taken jsonb)
  ), trip as (
    insert into ${guardTrips} (id, rule, key, mode, reason, until)
    select id, rule, key, mode, reason, now() + seconds * interval '1 second' from given order by rule, key
    on conflict (rule, key) where ended_at is null do nothing
    returning *
  ), ${MESSAGES('began', 'reason')}, taken as (
    insert into ${guardTraffic} as known (key, at, started, verified, failed, cost)
    select taken ->> 'key', ${BUCKET}, -sum((taken ->> 'failed')::int), 0, -sum((taken ->> 'failed')::int), 0
    from trip join given using (id) where jsonb_typeof(given.taken) = 'object'
    group by 1 order by 1
    on conflict (key, at) do update set started = known.started + excluded.started, failed = known.failed + excluded.failed
  )
  select ${TRIP} from trip`)

const end = statement<Trip>(sql`
  with given as (
    select * from jsonb_to_recordset(${value('trips')}::text::jsonb) as given (id text, reason text, message text)
  ), trip as (
    update ${guardTrips} as standing set ended_at = now(), end_reason = given.reason
    from given where standing.id = given.id and standing.ended_at is null
    returning standing.*
  ), ${MESSAGES('ended', 'end_reason')}
  select ${TRIP} from trip`)

const lift = statement<{ key: string }>(sql`
  with given as (
    select id, ${value('message')}::text || coalesce(nullif(row_number() over (order by id), 1)::text, '') as message
    from ${guardTrips} where key = ${value('key')} and ended_at is null
  ), trip as (
    update ${guardTrips} as standing set ended_at = now(), end_reason = 'Lifted by the operator.'
    from given where standing.id = given.id and standing.ended_at is null
    returning standing.*
  ), ${MESSAGES('ended', 'end_reason')}, prefix as (
    delete from ${prefixTraffic} where 'prefix:' || prefix = ${value('key')} and blocked_until > now() returning prefix
  ), traffic as (
    delete from ${guardTraffic} where key = ${value('key')} and exists (select from given)
  ), stood as (
    select key from trip union select 'prefix:' || prefix from prefix
  ), entry as (${appended(sql`(select count(*) from stood) > 0`)})
  select key from stood`)

const standing = statement<StandingTrip>(sql`
  select ${TRIP}, until <= now() as over, now() as "readAt" from ${guardTrips} where ended_at is null order by began_at`)

const list = statement<Trip>(sql`
  select ${TRIP} from ${guardTrips} order by ended_at desc nulls first, began_at desc limit ${value('limit')}`)

const decided = statement(sql`
  with counted as (
    update ${guardTrips} as trip set decisions = trip.decisions + counts.count
    from jsonb_to_recordset(${value('counts')}::text::jsonb) as counts (rule text, key text, count int)
    where trip.rule = counts.rule and trip.key = counts.key and trip.ended_at is null
  )
  insert into ${guardDecisions} (id, rule, key, refused, reason, service_id, number_hash, shown, challenge_id)
  select id, rule, key, refused, reason, "serviceId", "numberHash", shown, "challengeId"
  from jsonb_to_recordset(${value('decisions')}::text::jsonb) as decision
    (id text, rule text, key text, refused boolean, reason text, "serviceId" text, "numberHash" text, shown text,
      "challengeId" text)
  on conflict (id) do nothing`)

const findDecisions = statement<GuardDecision>(sql`
  select id, at, rule, key, refused, reason, service_id as "serviceId", number_hash as "numberHash", shown,
    challenge_id as "challengeId"
  from ${guardDecisions}
  where (${value('challengeId')}::text is null or challenge_id = ${value('challengeId')})
    and (${value('hashes')}::text is null
      or number_hash = ${texts('hashes')})
  order by at desc limit ${value('limit')}`)

const sweepTrips = deletionOf(guardTrips, sql`ended_at < now() - interval '30 days'`, sql`ended_at, id`)

const sweepDecisions = deletionOf(guardDecisions, sql`at < now() - interval '30 days'`, sql`at, id`)
