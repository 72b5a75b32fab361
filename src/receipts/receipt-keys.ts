// The keys that receipts are signed and checked by. They derive from SECRET, so that every instance has the same ones and
// none is stored: the newest secret signs, and the public key of each that is listed is published.

import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto'
// By these names fourteen modules are loaded, by the package's own forty-six.
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import { CompactSign } from 'jose/jws/compact/sign'
import type { ChallengeId } from '../domain/challenge.ts'

/** RFC 8725, section 3.11: a type of its own, so that no other token of the same key is taken for a receipt. */
export const RECEIPT_TYPE = 'answerback-receipt+jwt'

/** A public key as RFC 8037 writes it. */
export type ReceiptKey = { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; use: 'sig'; alg: 'EdDSA' }

export type ReceiptKeys = {
  sign(claims: object): Promise<string>
  /** Newest first. */
  published(): Promise<ReceiptKey[]>
  /** What the number in the receipt of a challenge is hashed under: with it a number can be checked, without it none. */
  numberKey(id: ChallengeId): Buffer
}

export function receiptKeys(secrets: readonly string[]): ReceiptKeys {
  const [newest] = secrets as [string]
  const signingKey = signingKeyOf(newest)
  const published = Promise.all(secrets.map((secret) => publicKeyOf(signingKeyOf(secret))))
  return {
    async sign(claims) {
      const [{ kid }] = (await published) as [ReceiptKey]
      return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'EdDSA', typ: RECEIPT_TYPE, kid })
        .sign(signingKey)
    },
    published: () => published,
    numberKey: (id) => derived(newest, `receipt number ${id}`),
  }
}

/** An Ed25519 key is 32 random bytes: behind the fixed ones of RFC 8410, section 7, they are a key that Node reads. */
function signingKeyOf(secret: string): KeyObject {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  const der = Buffer.concat([prefix, derived(secret, 'receipt signing key')])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

async function publicKeyOf(signingKey: KeyObject): Promise<ReceiptKey> {
  const { x } = createPublicKey(signingKey).export({ format: 'jwk' }) as { x: string }
  const key = { kty: 'OKP', crv: 'Ed25519', x } as const
  return { ...key, kid: await calculateJwkThumbprint(key), use: 'sig', alg: 'EdDSA' }
}

/** HKDF (RFC 5869), so that what is given away tells nothing of the secret or of what else derives from it. */
function derived(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'answerback', purpose, 32))
}
