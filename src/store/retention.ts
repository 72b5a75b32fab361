// Deletes what is no longer needed. A challenge that has ended first loses its personal data, the last four
// digits too (with a region and a time they are few people's), and keeps what explains and counts it: outcome, times,
// deliveries with the carrier's names for them, region, and the keyed hash of its number. Later it is deleted whole, with
// its ledger.

import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { challenges, idempotency, outbox } from './schema.ts'
import { batchSweep, deletionOf, OF_BATCH, throwAll } from './sweep.ts'
import { spending } from './traffic-schema.ts'

/** Seconds after the end of a challenge; `null`: never. */
export type RetentionPeriods = {
  /** Until its personal data is deleted. A challenge is left whole while a call is active or a message is to be sent. */
  person: number | null
  /** Until the challenge and its ledger are deleted. */
  ledger: number | null
  /** `false`: no instance sends webhooks, so messages that nobody claims are given up. */
  webhooks: boolean
}

export type Retention = { sweep(periods: RetentionPeriods): Promise<void> }

export function retention(database: Database): Retention {
  const sweepOf = (sweep: ReturnType<typeof statement>) =>
    batchSweep((batch, seconds: number) => sweep(database, { ...batch, seconds }))
  const sweeps = {
    giveUpUnclaimed: sweepOf(giveUpUnclaimed),
    deleteDelivered: sweepOf(deleteDelivered),
    deleteFailed: sweepOf(deleteFailed),
    removePerson: sweepOf(removePerson),
    removeAnswers: sweepOf(removeAnswers),
    deleteChallenges: sweepOf(deleteChallenges),
    deleteSpending: sweepOf(deleteSpending),
  }
  return {
    async sweep({ person, ledger, webhooks }) {
      const failures: unknown[] = []
      const run = async (sweep: ReturnType<typeof sweepOf>, seconds = 0) => {
        await sweep(seconds).catch((error: unknown) => failures.push(error))
      }
      // In this order, since a message keeps its challenge whole; but one that fails stops none of the others.
      if (!webhooks) await run(sweeps.giveUpUnclaimed)
      await run(sweeps.deleteDelivered)
      await run(sweeps.deleteFailed)
      if (person !== null) await run(sweeps.removePerson, person)
      if (person !== null) await run(sweeps.removeAnswers, person)
      if (ledger !== null) await run(sweeps.deleteChallenges, ledger)
      if (ledger !== null) await run(sweeps.deleteSpending, ledger)
      throwAll(failures)
    },
  }
}

const before = sql`now() - ${sql.placeholder('seconds')}::float8 * interval '1 second'`

// The version does not grow: nothing has happened to the challenge.
const removePerson = statement(sql`
  with ended as materialized (
    select id from ${challenges}
    where ended_at <= ${before} and "to" is not null and next_check_at is null
      and not exists (select from ${outbox} where challenge_id = challenges.id and next_at is not null)
    order by ended_at, id ${OF_BATCH} for update of challenges skip locked
  )
  update ${challenges} set
    "to" = null, masked_number = rpad(rtrim(masked_number, '0123456789'), length(masked_number), '•'),
    details = null, message = null, extension = null, metadata = '{}', asker_hashes = null, charge = null,
    consumption_key = null
  from ended where challenges.id = ended.id
  returning challenges.id`)

// Answers hold what the challenge holds, so they go with it. Without its body an answer is made anew from the challenge.
const removeAnswers = statement(sql`
  update ${idempotency} set body = null
  where ctid = any (array(
    select answer.ctid from ${idempotency} as answer
    where answer.body is not null and answer.created_at <= ${before}
      and not exists (select from ${challenges} where id = answer.challenge_id and "to" is not null)
    order by answer.created_at, answer.service_id, answer.key ${OF_BATCH} for update of answer skip locked))
  returning key`)

const deleteChallenges = statement(sql`
  with ended as materialized (
    select id from ${challenges} where ended_at <= ${before} and next_check_at is null
    order by ended_at, id ${OF_BATCH} for update of challenges skip locked
  ), messages as (
    delete from ${outbox} using ended where challenge_id = ended.id and next_at is not null
  )
  delete from ${challenges} using ended where challenges.id = ended.id
  returning challenges.id`)

const giveUpUnclaimed = statement(sql`
  update ${outbox} set next_at = null, failed_at = now(), last_error = 'no_webhook_url'
  where ctid = any (array(
    select ctid from ${outbox} where next_at < now() - interval '1 hour'
    order by service_id, next_at, id ${OF_BATCH} for update skip locked))
  returning id`)

const done = (since: string, after: string) =>
  deletionOf(outbox, sql`${sql.raw(since)} < now() - interval '${sql.raw(after)}'`, sql`${sql.raw(since)}, id`)

const deleteDelivered = done('delivered_at', '7 days')
const deleteFailed = done('failed_at', '30 days')

const deleteSpending = deletionOf(
  spending,
  sql`day < (${before})::date`,
  sql`day, service_id, carrier, region, channel`,
)
