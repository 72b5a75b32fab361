// DATABASE_URL as hosts hand it out. Other clients' parameters stand in it, and postgres.js would pass every one to the
// server, which refuses what it does not know.

import { readFileSync } from 'node:fs'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'

export type ConnectionTarget = {
  hosts: string[]
  ports: number[]
  database: string
  user: string
  password: string
  ssl: false | 'prefer' | ConnectionOptions
  /** What the server is told at the start of each connection. */
  startup: Record<string, string>
  /** Statements may have names. Behind a pooler in transaction mode they are not known on the next connection. */
  prepare: boolean
  /** Parameters that we neither know nor pass on. */
  unknown: string[]
}

/** A password may have a bare @ or / in it, and a parameter an @. */
const URL_PARTS = /^postgres(?:ql)?:\/\/(?:(.*?)@)?([^@/?]*)(?:\/([^@?]*))?(?:\?(.*))?$/s

/** libpq's, Prisma's, JDBC's: nothing that we would do otherwise for them. */
const NO_EFFECT =
  /^(channel_binding|gssencmode|krbsrvname|require_auth|connect_timeout|connection_limit|pool_timeout|pool_mode|socket_timeout|keepalives\w*|tcp_user_timeout|client_encoding|sslnegotiation|sslsni|sslcompression|sslaccept|uselibpqcompat|sslcrl\w*|ssl_min_protocol_version|ssl_max_protocol_version|load_balance_hosts|fallback_application_name)$/

export function parseConnectionString(url: string): ConnectionTarget {
  const [, userinfo = '', authority, path = '', query = ''] = URL_PARTS.exec(url.trim()) ?? []
  if (authority === undefined)
    throw new Error('The database URL is not of the form postgres://user:password@host/name.')
  const [user, ...password] = userinfo.split(':')
  const given = new URLSearchParams(query)
  const places = (authority || given.get('host') || 'localhost').split(',').map(placeOf)
  const hosts = places.map(({ host }) => host)
  const target: ConnectionTarget = {
    hosts,
    ports: places.map(({ port }) => portOf(port ?? given.get('port') ?? '5432')),
    user: decoded(user || given.get('user') || 'postgres'),
    password: decoded(password.join(':')) || given.get('password') || '',
    database: decoded(path) || given.get('dbname') || decoded(user || 'postgres'),
    ssl: sslOf(given, hosts),
    startup: { application_name: 'answerback' },
    prepare: true,
    unknown: [],
  }
  for (const [name, value] of given) apply(target, name, value)
  return target
}

function apply(target: ConnectionTarget, name: string, value: string): void {
  if (/^(host|port|user|password|dbname|ssl|sslmode|sslrootcert|sslcert|sslkey|target_session_attrs)$/.test(name))
    return
  if (/^(application_name|options|search_path)$/.test(name)) target.startup[name] = value
  else if (/^(schema|currentSchema)$/.test(name)) {
    // Every role finds `public` by itself, and a pooler would refuse the parameter.
    if (value !== 'public') target.startup.search_path = value
  } else if (/^(pgbouncer|prepare|statement_cache_size|prepareThreshold)$/.test(name)) {
    if (name === 'pgbouncer' ? value === 'true' : /^(false|off|0)$/.test(value)) target.prepare = false
  } else if (!NO_EFFECT.test(name)) target.unknown.push(name)
}

/** As libpq has it: only `verify-ca` and `verify-full` prove who answers, and `require` does once it is given a root. */
function sslOf(given: URLSearchParams, hosts: string[]): ConnectionTarget['ssl'] {
  const root = given.get('sslrootcert')
  const mode = modeOf(given)
  if (mode === 'disable' || (mode === null && root === null)) return false
  if (mode === 'allow' || mode === 'prefer') return 'prefer'
  if (mode !== null && !/^(require|verify-ca|verify-full)$/.test(mode))
    throw new Error(`The database URL has sslmode=${mode}: one of disable, prefer, require, verify-ca, verify-full.`)
  const read = (name: string) => {
    const path = given.get(name)
    return path === null || path === 'system' ? undefined : fileOf(name, path)
  }
  const [ca, cert, key] = [read('sslrootcert'), read('sslcert'), read('sslkey')]
  const files = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
  if (mode === 'verify-full' || root === 'system') {
    const [host] = hosts
    const whole = hosts.length === 1 && {
      checkServerIdentity: (_: string, peer: PeerCertificate) => checkServerIdentity(host!, peer),
    }
    return { ...files, ...whole, rejectUnauthorized: true }
  }
  if (mode === 'verify-ca' || root !== null)
    return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined }
  return { ...files, rejectUnauthorized: false }
}

/** A value that would be taken for "in the clear" only because it isn't known is refused. */
function modeOf(given: URLSearchParams): string | null {
  const modes = given.getAll('sslmode')
  if (modes.length > 1) throw new Error(`The database URL has sslmode ${modes.length} times.`)
  const ssl = given.get('ssl')
  if (ssl !== null && !/^(true|1|require|false|0)$/.test(ssl))
    throw new Error(`The database URL has ssl=${ssl}: one of true, false. Or say it by sslmode.`)
  return modes[0] ?? (ssl !== null && /^(true|1|require)$/.test(ssl) ? 'require' : null)
}

type PeerCertificate = Parameters<typeof checkServerIdentity>[1]

function fileOf(name: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    throw new Error(`The database URL has ${name}=${path}, and that file can't be read.`)
  }
}

function placeOf(authority: string): { host: string; port: string | null } {
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*))(?::(.*))?$/.exec(authority) ?? []
  return { host: decoded(bracketed ?? plain ?? authority), port: port || null }
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port
  throw new Error(`The database URL has the port ${text}, which is no number from 1 to 65535.`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A password with a bare percent sign.
    return text
  }
}
