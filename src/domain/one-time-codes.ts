// Codes, keys and tokens are derived from the master secret whenever they are needed, and kept nowhere.
//
// Rotation: a challenge is tied for life to the secret it was made under, since another secret gives another code. Its
// row keeps `secretId(secret)`, and `pickSecret` finds that secret again among those still configured.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { ChallengeId, DeliveryId, Flow } from './challenge.ts'

/** The code of a challenge: the same for every delivery, worthless for another scope or flow. */
export function deriveCode(
  secret: string,
  challenge: { id: ChallengeId; scope: string; flow: Flow },
  length: number,
): string {
  const digits = uniform(10, secret, 'code', challenge.id, challenge.scope, challenge.flow)
  return digits.take(length).toArray().join('')
}

/**
 * The two keys that open the code on one call: each 2 to 8, so never 1, 9 or 0, which mean something on every call.
 * They are drawn independently and may be equal: 49 gates instead of 42, so a blind guess is right less often.
 */
export function deriveGate(secret: string, delivery: DeliveryId): string {
  const keys = uniform(7, secret, 'gate', delivery).take(2)
  return keys
    .map((key) => String(2 + key))
    .toArray()
    .join('')
}

/** The key that approves on one call: 2 to 8, as the keys of a gate are. */
export function deriveApproveKey(secret: string, delivery: DeliveryId): string {
  return String(2 + uniform(7, secret, 'approve', delivery).next().value)
}

/** Two different words of so many, by their places in a list: the same pair for every delivery of a challenge. */
export function derivePhrase(secret: string, challenge: ChallengeId, words: number): [number, number] {
  const [first = 0, second = 0] = new Set(uniform(words, secret, 'phrase', challenge).take(MOST_DRAWS))
  return [first, second]
}

/** So many draws are all the same word never. */
const MOST_DRAWS = 32

export function pageToken(secret: string, challenge: ChallengeId): string {
  return `pgt_${mac(secret, 'page', challenge).toString('base64url')}`
}

/** Whether any of the secrets made this token. All are tried, so that the time does not tell which. */
export function isPageToken(secrets: readonly string[], challenge: ChallengeId, token: string): boolean {
  return secrets.map((secret) => sameText(pageToken(secret, challenge), token)).includes(true)
}

/** Equal or not, in a time that depends neither on where the texts differ nor on the length of the expected one. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b))
}

/** Stands for a number where it must be found again and not be readable: 128 bits, since every index holds it. */
export function numberHash(secret: string, number: string): string {
  return mac(secret, 'number', number).toString('base64url', 0, 16)
}

/** Under every listed secret, in their order. */
export function numberHashes(secrets: readonly string[], number: string): string[] {
  return secrets.map((secret) => numberHash(secret, number))
}

/** Stands for a request's body where it must be recognised and not be readable. */
export function bodyFingerprint(secret: string, body: string): string {
  return mac(secret, 'body', body).toString('hex')
}

/** A plain hash: an API key is random and long, so there is nothing to guess. */
export function keyHash(apiKey: string): string {
  return sha256(apiKey).toString('hex')
}

/** Names a secret without telling it. */
export function secretId(secret: string): string {
  return mac(secret, 'secret').toString('hex', 0, 4)
}

/** Something was made under a secret that this instance was not given: the fault is ours, and never a wrong code. */
export class SecretMissing extends Error {
  override name = 'SecretMissing'
}

export function pickSecret(secrets: readonly string[], id: string): string | null {
  return secrets.find((secret) => secretId(secret) === id) ?? null
}

/** An endless run of numbers below `limit`, each equally likely: bytes beyond the last whole multiple are thrown away. */
function* uniform(limit: number, secret: string, label: string, ...context: string[]): Generator<number, never> {
  const usable = 256 - (256 % limit)
  for (let block = 0; ; block++) {
    for (const byte of mac(secret, label, ...context, String(block))) if (byte < usable) yield byte % limit
  }
}

/** Every part carries its length, so that no two lists of parts read the same. */
function mac(secret: string, ...parts: string[]): Buffer {
  const text = ['answerback', ...parts].map((part) => `${Buffer.byteLength(part)}:${part}`).join('')
  return createHmac('sha256', secret).update(text).digest()
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
