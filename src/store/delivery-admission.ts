// What is asked before a delivery begins, and what it takes when it may, in one statement with the challenge. Counters, the
// prefix's traffic and the carrier's slots are asked for by reading, so what is refused holds none of their rows. They are
// taken under the same conditions, of each row as it stands by then: where another statement has taken the last of something
// in between, this one fails as a whole and is repeated.
//
// Every statement comes to locks of failures first, then to a challenge that is there already, to counters, prefix, slot and
// the number's live call, so that no two wait for each other. One that makes several challenges (insert-batch.ts) comes to
// those of a kind in the order of their keys.

import { sql } from 'drizzle-orm'
import type { Quota } from '../domain/rate-limit.ts'
import { NO_SLOT_NEEDED, SLOT_RESERVED } from './carrier-rate-limit.ts'
import { REFUSED, type StandingRule } from './number-rules.ts'
import {
  PREFIX_ADMISSION,
  PREFIX_ASKED,
  PREFIX_COUNTED,
  PREFIX_IS_COUNTED,
  type PrefixAdmission,
} from './prefix-traffic.ts'
import { ADMITTED, ALL_CONSUMED, ASKER, CONSUMED } from './rate-limits.ts'

/** Why nothing was saved: a rule stands against it, or a limit is exhausted. */
export type Admission = { exhaustedKey: string | null; retryAfter: number; quota: Quota | null } & (
  | StandingRule
  | { rule: null; shown: null; until: null }
) &
  PrefixAdmission

export const ASKED = sql`${ASKER}, ${REFUSED}, ${ADMITTED}, ${PREFIX_ASKED}`

export const ADMISSION = sql`
  refused.rule, refused.shown, refused.until, exhausted_key as "exhaustedKey", retry_after as "retryAfter", quota,
  ${PREFIX_ADMISSION}`

export const ADMISSION_JOINED = sql`left join refused on true left join exhausted on true left join prefix_now on true`

/**
 * What a delivery takes, when there is a row in `wanted`: `taken` has one too, or the statement fails as a whole, since
 * another one has taken the last of something since that was read. Then it is to be repeated (`isLostRace`).
 */
export const TAKEN = sql`
  ${CONSUMED}, ${PREFIX_COUNTED}, ${SLOT_RESERVED}, taken as (
    select from wanted where case
      when ${ALL_CONSUMED} and ${PREFIX_IS_COUNTED} and (${NO_SLOT_NEEDED} or exists (select from slot)) then true
      else lose_race() end
  )`
