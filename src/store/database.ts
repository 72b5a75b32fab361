// Two databases behind one type: a Postgres server, or one embedded in a directory.

import type { Logger } from '../log/logger.ts'

export type DatabaseOptions = {
  /** `null`: embedded, in `dataDir`. */
  url: string | null
  dataDir: string
  log: Logger
  /** Past a pooler, for LISTEN, advisory locks and migrations. */
  directUrl?: string | null
  /** `false`: statements have no names, for poolers that lose them. */
  prepare?: boolean
  /** What measures each statement. */
  measured?: (query: Query) => Query
}

export type Parameter = string | number | boolean | null
export type Query = <T>(text: string, params?: readonly Parameter[]) => Promise<T[]>

export type Database = {
  kind: 'postgres' | 'embedded'
  /**
   * One statement, prepared. Times come back as ISO 8601, JSON parsed; JSON goes in as text, cast in the statement
   * (`$1::text::jsonb`). Fails with `DatabaseUnavailable` when no answer comes in time.
   */
  query: Query
  /** All statements on one connection, without a deadline: for migrations. */
  session<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** Gets every payload notified on the channel. `onReconnect`: the connection was lost, anything may be missed. */
  listen(channel: string, onPayload: (payload: string) => void, onReconnect: () => void): Promise<() => Promise<void>>
  notify(channel: string, payload: string): Promise<void>
  close(): Promise<void>
}
