// The audit log: who did what, to what, and why. An entry is written by the statement of the act itself, so that neither
// stands without the other; docs/audit.md says how entries are chained.

import { type SQL, sql } from 'drizzle-orm'
import { redactNumbers } from '../log/redact.ts'
import { type AuditAction, auditHead, auditLog } from './audit-schema.ts'
import type { Database, Query } from './database.ts'
import { statement, texts } from './orm.ts'

export type AuditRow = typeof auditLog.$inferSelect

/** No code, secret or full number may be in it. */
export type AuditEntry = {
  /** `cli:ada`, `service:svc_…`: who did it. */
  actor: string
  action: AuditAction
  target: string
  reason: string | null
  detail: Record<string, string | number | boolean | null>
}

/** Who acts, and why. */
export type By = Pick<AuditEntry, 'actor' | 'reason'>

/** The end of a stretch of the chain. */
export type ChainLink = Pick<AuditRow, 'sequence' | 'hash'>

/** Entries as they stood at one moment. */
export type AuditSnapshot = {
  /** The newest entry that retention has deleted; `null`: none. */
  swept: ChainLink | null
  newest: ChainLink
  /** Oldest first. */
  rows: AsyncIterable<AuditRow>
}

export type AuditFilter = { actor: string | null; action: string | null; targets: readonly string[] | null }

export type AuditLog = {
  /** For an act that no statement of ours carries out. Gives the entry's sequence. */
  append(entry: AuditEntry): Promise<number>
  /**
   * Of entries that a stranger could cause again and again: at most so many an hour of one action about one target. Of
   * several at the same moment each may still find room.
   */
  appendAtMost(hourly: number, entry: AuditEntry): Promise<void>
  /** Whether this entry is there, about one of these acts, and no older than the longest session of the console. */
  isRecent(
    sequence: number,
    entry: Pick<AuditEntry, 'actor' | 'target'> & { actions: readonly AuditAction[] },
  ): Promise<boolean>
  /** Newest first. `before`: those with a lower sequence. */
  list(filter: AuditFilter, before: number | null, limit: number): Promise<AuditRow[]>
  snapshot<T>(work: (snapshot: AuditSnapshot) => Promise<T>): Promise<T>
  /** Deletes what is older, a day's worth or more at a time, and says so in an entry. */
  sweep(seconds: number): Promise<void>
}

const PAGE = 1_000
const SWEPT_AT_ONCE = 2_000
const DAY = 86_400

export function auditLogStore(database: Database): AuditLog {
  return {
    async append(entry) {
      const [row] = await append(database, auditParameters(entry))
      return row!.sequence
    },
    async appendAtMost(hourly, entry) {
      await appendAtMost(database, { hourly, ...auditParameters(entry) })
    },
    async isRecent(sequence, { actor, target, actions }) {
      return (await recent(database, { sequence, actor, target, actions: JSON.stringify(actions) })).length > 0
    },
    list: ({ actor, action, targets }, before, limit) =>
      list(database, { actor, action, targets: targets && JSON.stringify(targets), before, limit }),
    snapshot: (work) =>
      database.session(async (query) => {
        await query('begin isolation level repeatable read read only')
        try {
          const [newest] = await head({ query })
          const [swept] = await lastSweep({ query })
          return await work({ swept: swept ?? null, newest: newest!, rows: rowsOf(query) })
        } finally {
          await query('commit')
        }
      }),
    async sweep(seconds) {
      await sweep(database, { seconds, overdue: seconds + DAY })
    },
  }
}

async function* rowsOf(query: Query): AsyncGenerator<AuditRow> {
  for (let after = 0; ; ) {
    const rows = await page({ query }, { after })
    yield* rows
    if (rows.length < PAGE) return
    after = rows.at(-1)!.sequence
  }
}

/** What `appended` binds. */
export function auditParameters({ reason, ...entry }: AuditEntry) {
  return { auditEntry: JSON.stringify({ ...entry, reason: reason && redactNumbers(reason) }) }
}

/**
 * Part of a statement: appends the entry that `auditParameters` binds, when the condition holds; `facts` are added to its
 * detail. The condition counts the rows of the act, so that their locks are taken before the head's in every statement.
 */
export function appended(condition: SQL, facts: SQL = sql`'{}'`): SQL {
  return sql`
    insert into ${auditLog} (actor, action, target, reason, detail)
    select entry.actor, entry.action, entry.target, entry.reason, (entry.detail || ${facts}::jsonb)::text
    from jsonb_to_record(${sql.placeholder('auditEntry')}::text::jsonb)
      as entry (actor text, action text, target text, reason text, detail jsonb)
    where ${condition}`
}

const append = statement<{ sequence: number }>(sql`${appended(sql`true`)} returning sequence`)

const appendAtMost = statement(
  appended(sql`(
    select count(*) from ${auditLog} as before
    where before.target = entry.target and before.action = entry.action and before.at > now() - interval '1 hour'
  ) < ${sql.placeholder('hourly')}::int`),
)

const COLUMNS = sql`sequence, at, actor, action, target, reason, detail, previous_hash as "previousHash", hash`
const value = sql.placeholder

const list = statement<AuditRow>(sql`
  select ${COLUMNS} from ${auditLog}
  where sequence < coalesce(${value('before')}::int, 2147483647)
    and actor = coalesce(${value('actor')}::text, actor) and action = coalesce(${value('action')}::text, action)
    and (${value('targets')}::text is null
      or target = ${texts('targets')})
  order by sequence desc limit ${value('limit')}`)

const recent = statement(sql`
  select from ${auditLog}
  where sequence = ${value('sequence')}::int and actor = ${value('actor')} and target = ${value('target')}
    and action = ${texts('actions')}
    and at > now() - interval '12 hours'`)

const head = statement<ChainLink>(sql`select sequence, hash from ${auditHead}`)

const lastSweep = statement<ChainLink>(sql`
  select (detail::jsonb ->> 'through')::int as sequence, detail::jsonb ->> 'hash' as hash
  from ${auditLog} where action = 'audit.swept' order by sequence desc limit 1`)

const page = statement<AuditRow>(sql`
  select ${COLUMNS} from ${auditLog} where sequence > ${value('after')}::int
  order by sequence limit ${sql.raw(String(PAGE))}`)

const ago = (name: string) => sql`now() - ${value(name)}::float8 * interval '1 second'`

const min = (rows: SQL) => sql`(select min(sequence) from ${auditLog} ${rows})`

// Never from the middle, should the clock have been put back. The trigger that refuses deletions looks at the end of the
// statement, when the entry that admits this one is there.
const sweep = statement(sql`
  with deleted as (
    delete from ${auditLog}
    where exists (select from ${auditLog} where at <= ${ago('overdue')})
      and sequence < coalesce(${min(sql`where at > ${ago('seconds')}`)}, 2147483647)
      and sequence < ${min(sql``)} + ${sql.raw(String(SWEPT_AT_ONCE))}
    returning sequence, hash
  )
  insert into ${auditLog} (actor, action, target, detail)
  select 'server', 'audit.swept', '', jsonb_build_object('through', sequence, 'hash', hash)::text
  from deleted order by sequence desc limit 1`)
