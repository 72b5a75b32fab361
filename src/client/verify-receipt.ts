// Receipts: a JWS (RFC 7515) by Ed25519 (RFC 8037), checked by WebCrypto alone: Node from 20 on, Chrome from 137, Firefox from
// 129, Safari from 17.

import type { ReceiptClaims } from './receipt.ts'
import type { Fetch } from './transport.ts'

/** What `/.well-known/jwks.json` answers. */
export type ReceiptKeySet = { keys: readonly { kty: string; kid?: string; crv?: string; x?: string }[] }

export type VerifyReceiptOptions = {
  /** The `PUBLIC_URL` of the server that you trust. */
  issuer: string
  /** The service that the receipt must be for: `svc_first`, or another. */
  audience: string
  /** The keys of the issuer, as you keep them. Without them they are fetched from it. */
  jwks?: ReceiptKeySet
  /** The challenge that it must be of: without it any approval of these words will do. */
  challenge?: string
  /** What it must have been approved for. */
  scope?: string
  /** What must have been approved, as the challenge's answer shows it; `null`: no details. */
  details?: string | null
  /** The number that must have been called or texted, E.164, and the `number_key` of the receipt. */
  number?: { to: string; key: string }
  /** Instead of the global `fetch`. */
  fetch?: Fetch
  signal?: AbortSignal
  /** Milliseconds since 1970, instead of the system's clock. */
  now?: number
}

export type ReceiptFault =
  | 'malformed'
  /** Another algorithm or type, or a WebCrypto without Ed25519. */
  | 'unsupported'
  | 'unknown_key'
  | 'keys_unavailable'
  | 'wrong_signature'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'not_yet_valid'
  | 'expired'
  | 'wrong_challenge'
  | 'wrong_scope'
  | 'wrong_details'
  | 'wrong_number'

export class ReceiptVerificationError extends Error {
  override name = 'ReceiptVerificationError'
  readonly code: ReceiptFault

  constructor(code: ReceiptFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const TYPE = 'answerback-receipt+jwt'
/** By which two clocks may differ. */
const TOLERANCE_SECONDS = 60
/** Several times what the longest one has: what is longer is refused before it is read. */
const MAX_LENGTH = 16_384

/** What the receipt states, once its signature and all that you ask of it are right. Else `ReceiptVerificationError`. */
export async function verifyReceipt(receipt: string, options: VerifyReceiptOptions): Promise<ReceiptClaims> {
  if (typeof receipt !== 'string' || receipt.length > MAX_LENGTH)
    throw fault('malformed', `a receipt is a text of at most ${MAX_LENGTH} characters`)
  const [header = '', payload = '', signature = '', ...rest] = receipt.split('.')
  if (rest.length > 0 || signature === '') throw fault('malformed', 'a receipt has three parts')
  const kid = keyName(jsonOf(header, 'header'))
  const key = await publicKey(options.jwks ?? (await fetchKeys(options)), kid)
  const signed = new TextEncoder().encode(`${header}.${payload}`)
  if (!(await crypto.subtle.verify('Ed25519', key, bytesOf(signature, 'signature'), signed)))
    throw fault('wrong_signature', 'the signature is not of this receipt: it was changed, or signed by another')
  const claims = jsonOf(payload, 'payload') as ReceiptClaims & { exp?: unknown; nbf?: unknown }
  checkClaims(claims, options)
  if (options.details !== undefined && claims.details_sha256 !== (await hashOf(options.details)))
    throw fault('wrong_details', 'something else was approved')
  if (options.number && !(await isNumber(claims, options.number)))
    throw fault('wrong_number', 'another number was called or texted, or the number key is of another receipt')
  return claims
}

/** Nothing in the header chooses how the receipt is checked: an algorithm or a type that is not this one is refused. */
function keyName({ alg, typ, kid, crit }: Record<string, unknown>): string {
  if (alg !== 'EdDSA') throw fault('unsupported', 'alg is not EdDSA')
  if (typ !== TYPE) throw fault('unsupported', `typ is not ${TYPE}: this is no receipt`)
  if (crit !== undefined) throw fault('unsupported', 'crit asks for what is not known')
  if (typeof kid !== 'string') throw fault('malformed', 'kid is missing')
  return kid
}

async function publicKey({ keys }: ReceiptKeySet, kid: string): Promise<CryptoKey> {
  if (!Array.isArray(keys)) throw fault('unknown_key', 'the key set has no list of keys')
  const found = keys.find((key) => key?.kid === kid)
  if (!found) throw fault('unknown_key', 'the issuer has no key of that name')
  const { kty, crv, x } = found
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) throw fault('unknown_key', 'the key is not of Ed25519')
  try {
    return await crypto.subtle.importKey('jwk', { kty, crv, x }, 'Ed25519', false, ['verify'])
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'NotSupportedError')
      throw fault('unsupported', 'WebCrypto has no Ed25519 here', { cause })
    throw fault('unknown_key', 'the key cannot be read', { cause })
  }
}

