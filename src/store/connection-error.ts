// Why the database can't be opened, as a sentence for an operator: which of the settings is wrong, or who refuses.

import type { ConnectionTarget } from './connection-string.ts'

/** Node's names for a certificate that can't be trusted: nodejs.org/api/tls.html#x509-certificate-error-codes. */
const UNTRUSTED =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID)$/

type Cause = { code: string; message: string }
/** Our own: none of the addresses has answered as a Postgres does. */
export const NO_ANSWER = 'NO_ANSWER'

function place({ hosts, ports }: ConnectionTarget): string {
  return hosts.map((host, index) => `${host.includes(':') ? `[${host}]` : host}:${ports[index]}`).join(', ')
}

/** `null`: not about the connection. */
export function explainConnectionError(error: unknown, target: ConnectionTarget): string | null {
  for (const cause of causesOf(error)) {
    const sentence = sentenceOf(cause, target)
    if (sentence !== null) return sentence
  }
  return null
}

function sentenceOf({ code, message }: Cause, target: ConnectionTarget): string | null {
  const { user, database, hosts } = target
  if (code === '3D000' || /no such database/.test(message))
    return `There is no database "${database}" at ${place(target)}.`
  if (code === '28P01' || /password authentication failed|SASL authentication failed|auth failed/.test(message))
    return `The database at ${place(target)} refuses the password of the user "${user}".`
  if (code === '28000' || /no such user/.test(message))
    return `The database at ${place(target)} refuses the user "${user}": ${message}.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The database's host name ${hosts.join(', ')} is not known.`
  if (code === 'ECONNREFUSED') return `Nothing answers at the database's address ${place(target)}.`
  if (code === NO_ANSWER) return `No Postgres answers at the database's address ${place(target)}.`
  if (code === 'ENOENT' || code === 'ENOTSOCK') return `There is no socket of a database in ${hosts[0]} (${message}).`
  if (/^(CONNECT_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code))
    return `The database's address ${place(target)} can't be reached.`
  if (UNTRUSTED.test(code))
    return `The database's certificate is not trusted (${message}). Name its issuer by sslrootcert, or ask for less by sslmode=require.`
  if (/^ERR_SSL/.test(code)) return `The database at ${place(target)} does not speak TLS (${message}).`
  if (code === '53300') return `The database at ${place(target)} has no connection left for us.`
  if (code === '57P03') return `The database at ${place(target)} is starting up or shutting down.`
  if (code === '42501')
    return `The database's user "${user}" may not do it (${message}). Run npm run migrate as the owner of the tables.`
  if (code === '25006') return `The database at ${place(target)} can only be read: it is a standby.`
  if (code === '08P01' || code === '42704' || code === '22023')
    return `The database at ${place(target)} refuses how we connect: ${message}.`
  return null
}

/** The error, what it was caused by, and each of several addresses that were tried at once. */
function causesOf(error: unknown): Cause[] {
  if (!(error instanceof Error)) return []
  const several = error instanceof AggregateError ? error.errors.flatMap(causesOf) : []
  const code = 'code' in error ? String(error.code) : ''
  return [{ code, message: error.message }, ...several, ...causesOf(error.cause)]
}
