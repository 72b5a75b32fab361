// What is taken from the rows once nobody needs it. A challenge that has ended keeps what explains it, counts it and
// finds it again: outcome, times, deliveries with the carrier's names for them, region, and the keyed hash of its number.
// All that tells of the person goes, the last four digits too: with a region and a time they are few people's.

import type { Database, Parameter } from './database.ts'

export type Retention = {
  /**
   * Forgets the persons of challenges that ended so many seconds ago (`null`: of none), and messages that are done with.
   * A challenge is left whole while a call is on its line, or a message about it is still to be sent.
   */
  sweep(seconds: number | null): Promise<void>
}

/** Short statements, and no more of them than leave the database to the living; the next minute brings more. */
const BATCH = 500
const BATCHES = 40
/** Answers to repeated requests are forgotten after that anyway. */
const DAY = 86_400

export function retention({ query }: Database): Retention {
  async function inBatches(text: string, ...params: Parameter[]): Promise<void> {
    for (let batch = 0; batch < BATCHES; batch++) if ((await query(text, [BATCH, ...params])).length < BATCH) return
  }

  return {
    async sweep(seconds) {
      await inBatches(DELIVERED)
      await inBatches(GIVEN_UP)
      if (seconds === null) return
      await inBatches(FORGET, seconds)
      if (seconds < DAY) await inBatches(FORGET_ANSWERS, seconds)
    },
  }
}

// The version does not grow: nothing has happened to the challenge.
const FORGET = `
  with old as materialized (
    select id from challenges
    where ended_at <= now() - $2::float8 * interval '1 second' and "to" is not null and wake_at is null
      and not exists (select from outbox where challenge_id = challenges.id and next_at is not null)
    order by ended_at limit $1 for update of challenges skip locked
  )
  update challenges set
    "to" = null, masked = rpad(rtrim(masked, '0123456789'), length(masked), '•'),
    details = null, message = null, extension = null, metadata = '{}'
  from old where challenges.id = old.id
  returning challenges.id`

// Without its body the answer is made anew from the challenge, as it is now. No challenge lives longer than ten minutes;
// an hour back is enough, since every minute somebody looks.
const FORGET_ANSWERS = `
  update idempotency set body = null
  where ctid = any (array(
    select ctid from idempotency
    where created_at <= now() - ($2::float8 + 600) * interval '1 second'
      and created_at > now() - ($2::float8 + 4200) * interval '1 second'
      and body is not null
    limit $1 for update skip locked))
  returning key`

const done = (since: string, after: string) => `
  delete from outbox where ctid = any (array(
    select ctid from outbox where ${since} < now() - interval '${after}' limit $1 for update skip locked))
  returning id`

const DELIVERED = done('delivered_at', '7 days')
const GIVEN_UP = done('failed_at', '30 days')
