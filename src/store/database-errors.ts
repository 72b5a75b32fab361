// Which errors mean that the database can't be reached or does not answer, and which that the statement is wrong.

/**
 * The database could not be reached, or did not answer in time. A write that ended so may have happened or not: read
 * again before anything is done that cannot be taken back.
 */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
}

/** Nothing of the statement has happened or will: it never reached the database, or was rolled back whole. */
export class NotExecuted extends DatabaseUnavailable {}

/** The answer is another query's: a pooler or a failing connection has mixed them up. Never an answer for the caller. */
export class ForeignRow extends DatabaseUnavailable {
  constructor() {
    super('The database gave the answer to another query.')
  }
}

/** Of a prepared statement. */
export const NO_SUCH_STATEMENT = '26000'

// postgresql.org/docs/current/errcodes-appendix.html: lost connections, transactions rolled back for another's sake,
// exhausted resources, cancelled by a timeout or by a shutdown, a lock that was not free in time, a primary that has become
// a standby, a transaction that is not ours, and prepared statements that a pooler has lost or mixed up.
const OUTAGES = ['08', '40', '53', '57', '55P03', '25006', '25P02', NO_SUCH_STATEMENT, '42P05']

/** The server of this connection can't serve any more: a standby, one that goes or starts, a transaction left behind. */
const UNUSABLE = ['08', '25006', '25P02', '57P01', '57P02', '57P03', NO_SUCH_STATEMENT, '42P05']

/** Refused before anything was carried out, or rolled back whole: a deadlock, or a serialization failure. */
const NOT_EXECUTED = ['40001', '40P01', '25006', '25P02', NO_SUCH_STATEMENT, '42P05', '57P03']

/**
 * What a single row, or a trigger that looks at it, can cause: cardinality, data, integrity, triggers that change what
 * they were given, what functions raise, conditions of a view, sizes, PL/pgSQL, a damaged row. Not a right or a table
 * that is missing, though a trigger may meet that too: it would meet it at each row.
 */
const OF_ONE_ROW = ['21', '22', '23', '27', '2F', '38', '39', '44', '54', 'P0', 'XX001']

export function asUnavailable(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable || !isOutage(error)) return error
  const Unavailable = isNotExecuted(error) || isUnreachable(error) ? NotExecuted : DatabaseUnavailable
  return new Unavailable('The database does not answer.', { cause: error })
}

export function violates(error: unknown, constraint: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === '23505' &&
    // postgres.js says constraint_name, PGlite constraint.
    (('constraint_name' in error && error.constraint_name === constraint) ||
      ('constraint' in error && error.constraint === constraint))
  )
}

/** `lose_race()` has failed the statement: another one has taken the last of something since this one read what was left. */
export function isLostRace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'RACED'
}

/** The connection is gone, and not only this statement. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // Several addresses tried at once bear several.
  if (error instanceof AggregateError) return error.errors.every(isLost)
  const severity = severityOf(error)
  return severity === null ? isOfSocket(error) : severity === 'FATAL' || severity === 'PANIC'
}

/** Node's, and postgres.js's own. One that Node makes without asking the system bears no errno. */
function isOfSocket(error: Error): boolean {
  return 'errno' in error || ('code' in error && /^(E[A-Z]{4,}$|ERR_(STREAM|SOCKET|TLS|SSL)_)/.test(String(error.code)))
}

/** Not connected, so nothing was sent. Several addresses tried at once bear several errors. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isUnreachable)
  if (!(error instanceof Error)) return false
  const isOfConnecting = 'syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo')
  return isOfConnecting || ('code' in error && error.code === 'CONNECT_TIMEOUT')
}

/** PgBouncer sends only the field that Postgres translates. */
function severityOf(error: Error): string | null {
  if ('severity' in error) return String(error.severity)
  return 'severity_local' in error ? String(error.severity_local) : null
}

export function leavesConnectionUnusable(error: unknown): boolean {
  return isLost(error) || hasState(error, UNUSABLE)
}

/** A pooler that refuses how a connection starts has not passed on a statement either. */
export function isNotExecuted(error: unknown): boolean {
  return (
    hasState(error, NOT_EXECUTED) || (error instanceof Error && /unsupported startup parameter/.test(error.message))
  )
}

/** The server has said that the statement failed, so nothing of it has happened. */
function wasRolledBack(error: unknown): boolean {
  const answer = answerOf(error)
  return answer instanceof Error && severityOf(answer) === 'ERROR'
}

/**
 * Nothing has happened of a statement that was for several, and one of them may be why: its row, or a lock that another
 * statement holds. Not a timeout, or what every statement meets: to ask for each alone would be so much more of it.
 */
export function mayBeOfOneOfSeveral(error: unknown): boolean {
  return wasRolledBack(error) && hasState(answerOf(error), [...OF_ONE_ROW, '40', '55P03'])
}

/** The database was away, and nothing of the statement has happened: it may be asked again at any time. */
export function hasNotHappened(error: unknown): boolean {
  return error instanceof NotExecuted || (error instanceof DatabaseUnavailable && wasRolledBack(error))
}

/** The database did not say what became of the statement. */
export function mayHaveHappened(error: unknown): boolean {
  return error instanceof DatabaseUnavailable && !hasNotHappened(error)
}

export function mayBeOfOneRow(error: unknown): boolean {
  return hasState(error, OF_ONE_ROW)
}

const answerOf = (error: unknown) => (error instanceof DatabaseUnavailable ? error.cause : error)

function isOutage(error: unknown): boolean {
  return isLost(error) || hasState(error, OUTAGES)
}

export function hasState(error: unknown, states: readonly string[]): boolean {
  if (!(error instanceof Error && 'code' in error) || severityOf(error) === null) return false
  const code = String(error.code)
  return states.some((state) => code.startsWith(state))
}