async function fetchKeys({ issuer, fetch: given, signal }: VerifyReceiptOptions): Promise<ReceiptKeySet> {
  const send = given ?? ((url, init) => fetch(url, init))
  const init: RequestInit = { redirect: 'error', credentials: 'omit', ...(signal && { signal }) }
  try {
    const response = await send(`${issuer.replace(/\/+$/, '')}/.well-known/jwks.json`, init)
    const { keys } = (await response.json()) as ReceiptKeySet
    if (response.ok && Array.isArray(keys)) return { keys }
  } catch (cause) {
    signal?.throwIfAborted()
    throw fault('keys_unavailable', 'the keys of the issuer could not be fetched', { cause })
  }
  throw fault('keys_unavailable', 'the issuer answered with no keys')
}

function checkClaims(
  { iss, aud, sub, iat, exp, nbf, scope }: ReceiptClaims & { exp?: unknown; nbf?: unknown },
  { issuer, audience, challenge, scope: wanted, now = Date.now() }: VerifyReceiptOptions,
): void {
  const seconds = now / 1000
  if (iss !== issuer) throw fault('wrong_issuer', `the receipt is of the issuer ${iss}, not of ${issuer}`)
  if (aud !== audience) throw fault('wrong_audience', `the receipt is for the service ${aud}, not for ${audience}`)
  for (const from of [iat, nbf ?? iat])
    if (!(Number(from) <= seconds + TOLERANCE_SECONDS)) throw fault('not_yet_valid', 'the receipt is of a later time')
  if (exp !== undefined && !(Number(exp) > seconds - TOLERANCE_SECONDS))
    throw fault('expired', 'the receipt has expired')
  if (challenge !== undefined && sub !== challenge)
    throw fault('wrong_challenge', 'the receipt is of another challenge')
  if (wanted !== undefined && scope !== wanted) throw fault('wrong_scope', 'it was approved for another scope')
}

async function hashOf(details: string | null): Promise<string | null> {
  if (details === null) return null
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(details))))
}

/** `subtle.verify` compares in constant time. */
async function isNumber(
  { number_hmac_sha256 }: ReceiptClaims,
  { to, key }: { to: string; key: string },
): Promise<boolean> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', bytesOf(key, 'number key'), hmac, false, ['verify'])
  const expected = bytesOf(String(number_hmac_sha256), 'number hash')
  return crypto.subtle.verify('HMAC', imported, expected, new TextEncoder().encode(to))
}

function jsonOf(part: string, name: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(part, name)))
    if (typeof json === 'object' && json !== null) return json as Record<string, unknown>
  } catch (cause) {
    throw fault('malformed', `the ${name} is not JSON in base64url`, { cause })
  }
  throw fault('malformed', `the ${name} is no object`)
}

/** Only as it is written: without padding, and without bits to spare in its last character. */
function bytesOf(text: string, name: string): Uint8Array<ArrayBuffer> {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    if (bytes.length > 0 && base64url(bytes) === text) return bytes
  } catch {
    // Not base64 at all.
  }
  throw fault('malformed', `the ${name} is not base64url`)
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function fault(code: ReceiptFault, message: string, options?: ErrorOptions): ReceiptVerificationError {
  return new ReceiptVerificationError(code, message, options)
}
