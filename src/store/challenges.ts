// Challenges and their ledger. Every write is one statement: the challenge, its line in the ledger and what is to be
// pushed stand or fall together, and whoever read an older version loses.

import type { Challenge, ChallengeId, Channel } from '../domain/challenge.ts'
import { type Row, rowOf, storedOf } from './challenge-row.ts'
import type { Database } from './database.ts'
import { violates } from './database-errors.ts'
import type { ChallengeRecord, ChallengeRequest, LedgerLine, SaveChallenge } from './types.ts'

export type InsertChallenge = {
  challenge: Challenge
  request: ChallengeRequest
  /** Seconds. */
  expiresIn: number
  /** Taken by `begin`: the challenge is tied to it, so that a request told twice makes one challenge. */
  idempotencyKey: string | null
}

export type ChallengeStore = {
  /** `key_taken`: another request with the same idempotency key has made its challenge. */
  insert(
    created: InsertChallenge,
    change: Omit<SaveChallenge, 'next' | 'inTime'>,
  ): Promise<ChallengeRecord | 'number_busy' | 'key_taken'>
  find(id: string): Promise<ChallengeRecord | null>
  findMany(ids: readonly string[]): Promise<ChallengeRecord[]>
  /** `next.version` is the version that was read. `stale`: read again and decide again. */
  save(change: SaveChallenge): Promise<ChallengeRecord | 'stale' | 'number_busy'>
  /** Whose time to be looked at has come. Another instance gets others; after five seconds they are due again. */
  due(limit: number): Promise<ChallengeId[]>
  ledger(id: string): Promise<LedgerLine[]>
  /** Remembers that a channel reached the number. */
  reached(numberHash: string, channel: Channel): Promise<void>
  /** How many seconds ago each channel last reached the number. */
  reach(numberHash: string): Promise<Partial<Record<Channel, number>>>
}

export function challengeStore(database: Database): ChallengeStore {
  const one = async (text: string, params: Parameters<Database['query']>[1]) => {
    try {
      const [row] = await database.query<Row>(text, params)
      return row && storedOf(row)
    } catch (error) {
      if (violates(error, 'challenges_one_live_call')) return 'number_busy'
      throw error
    }
  }

  return {
    async insert(
      { challenge, request: terms, expiresIn, idempotencyKey },
      { entry, outbox, hasActiveCall: onTheLine, secondsUntilCheck: wakeSeconds },
    ) {
      const row = JSON.stringify(rowOf(challenge, terms))
      const stored = await one(INSERT, [
        row,
        expiresIn,
        onTheLine,
        wakeSeconds,
        idempotencyKey,
        entry.type,
        entry.delivery,
        JSON.stringify(entry.facts),
        JSON.stringify(outbox),
      ])
      return stored ?? 'key_taken'
    },

    async find(id) {
      const [row] = await database.query<Row>(FIND, [id])
      return row ? storedOf(row) : null
    },

    async findMany(ids) {
      return (await database.query<Row>(FIND_MANY, [JSON.stringify(ids)])).map(storedOf)
    },

    async save({ next, entry, outbox, hasActiveCall: onTheLine, secondsUntilCheck: wakeSeconds, inTime }) {
      const stored = await one(SAVE, [
        next.id,
        next.version,
        next.attemptsLeft,
        next.codeDisclosed,
        JSON.stringify(next.fallback),
        JSON.stringify(next.deliveries),
        next.outcome?.status ?? 'pending',
        next.outcome?.reason ?? null,
        onTheLine,
        wakeSeconds,
        inTime,
        entry.type,
        entry.delivery,
        JSON.stringify(entry.facts),
        JSON.stringify(outbox),
      ])
      return stored ?? 'stale'
    },

    async due(limit) {
      return (await database.query<{ id: ChallengeId }>(DUE, [limit])).map(({ id }) => id)
    },

    ledger: (id) => database.query<LedgerLine>(LEDGER, [id]),

    async reached(numberHash, channel) {
      await database.query(REACHED, [numberHash, channel])
    },

    async reach(numberHash) {
      const rows = await database.query<{ channel: Channel; age: number }>(REACH, [numberHash])
      return Object.fromEntries(rows.map(({ channel, age }) => [channel, age]))
    },
  }
}

const COLUMNS = `
  id, service_id, version, status, reason, flow, told, attempts_left, fallback, deliveries, "to", masked, number_hash,
  region, scope, locale, details, message, code_length, secret_id, from_number, carrier, extension, metadata,
  created_at, expires_at, ended_at, outcome_version,
  status = 'pending' and expires_at <= now() as expired,
  coalesce(greatest(0, extract(epoch from now() - (deliveries #>> '{-1,createdAt}')::timestamptz)), 0)::float8
    as delivery_age,
  coalesce(greatest(0, extract(epoch from now() - (deliveries #>> '{-1,progress,turnStartedAt}')::timestamptz)), 0)::float8
    as turn_age`

