// How Plivo signs: HMAC-SHA256 over what it asked for, a point, and a nonce. docs.plivo.com/docs/voice/concepts/signature-validation

import { createHmac } from 'node:crypto'
import { sameText } from '../../domain/one-time-codes.ts'
import type { IncomingWebhook } from '../carrier.ts'

/** Calls. The plain header is of the account that owns the number, `-Ma-` of the main account above it. */
export function isSignedV3(incoming: IncomingWebhook, tokens: string[]): boolean {
  const { headers } = incoming
  const given = signatures(headers, 'X-Plivo-Signature-V3', 'X-Plivo-Signature-Ma-V3')
  const nonce = headers.get('X-Plivo-Signature-V3-Nonce')
  const asked = canonical(incoming)
  return nonce !== null && asked !== null && matches(given, `${asked}.${nonce}`, tokens)
}

/** Messages: the body is not signed. docs.plivo.com/docs/messaging/concepts/signature-validation */
export function isSignedV2({ url, headers }: IncomingWebhook, tokens: string[]): boolean {
  const given = signatures(headers, 'X-Plivo-Signature-V2', 'X-Plivo-Signature-Ma-V2')
  const nonce = headers.get('X-Plivo-Signature-V2-Nonce')
  return nonce !== null && matches(given, `${split(url).base}${nonce}`, tokens)
}

function canonical({ method, url, body }: IncomingWebhook): string | null {
  const { base, query } = split(url)
  if (method === 'GET') return query.length === 0 ? base : `${base}?${pairs(query)}`
  if (method !== 'POST') return null
  const fields = sorted(new URLSearchParams(body))
  if (query.length === 0 && fields.length === 0) return base
  const seam = query.length > 0 && fields.length > 0 ? '.' : ''
  return `${base}?${pairs(query)}${seam}${fields.map(([key, value]) => `${key}${value}`).join('')}`
}

/** The host and path as they are called, never rewritten by a parser; the query decoded and sorted, as none but Plivo does. */
function split(url: string): { base: string; query: [string, string][] } {
  const [address = ''] = url.split('#', 1)
  const [base = ''] = address.split('?', 1)
  return { base, query: sorted(new URLSearchParams(address.slice(base.length))) }
}

function sorted(fields: URLSearchParams): [string, string][] {
  return [...fields].sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function pairs(fields: [string, string][]): string {
  return fields.map(([key, value]) => `${key}=${value}`).join('&')
}

/** Several may stand in one header, separated by commas, while a token is being replaced. */
function signatures(headers: Headers, ...names: string[]): string[] {
  return names.flatMap((name) => headers.get(name)?.split(',') ?? []).map((signature) => signature.trim())
}

function matches(given: string[], signed: string, tokens: string[]): boolean {
  const expected = tokens.map((token) => createHmac('sha256', token).update(signed).digest('base64'))
  return given.some((signature) => expected.some((mac) => sameText(mac, signature)))
}
