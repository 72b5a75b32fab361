import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import type { Logger } from '../log/logger.ts'
import type { Database, Orm, Parameter } from './database.ts'
import { asUnavailable, DatabaseUnavailable, isLost } from './database-errors.ts'
import * as schema from './schema.ts'

/** Milliseconds. A carrier hangs up on silence, so a query that has not been answered by then is given up. */
export const DEADLINE = 2_000
const CONNECTIONS = 10
const READ = /^\s*select\b/
const RETIRED = new DatabaseUnavailable('The connection is retired.')

/** One connection. `heard`: when the server last answered on it. */
type Line = { sql: postgres.Sql; waiting: number; heard: number }

export async function openPostgres(url: string, log: Logger): Promise<Database> {
  const lines = Array.from({ length: CONNECTIONS }, newLine)
  const listeners = new Set<postgres.Sql>()
  let closed = false
  // drizzle rewrites the parsers of the client it is given, so it has its own. Migrations may take their time.
  const slow = connect(url, {})

  async function query<T>(text: string, params: readonly Parameter[] = []): Promise<T[]> {
    const end = performance.now() + DEADLINE
    try {
      return await ask<T>(text, params, end)
    } catch (error) {
      // Connections are lost together. What was never sent, and a read, may be asked again on a new one.
      const harmless = error === RETIRED || (isLost(error) && READ.test(text))
      return harmless ? await ask<T>(text, params, end).catch(unavailable) : unavailable(error)
    }
  }

  async function ask<T>(text: string, params: readonly Parameter[], end: number): Promise<T[]> {
    const line = lines.reduce((best, next) => (next.waiting < best.waiting ? next : best))
    const asked = performance.now()
    line.waiting++
    try {
      const rows = await within(Math.max(0, end - asked), line.sql.unsafe(text, [...params], { prepare: true }))
      line.heard = performance.now()
      return whole(rows) as T[]
    } catch (error) {
      if (error instanceof postgres.PostgresError) line.heard = performance.now()
      const silent = error instanceof DatabaseUnavailable && line.heard < asked
      if (silent || isLost(error)) replace(line)
      throw error
    } finally {
      line.waiting--
    }
  }

  function newLine(): Line {
    const parameters = { statement_timeout: 1_800, lock_timeout: 500 }
    const line: Line = { sql: connect(url, parameters, () => replace(line)), waiting: 0, heard: 0 }
    return line
  }

  // Without one answer in a whole deadline a connection may be dead, and TCP takes a quarter of an hour to say so. And a
  // client of postgres.js is used for one connection only: when it reconnects it takes what the old one left for its
  // own, an error, rows, or a question that was put while it failed, and answers that with nothing.
  function replace(line: Line): void {
    const slot = lines.indexOf(line)
    if (slot === -1 || closed) return
    lines[slot] = newLine()
    if (line.heard > 0 && line.waiting > 0) log.warn({}, 'database connection lost')
    void retire(line.sql, 0)
  }

  return {
    kind: 'postgres',
    query,
    orm: drizzle(slow, { schema }) as Orm,
    async listen(channel, onPayload, onReconnect) {
      const sql = connect(url, {})
      listeners.add(sql)
      let connected = 0
      await sql.listen(channel, onPayload, () => {
        connected++
        if (connected > 1) onReconnect()
      })
      return async () => {
        listeners.delete(sql)
        await retire(sql, 1)
      }
    },
    async notify(channel, payload) {
      await query('select pg_notify($1, $2)', [channel, payload])
    },
    async close() {
      closed = true
      const all = [slow, ...listeners, ...lines.map((line) => line.sql)]
      await Promise.all(all.map((sql) => retire(sql, 1)))
    },
  }
}

/**
 * postgres.js goes on counting where a statement ended that failed after its first rows, and puts the rows of the next
 * one behind as many holes.
 */
function whole(rows: readonly unknown[]): unknown[] {
  return rows.filter(() => true)
}

function unavailable(error: unknown): never {
  throw asUnavailable(error)
}

function connect(url: string, parameters: Record<string, number>, onclose = () => {}): postgres.Sql {
  return postgres(url, {
    max: 1,
    connect_timeout: 2,
    idle_timeout: 60,
    // The default backs off for up to 20 s, long after the database is back.
    backoff: () => 0.1,
    fetch_types: false,
    onnotice: () => {},
    onclose,
    connection: { application_name: 'answerback', timezone: 'UTC', ...parameters },
    types: {
      date: {
        to: 1184,
        from: [1082, 1114, 1184],
        serialize: String,
        parse: (at: string) => new Date(at).toISOString(),
      },
    },
  }) as postgres.Sql
}

function retire(sql: postgres.Sql, timeout: number): Promise<void> {
  // Where it was just waiting to reconnect, it would do so once more and keep the process alive. Whoever waits with it is
  // told as by any other outage.
  Object.assign(sql.options, { socket: () => Promise.reject(RETIRED) })
  return sql.end({ timeout })
}

async function within<T>(milliseconds: number, answer: PromiseLike<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DatabaseUnavailable('The database did not answer in time.')), milliseconds)
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
