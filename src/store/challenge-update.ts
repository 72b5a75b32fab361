// The guarded update of a challenge, as part of the statements that save one, or several at once.

import { type SQL, sql } from 'drizzle-orm'
import { savedColumns } from './challenge-record.ts'
import { ledgerWith } from './ledger.ts'
import { isReported } from './number-rules.ts'
import { columnNames } from './orm.ts'
import { challenges } from './schema.ts'

const names = columnNames(challenges)

/** How a statement is given what belongs to a change and is no column: as a parameter, or for each challenge in `input`. */
export type Given = (
  name: 'newTime' | 'keepsCharge' | 'inTime' | 'keepsCheck' | 'secondsUntilCheck' | 'expiresIn' | 'line',
) => SQL

export const asParameter: Given = (name) => sql`${sql.placeholder(name)}`
export const inInput: Given = (name) => sql`input.${sql.identifier(name)}`

const NOW_AS_TEXT = sql`to_jsonb(to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

/** `newTime`: the path of the time that a new delivery, or a new turn of its call, lacks (challenge-record.ts). */
export const deliveries = (given: Given) => sql`
  case when ${given('newTime')}::text is null then input.deliveries
    else jsonb_set(input.deliveries, ${given('newTime')}::text::text[], ${NOW_AS_TEXT}) end`

export const seconds = (given: SQL) => sql`${given}::float8 * interval '1 second'`

const due = (given: Given) => sql`
  least(case when input.status = 'pending' then challenges.expires_at end, now() + ${seconds(given('secondsUntilCheck'))})`

// An update that waits for another one checks its conditions again on what that one left, so one of many wins. The
// outcome is guarded here too.
export const isAsRead = (given: Given) => sql`
  challenges.id = input.id and challenges.version = input.version
    and (not ${given('inTime')}::boolean
      or (challenges.expires_at > now() and not ${isReported(sql`challenges.`)}))
    and (challenges.status = 'pending'
      or (challenges.status = input.status and challenges.reason = input.reason))`

export const chargeLeft = (given: Given) => sql`case when ${given('keepsCharge')}::boolean then challenges.charge end`

export const updated = (given: Given, charge: SQL, lockedFirst: SQL, returned: SQL = sql``) => sql`
  challenge as (
    update ${challenges} set
      version = challenges.version + 1,
      ${sql.join(
        savedColumns.map(
          (key) => sql`${names[key]} = ${key === 'deliveries' ? deliveries(given) : sql`input.${names[key]}`}`,
        ),
        sql`, `,
      )},
      charge = ${charge},
      ledger = ${ledgerWith(given('line'))},
      ended_at = case when input.status <> 'pending' then coalesce(challenges.ended_at, now()) end,
      outcome_version =
        case when input.status <> 'pending' then coalesce(challenges.outcome_version, challenges.version + 1) end,
      next_check_at = case when ${given('keepsCheck')}::boolean then challenges.next_check_at
        when ${due(given)} is not null then least(challenges.next_check_at, ${due(given)}) end,
      check_put_off_to = case when ${given('keepsCheck')}::boolean then challenges.check_put_off_to
        when ${due(given)} > challenges.next_check_at then ${due(given)} end
    from input ${lockedFirst}
    where ${isAsRead(given)}
    returning challenges.id, challenges.service_id, challenges.version, challenges.charge, challenges.masked_number,
      challenges.status ${returned}
  )`
