// What is done with a value before it is read, and how it is shown when it is wrong.

const EDGES = /^[\s\u200b-\u200d\u2060\ufeff]+|[\s\u200b-\u200d\u2060\ufeff]+$/g
const LONGEST_SHOWN = 80
const LONGEST_ACCOUNT = 16

/**
 * White space and zero-width marks at either end come along with what is copied. Quotes come along with a line that was
 * meant for a shell, where `docker run --env-file` and the panels of hosts keep them.
 */
export function withoutQuotes(value: string): string {
  const trimmed = value.replace(EDGES, '')
  const [, inner] = /^(?:"([^"]*)"|'([^']*)'|“([^”]*)”)$/.exec(trimmed)?.filter((part) => part !== undefined) ?? []
  return inner === undefined ? trimmed : inner.replace(EDGES, '')
}

/**
 * A secret by its length, and what may be a key itself where its file is to be named. A long run of letters and digits
 * likewise, but for how it begins: a token is pasted where its account belongs more often than elsewhere.
 */
export function shownValue(value: string, secret = false): string {
  const length = `(${value.length} ${value.length === 1 ? 'character' : 'characters'})`
  if (secret || value.includes('-----BEGIN')) return `… ${length}`
  if (value.length > LONGEST_ACCOUNT && /^[\w+=-]+$/.test(value)) return `"${value.slice(0, 2)}…" ${length}`
  const shown = value.replace(/\/\/.*@/s, '//…@')
  return shown.length > LONGEST_SHOWN ? `"${shown.slice(0, LONGEST_SHOWN)}…" ${length}` : `"${shown}"`
}
