// Plivo's signatures: HMAC-SHA256 over the canonical request, a dot, and a nonce.
// docs.plivo.com/docs/voice/concepts/signature-validation

import { createHmac } from 'node:crypto'
import { sameText } from '../../domain/one-time-codes.ts'
import type { IncomingWebhook } from '../carrier.ts'

/** For calls. The plain header is made by the account that owns the number, `-Ma-` by its main account. */
export function isSignedV3(incoming: IncomingWebhook, fields: URLSearchParams, tokens: string[]): boolean {
  const { headers } = incoming
  const given = signatures(headers, 'X-Plivo-Signature-V3', 'X-Plivo-Signature-Ma-V3')
  const nonce = headers.get('X-Plivo-Signature-V3-Nonce')
  const request = canonicalRequest(incoming, fields)
  return nonce !== null && request !== null && matches(given, `${request}.${nonce}`, tokens)
}

/** For messages; the body is not signed. docs.plivo.com/docs/messaging/concepts/signature-validation */
export function isSignedV2({ url, headers }: IncomingWebhook, tokens: string[]): boolean {
  const given = signatures(headers, 'X-Plivo-Signature-V2', 'X-Plivo-Signature-Ma-V2')
  const nonce = headers.get('X-Plivo-Signature-V2-Nonce')
  return nonce !== null && matches(given, `${splitUrl(url).base}${nonce}`, tokens)
}

function canonicalRequest({ method, url }: IncomingWebhook, form: URLSearchParams): string | null {
  const { base, query } = splitUrl(url)
  if (method === 'GET') return query.length === 0 ? base : `${base}?${pairs(query)}`
  if (method !== 'POST') return null
  const fields = sorted(form)
  if (query.length === 0 && fields.length === 0) return base
  const separator = query.length > 0 && fields.length > 0 ? '.' : ''
  return `${base}?${pairs(query)}${separator}${fields.map(([key, value]) => `${key}${value}`).join('')}`
}

/** Host and path as requested, not rewritten by a URL parser; the query decoded and sorted, as only Plivo signs it. */
function splitUrl(url: string): { base: string; query: [string, string][] } {
  const [withoutFragment = ''] = url.split('#', 1)
  const [base = ''] = withoutFragment.split('?', 1)
  return { base, query: sorted(new URLSearchParams(withoutFragment.slice(base.length))) }
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

const MAX_SIGNATURES = 10

/** One header may hold several, separated by commas, while a token is being rotated. */
function signatures(headers: Headers, ...names: string[]): string[] {
  return names
    .flatMap((name) => headers.get(name)?.split(',', MAX_SIGNATURES) ?? [])
    .map((signature) => signature.trim())
}

function matches(given: string[], signed: string, tokens: string[]): boolean {
  const expected = tokens.map((token) => createHmac('sha256', token).update(signed).digest('base64'))
  return given.some((signature) => expected.some((mac) => sameText(mac, signature)))
}
