// A pool of connections to a Postgres server: one statement in flight on each, a deadline for every statement, and no
// connection used again once it is in doubt.

import type { Logger } from '../log/logger.ts'
import { outsideRequest } from '../log/request-context.ts'
import { realClock, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import { explainConnectionError, NO_ANSWER } from './connection-error.ts'
import { createConnectionQueue, type Load } from './connection-queue.ts'
import { type ConnectionTarget, parseConnectionString } from './connection-string.ts'
import type { Database, DatabaseOptions, Parameter } from './database.ts'
import {
  asUnavailable,
  DatabaseUnavailable,
  isLost,
  isNotExecuted,
  leavesConnectionUnusable,
  NotExecuted,
} from './database-errors.ts'
import { type Client, openClient, RETIRED, retire, send } from './postgres-client.ts'

const CONNECTIONS = 10
const TRIES = 3
const LATE = Symbol('late')
const TOO_LATE = 'The database did not answer in time.'
const READ = /^\s*select\b/
const TIMEOUTS = { statement_timeout: DEADLINES.statementOnServer, lock_timeout: DEADLINES.lockOnServer }

/** `lost`: the statements whose prepared form it has found missing once. */
type Connection = Load & { client: Client; answered: boolean; cancelWatch: (() => void) | null; lost: Set<string> }

export async function openPostgres(url: string, { directUrl, prepare, log }: DatabaseOptions): Promise<Database> {
  const target = targetOf(url, log)
  // LISTEN, advisory locks and migrations need a connection of their own, which a transaction pooler can't give.
  const direct = directUrl ? targetOf(directUrl, log) : target
  const clients = new Set<Client>()
  let connections: Connection[] = []
  const queue = createConnectionQueue(realClock, () => connections)
  let closed = false
  /** What poolers refuse or lose is left out once one has said so. */
  const support = { timeouts: true, prepare: prepare !== false && target.prepare }

  function add(): void {
    const startup = support.timeouts ? TIMEOUTS : {}
    const client = openClient({ ...target, prepare: support.prepare }, startup, () => replace(connection))
    const connection: Connection = {
      client,
      answered: false,
      cancelWatch: null,
      lost: new Set(),
      busy: false,
      takenAt: 0,
    }
    connections.push(connection)
    queue.serve()
  }

  function replace(connection: Connection): void {
    if (closed || !connections.includes(connection)) return
    connections = connections.filter((other) => other !== connection)
    connection.cancelWatch?.()
    // The request that had it opened may have been answered long ago.
    if (connection.answered && connection.busy) outsideRequest(() => log.warn({}, 'database connection lost'))
    void retire(connection.client, 0)
    add()
  }

  /** A server that is going, or has become a standby, is that for the idle connections too. */
  function replaceIdle(): void {
    for (const connection of connections) if (!connection.busy) replace(connection)
  }

  /** Replaces it once it has given no answer for too long. */
  function watch(connection: Connection): void {
    connection.cancelWatch = null
    if (!connection.busy) return
    const left = connection.takenAt + DEADLINES.silentConnection - realClock.now()
    if (left <= 0) replace(connection)
    else connection.cancelWatch = realClock.after(left, () => watch(connection))
  }

  async function query<T>(text: string, params: readonly Parameter[] = []): Promise<T[]> {
    const end = realClock.now() + DEADLINES.statement
    for (let tries = 1; ; tries++) {
      try {
        return await ask<T>(text, params, end)
      } catch (error) {
        // What was never carried out may be asked again, and so may a read. Connections are lost together.
        const repeatable = error === RETIRED || isNotExecuted(error) || (isLost(error) && READ.test(text))
        if (!repeatable || tries === TRIES) throw asUnavailable(error)
      }
    }
  }

  async function ask<T>(text: string, params: readonly Parameter[], end: number): Promise<T[]> {
    const taken = queue.take(Math.max(0, end - realClock.now()))
    const connection = taken instanceof Promise ? await taken : taken
    if (!connection) throw new NotExecuted(TOO_LATE)
    if (!connections.includes(connection)) throw RETIRED
    return within(Math.max(0, end - realClock.now()), answerOf<T>(connection, text, params))
  }

  async function answerOf<T>(connection: Connection, text: string, params: readonly Parameter[]): Promise<T[]> {
    if (connection.cancelWatch === null) watch(connection)
    try {
      const { prepare } = support
      const rows = await send(connection.client, text, params, { prepare, onLost: () => noteLost(connection, text) })
      connection.answered = true
      return rows as T[]
    } catch (error) {
      learn(error)
      if (leavesConnectionUnusable(error)) {
        replace(connection)
        replaceIdle()
      }
      throw error
    } finally {
      queue.answered(connection)
    }
  }

  function learn(error: unknown): void {
    if (!(error instanceof Error)) return
    if (support.timeouts && /unsupported startup parameter/.test(error.message)) {
      support.timeouts = false
      log.warn(
        {},
        'database pooler refuses statement_timeout: set it for the role, or a late statement runs to its end',
      )
    }
    if (/prepared statement .* (does not exist|already exists)/.test(error.message)) stopPreparing()
  }

  /** Once is what follows when a pooler moves a client to another server for good: it has none of its statements yet. */
  function noteLost({ lost }: Connection, text: string): void {
    if (lost.has(text)) stopPreparing()
    lost.add(text)
  }

  function stopPreparing(): void {
    if (!support.prepare) return
    support.prepare = false
    log.warn({}, 'database pooler loses prepared statements: they are no longer used')
  }

  for (let count = 0; count < CONNECTIONS; count++) add()

  return {
    kind: 'postgres',
    query,
    async session(work) {
      const client = openClient(direct)
      clients.add(client)
      try {
        await firstAnswer(client, direct)
        return await work(
          async <T>(text: string, params: readonly Parameter[] = []) => (await send(client, text, params)) as T[],
        )
      } catch (error) {
        const sentence = explainConnectionError(error, direct)
        throw sentence === null ? error : new Error(sentence, { cause: error })
      } finally {
        clients.delete(client)
        await retire(client)
      }
    },
    async listen(channel, onPayload, onReconnect) {
      const client = openClient(direct)
      clients.add(client)
      let connected = 0
      await client.listen(channel, onPayload, () => {
        connected++
        if (connected > 1) onReconnect()
      })
      return async () => {
        clients.delete(client)
        await retire(client)
      }
    },
    async notify(channel, payload) {
      await query('select pg_notify($1, $2)', [channel, payload])
    },
    async close() {
      closed = true
      for (const { cancelWatch } of connections) cancelWatch?.()
      const all = [...clients, ...connections.map(({ client }) => client)]
      await Promise.all(all.map((client) => retire(client)))
    },
  }
}

/**
 * postgres.js connects again and again, without a word, to several hosts of which none is there, and to a server that
 * closes each connection before it has answered: one that is no Postgres.
 */
async function firstAnswer(client: Client, { hosts }: ConnectionTarget): Promise<void> {
  const answer = send(client, 'select 1', [])
  if ((await withTimeout(realClock, DEADLINES.connect * (hosts.length + 1), answer, LATE)) !== LATE) return
  answer.catch(() => {})
  throw Object.assign(new Error(TOO_LATE), { code: NO_ANSWER })
}

function targetOf(url: string, log: Logger): ConnectionTarget {
  const target = parseConnectionString(url)
  for (const parameter of target.unknown) log.warn({ parameter }, 'unknown parameter in the database URL ignored')
  return target
}

async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  const found = await withTimeout(realClock, milliseconds, answer, LATE)
  if (found === LATE) throw new DatabaseUnavailable(TOO_LATE)
  return found
}
