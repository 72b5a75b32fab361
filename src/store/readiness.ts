// Whether the database takes writes: a standby, or a server whose disk is full, still answers every read.

import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { readiness } from './schema.ts'

/** So many checks as may come, the database gets one in so long. */
const VALID_MS = 500

export function readinessCheck(database: Database): () => Promise<boolean> {
  let checked: { at: number; result: Promise<boolean> } | null = null
  return () => {
    if (checked && performance.now() - checked.at < VALID_MS) return checked.result
    const result = write(database).then(
      () => true,
      () => false,
    )
    checked = { at: performance.now(), result }
    return result
  }
}

const write = statement(sql`
  insert into ${readiness} (id, checked_at) values (1, now()) on conflict (id) do update set checked_at = now()`)
