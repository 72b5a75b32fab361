// What must be read again and is secret, of a factor or a service, is encrypted at rest: AES-256-GCM under a key derived from
// SECRET, with the row's id as associated data, so that a ciphertext moved to another row does not open.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { pickSecret, SecretMissing, secretId } from '../domain/one-time-codes.ts'

export type Encrypted = {
  /** base64url of the nonce, the tag and the ciphertext. */
  ciphertext: string
  /** Which of the secrets the key was derived from. */
  secretId: string
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Encrypts under the newest secret, which stands first. */
export function encrypt(secrets: readonly string[], id: string, plaintext: Buffer): Encrypted {
  const [newest] = secrets as [string]
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyOf(newest), nonce).setAAD(Buffer.from(id))
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return {
    ciphertext: Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url'),
    secretId: secretId(newest),
  }
}

export function decrypt(secrets: readonly string[], id: string, encrypted: Encrypted): Buffer {
  const secret = pickSecret(secrets, encrypted.secretId)
  if (secret === null) throw new SecretMissing(`SECRET lacks the one named ${encrypted.secretId}`)
  const bytes = Buffer.from(encrypted.ciphertext, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(id))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
}

/** HKDF (RFC 5869), so that this key tells nothing of the codes and tokens that derive from the same secret. */
function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'answerback', 'encryption at rest', 32))
}
