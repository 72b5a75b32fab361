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
  if (!URL.canParse(url)) return false
  const hash = url.includes('?') ? new URL(url).searchParams.get('bodySHA256') : null
  if (hash === null) return validateRequest(key, signature, url, fields)
  return validateRequest(key, signature, url, {}) && validateBody(body, hash)
}

/** A repeated field is signed once for each distinct value. */
function formFields(body: string): WebhookFields | null {
  const form = parseForm(body)
  if (form === null) return null
  const fields = new Map<string, string | Set<string>>()
  for (const [name, value] of form) {
    const known = fields.get(name)
    if (known === undefined) fields.set(name, value)
    else if (typeof known !== 'string') known.add(value)
    else if (known !== value) fields.set(name, new Set([known, value]))
  }
  return Object.fromEntries([...fields].map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]))
}

/** SignalWire's specification says JSON where its samples say form. Only what can be signed is read: no nested values. */
function jsonFields(body: string): WebhookFields | null {
  const entries = parseFlatJson(body)
  return entries && Object.fromEntries(entries)
}