const NOW = `to_jsonb(to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

// A delivery, or a turn of its call, is new while it bears no time yet. Only the last delivery can be or have one, and
// never both at once, since a new delivery has not been answered.
const stamped = (deliveries: string) => `
  case when ${deliveries} #>> '{-1,createdAt}' = '' then jsonb_set(${deliveries}, '{-1,createdAt}', ${NOW})
    when ${deliveries} #>> '{-1,progress,turnStartedAt}' = ''
      then jsonb_set(${deliveries}, '{-1,progress,turnStartedAt}', ${NOW})
    else ${deliveries} end`

// What is written beside the challenge: one line, and the messages.
const beside = (type: string, delivery: string, data: string, outbox: string) => `
  line as (
    insert into events (challenge_id, version, type, delivery_id, data)
    select id, version, ${type}, ${delivery}, ${data}::text::jsonb from challenge
  ), messages as (
    insert into outbox (id, challenge_id, type)
    select message.id, challenge.id, message.type
    from challenge, jsonb_to_recordset(${outbox}::text::jsonb) as message (id text, type text)
  )`

const INSERT = `
  with given as (
    select * from jsonb_populate_record(null::challenges, $1::text::jsonb)
  ), keyed as (
    update idempotency set challenge_id = given.id from given
    where idempotency.service_id = given.service_id and key = $5 and challenge_id is null
    returning key
  ), challenge as (
    insert into challenges (
      id, service_id, version, status, reason, flow, told, attempts_left, fallback, deliveries, "to", masked,
      number_hash, region, scope, locale, details, message, code_length, secret_id, from_number, carrier, extension,
      metadata, live_number, created_at, expires_at, ended_at, outcome_version, wake_at)
    select
      id, service_id, version, status, reason, flow, told, attempts_left, fallback, ${stamped('deliveries')}, "to", masked,
      number_hash, region, scope, locale, details, message, code_length, secret_id, from_number, carrier, extension,
      metadata,
      case when $3::boolean then number_hash end,
      now(),
      now() + $2::float8 * interval '1 second',
      case when status <> 'pending' then now() end,
      case when status <> 'pending' then version end,
      least(case when status = 'pending' then now() + $2::float8 * interval '1 second' end,
        now() + $4::float8 * interval '1 second')
    from given where $5::text is null or exists (select from keyed)
    returning *
  ), ${beside('$6', '$7', '$8', '$9')}
  select ${COLUMNS} from challenge`

const FIND = `select ${COLUMNS} from challenges where id = $1`

const FIND_MANY = `
  select ${COLUMNS} from challenges
  where id = any (array(select jsonb_array_elements_text($1::text::jsonb)))`

// An update that waits for another one checks its conditions again on what that one left, so one of many wins. The
// outcome is guarded here too, whatever the caller believes.
const SAVE = `
  with challenge as (
    update challenges set
      version = version + 1,
      attempts_left = $3,
      told = $4,
      fallback = $5::text::jsonb,
      deliveries = ${stamped('$6::text::jsonb')},
      status = $7,
      reason = $8,
      live_number = case when $9::boolean then number_hash end,
      ended_at = case when $7 <> 'pending' then coalesce(ended_at, now()) end,
      outcome_version = case when $7 <> 'pending' then coalesce(outcome_version, version + 1) end,
      wake_at = least(case when $7 = 'pending' then expires_at end, now() + $10::float8 * interval '1 second')
    where id = $1 and version = $2
      and (expires_at > now() or not $11::boolean)
      and (status = 'pending' or (status = $7 and reason = $8))
    returning *
  ), ${beside('$12', '$13', '$14', '$15')}
  select ${COLUMNS} from challenge`

const DUE = `
  with due as materialized (
    select id from challenges where wake_at <= now() order by wake_at limit $1 for update skip locked
  )
  update challenges set wake_at = now() + interval '5 seconds' from due where challenges.id = due.id
  returning challenges.id`

const LEDGER = `
  select challenge_id as challenge, version, type, delivery_id as delivery, data as facts, at
  from events where challenge_id = $1 order by version`

const REACHED = `
  insert into reach (number_hash, channel, reached_at) values ($1, $2, now())
  on conflict (number_hash, channel) do update set reached_at = now()`

const REACH = `
  select channel, extract(epoch from now() - reached_at)::float8 as age from reach where number_hash = $1`
