/** Nothing else is asked of the database: Postgres refuses a NUL, which a form may bring, with an error. */
export function isOperatorName(text: string): boolean {
  return /^[a-z][a-z0-9._-]{0,38}$/.test(text)
}
