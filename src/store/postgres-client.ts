// One connection of postgres.js 3.4.9, and what its behaviour under failure forces (its src/connection.js):
// - A client that reconnects keeps what the lost connection left: an error, rows, or a query queued while it failed,
//   which is then answered with nothing. So a client serves one connection and is thrown away with it.
// - `rows` goes on counting after a statement that failed in the middle of its rows, so the next statement's rows stand
//   behind as many holes. So holes are dropped.
// - Pipelined statements lose their order when a pooler changes the server between them, and without one when answers are
//   late: a statement is then given another's types or rows. So there is one at a time, which the pool in postgres.ts sees
//   to.
// - A statement whose prepared form the server no longer has (a pooler gave the client another server, or a migration changed
//   what it reads) is sent again with parameters that were serialized already, and `true` becomes false. So it is given
//   the original ones each time.
// - `end()` while it waits to reconnect connects once more and keeps the process alive. So its socket is taken away.

import postgres from 'postgres'
import { DEADLINES } from '../time/deadlines.ts'
import type { ConnectionTarget } from './connection-string.ts'
import type { Parameter } from './database.ts'
import { hasState, NO_SUCH_STATEMENT, NotExecuted } from './database-errors.ts'

/** A statement that met it was never sent. */
export const RETIRED = new NotExecuted('The connection is retired.')

export type Client = postgres.Sql

export function openClient(
  target: ConnectionTarget,
  startup: Record<string, string | number> = {},
  onclose: () => void = () => {},
): Client {
  const { hosts, ports, database, user, password, ssl, prepare } = target
  const types = {
    date: {
      to: 1184,
      from: [1082, 1114, 1184],
      serialize: String,
      parse: (at: string) => new Date(at).toISOString(),
    },
  }
  const options = {
    host: hosts,
    port: ports,
    // A directory is where the server has its socket.
    ...(hosts[0]?.startsWith('/') && { path: `${hosts[0]}/.s.PGSQL.${ports[0]}` }),
    database,
    user,
    password,
    ssl,
    prepare,
    max: 1,
    connect_timeout: DEADLINES.connect / 1000,
    idle_timeout: 60,
    // The default backs off for up to 20 s, long after the database is back.
    backoff: () => 0.1,
    fetch_types: false,
    onnotice: () => {},
    onclose,
    connection: { timezone: 'UTC', ...target.startup, ...startup },
    types,
  }
  // Its types know neither a list of hosts nor a function for `backoff`; its documentation does.
  return postgres(options as unknown as postgres.Options<Record<string, postgres.PostgresType>>) as unknown as Client
}

type Sending = { prepare: boolean; onLost(): void }

/** `onLost`: the server no longer had the statement's prepared form, so it took a round trip more. */
export async function send(
  client: Client,
  text: string,
  params: readonly Parameter[],
  { prepare, onLost }: Sending = { prepare: true, onLost: () => {} },
): Promise<unknown[]> {
  const query = client.unsafe(text, [...params], { prepare })
  Object.defineProperties(Object.assign(query, { kept: null, named: nameOf(text, params) }), ADAPTED)
  const rows = await query
  if (hasState(retriedFor(query), [NO_SUCH_STATEMENT])) onLost()
  return rows.filter(() => true)
}

/** The driver keeps there what made it send the statement again. */
function retriedFor(query: object): unknown {
  return 'retried' in query ? query.retried : null
}

/**
 * Two fields of the driver's query. `parameters`: it replaces each by what it has sent for it. `signature`: it knows a prepared
 * statement by the types of the parameters and the whole text; of the 11 KB of a creation that takes 15 µs each time.
 */
const ADAPTED = {
  parameters: {
    get(this: Adapted) {
      return this.kept && [...this.kept]
    },
    set(this: Adapted, parameters: unknown[]) {
      this.kept = [...parameters]
    },
  },
  signature: {
    get(this: Adapted) {
      return this.named
    },
    set() {},
  },
}

type Adapted = { kept: unknown[] | null; named: string }

/** A number for each text. Statements are the program's own, so they are as many as it has. */
const numbers = new Map<string, number>()

/** Of what the types follow from, only whether a parameter is a boolean differs: the driver gives the others none. */
function nameOf(text: string, params: readonly Parameter[]): string {
  const number = numbers.get(text) ?? numbers.size
  numbers.set(text, number)
  let name = `${number}`
  for (const [index, param] of params.entries()) if (typeof param === 'boolean') name += ` ${index}`
  return name
}

/** `timeout`: milliseconds for what the connection is still doing. */
export function retire(client: Client, timeout: number = DEADLINES.disconnect): Promise<void> {
  Object.assign(client.options, { socket: () => Promise.reject(RETIRED) })
  return client.end({ timeout: timeout / 1000 })
}
