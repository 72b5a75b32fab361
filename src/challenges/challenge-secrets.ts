// Where the secrets meet a challenge: codes, gates and tokens are derived here for one use.

import type { Carrier } from '../carriers/carrier.ts'
import type { ScriptContext } from '../domain/call-script.ts'
import type { DeliveryId } from '../domain/challenge.ts'
import {
  bodyFingerprint,
  deriveCode,
  deriveGate,
  isPageToken,
  pageToken,
  pickSecret,
  SecretMissing,
} from '../domain/one-time-codes.ts'
import { prompts } from '../prompts/index.ts'
import type { ChallengeRecord } from '../store/types.ts'

export type ChallengeSecrets = {
  code(stored: ChallengeRecord): string
  gate(stored: ChallengeRecord, delivery: DeliveryId): string
  pageToken(stored: ChallengeRecord): string
  isPageToken(stored: ChallengeRecord, token: string): boolean
  /** What recognises a request's body, under each secret, newest first. Keyed, since a telephone number is soon guessed. */
  fingerprints(body: string): string[]
}

export function challengeSecrets(all: string[]): ChallengeSecrets {
  /** The secret that a challenge was made under. Under another its right code would be a wrong one. */
  const of = (stored: ChallengeRecord) => {
    const secret = pickSecret(all, stored.request.secretId)
    if (secret === null) throw new SecretMissing(`SECRET lacks the one named ${stored.request.secretId}`)
    return secret
  }
  return {
    code: (stored) => {
      const { id, flow } = stored.challenge
      return deriveCode(of(stored), { id, flow, scope: stored.request.scope }, stored.request.codeLength)
    },
    gate: (stored, delivery) => deriveGate(of(stored), delivery),
    pageToken: (stored) => pageToken(of(stored), stored.challenge.id),
    isPageToken: (stored, token) => isPageToken([of(stored)], stored.challenge.id, token),
    fingerprints: (body) => all.map((secret) => bodyFingerprint(secret, body)),
  }
}

export function scriptContext(
  stored: ChallengeRecord,
  delivery: DeliveryId,
  carrier: Carrier,
  name: string,
  secret: ChallengeSecrets,
): ScriptContext {
  const locale = carrier.resolveVoiceLocale(stored.request.locale)
  const { scope, details, message } = stored.request
  return {
    locale,
    prompts: prompts[locale],
    name,
    scope,
    details,
    message,
    code: secret.code(stored),
    gate: secret.gate(stored, delivery),
  }
}
