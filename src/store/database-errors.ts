// Telling "the database cannot be reached or does not answer" from "the statement is wrong".

/**
 * The database could not be reached, or did not answer in time. A write that ended so may have happened or not: read
 * again before anything is done that cannot be taken back.
 */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
}

// postgresql.org/docs/current/errcodes-appendix.html: lost connections, exhausted resources, cancelled by a timeout or
// by a shutdown, a lock that was not to be had, and a primary that has become a standby.
const OUTAGES = ['08', '53', '57', '55P03', '25006']

export function asUnavailable(error: unknown): unknown {
  return isOutage(error) ? new DatabaseUnavailable('The database does not answer.', { cause: error }) : error
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

/** The connection is gone, and not only this statement. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  // Node's and postgres.js's own connection errors bear an errno; several addresses tried at once bear several.
  if (error instanceof AggregateError) return error.errors.every(isLost)
  return 'errno' in error || ('severity' in error && (error.severity === 'FATAL' || error.severity === 'PANIC'))
}

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'severity' in error && 'code' in error ? String(error.code) : null
  return code === null ? isLost(error) : OUTAGES.some((outage) => code.startsWith(outage))
}
