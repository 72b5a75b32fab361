// Under which keys rules for a number are kept: its hashes under every listed secret, and beside each of them the number,
// encrypted under the same secret, since a hash alone could not be carried over to the next.

import { numberHash, secretId } from '../domain/one-time-codes.ts'
import { decrypt, encrypt } from '../store/encryption.ts'
import type { EncryptedKey } from '../store/number-rules.ts'
import { dialledHashes } from './who-asks.ts'

/** What a rule is about: a number, or the wrong codes of one or of an inside line. */
type RuleSubject = 'number' | 'code'

export type RuleKeys = (subject: RuleSubject, text: string) => EncryptedKey[]

export function createRuleKeys(secrets: readonly string[]): RuleKeys {
  return (subject, text) => secrets.map((secret) => ruleKey(secret, subject, text))
}

function ruleKey(secret: string, subject: string, text: string): EncryptedKey {
  const [hash] = dialledHashes(text, (one) => [numberHash(secret, one)])
  const key = `${subject}:${hash}`
  return { key, ...encrypt([secret], key, Buffer.from(text)) }
}

/** The same under each of the other secrets that are listed. */
export function otherKeys(secrets: readonly string[], known: EncryptedKey): EncryptedKey[] {
  const [subject] = known.key.split(':') as [string]
  const text = decrypt(secrets, known.key, known).toString()
  return secrets.filter((secret) => secretId(secret) !== known.secretId).map((secret) => ruleKey(secret, subject, text))
}
