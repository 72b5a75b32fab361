// The signature of Twilio, by which SignalWire signs too: HMAC-SHA1 over the URL and the sorted fields of the body.
// twilio.com/docs/usage/webhooks/webhooks-security

import { validateBody, validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import type { IncomingWebhook } from '../carrier.ts'
import { parseFlatJson, parseForm } from '../form-fields.ts'

export type WebhookFields = Record<string, string | string[]>

/** The fields of the body, or `null` unless the signature was made with one of the keys. */
export function signedFields(
  incoming: IncomingWebhook,
  signature: string | null,
  keys: readonly string[],
): WebhookFields | null {
  // A GET has no signed body.
  if (signature === null || incoming.method !== 'POST') return null
  const isJson = /^application\/json\b/.test(incoming.headers.get('content-type') ?? '')
  const fields = isJson ? jsonFields(incoming.body) : formFields(incoming.body)
  if (fields === null) return null
  return keys.some((key) => isSigned(incoming, signature, key, fields)) ? fields : null
}

/** Checked by Twilio's package: it accepts the URL with and without port, and the older query encoding some servers sign. */
function isSigned({ url, body }: IncomingWebhook, signature: string, key: string, fields: WebhookFields): boolean {
  const parsed = URL.parse(url)
  if (!parsed) return false
  const hash = parsed.search === '' ? null : parsed.searchParams.get('bodySHA256')
  if (hash === null) return validateRequest(key, signature, url, fields)
  return validateRequest(key, signature, url, {}) && validateBody(body, hash)
}

/** A repeated field is signed once for each distinct value. */
function formFields(body: string): WebhookFields | null {
  const form = parseForm(body)
  if (form === null) return null
  const values = new Map<string, Set<string>>()
  for (const [name, value] of form) values.set(name, (values.get(name) ?? new Set()).add(value))
  return Object.fromEntries(
    [...values].map(([name, [first = '', ...more]]) => [name, more.length ? [first, ...more] : first]),
  )
}

/** SignalWire's specification says JSON where its samples say form. Only what can be signed is read: no nested values. */
function jsonFields(body: string): WebhookFields | null {
  const entries = parseFlatJson(body)
  return entries && Object.fromEntries(entries)
}
