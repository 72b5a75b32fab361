// Which challenges have changed since they were read: what is waited for is asked again and again, and has seldom changed.

import { sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import type { Database } from './database.ts'
import { isReported } from './number-rules.ts'
import { statement } from './orm.ts'
import { challenges } from './schema.ts'

export type ChangedChallenges = {
  /** Those of a later version, and those pending ones that are past their time or reported: to read one ends it. */
  since(versions: ReadonlyMap<ChallengeId, number>): Promise<ChallengeId[]>
}

export function changedChallenges(database: Database): ChangedChallenges {
  return {
    async since(versions) {
      const rows = await changed(database, { versions: JSON.stringify(Object.fromEntries(versions)) })
      return rows.map(({ id }) => id).filter((id) => versions.has(id))
    },
  }
}

const changed = statement<{ id: ChallengeId }>(sql`
  select ${challenges}.id from jsonb_each_text(${sql.placeholder('versions')}::text::jsonb) as seen
    join ${challenges} on ${challenges}.id = seen.key
  where version > seen.value::int or status = 'pending' and (expires_at <= now() or ${isReported(sql``)})`)
