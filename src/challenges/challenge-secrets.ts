// Where the secrets meet a challenge: codes, gates and tokens are derived here for one use.

import type { Carrier } from '../carriers/carrier.ts'
import type { Words } from '../domain/call-script.ts'
import type { DeliveryId } from '../domain/challenge.ts'
import { deriveCode, deriveGate, isPageToken, pageToken, pickSecret } from '../domain/one-time-codes.ts'
import { prompts } from '../prompts/index.ts'
import type { Stored } from '../store/types.ts'

export type Secrets = {
  code(stored: Stored): string
  gate(stored: Stored, delivery: DeliveryId): string
  pageToken(stored: Stored): string
  isPageToken(stored: Stored, token: string): boolean
}

/** A challenge was made under a secret that this instance was not given: the fault is ours, and never a wrong code. */
export class SecretMissing extends Error {
  override name = 'SecretMissing'
}

export function secrets(all: string[]): Secrets {
  /** The secret that a challenge was made under. Under another its right code would be a wrong one. */
  const of = (stored: Stored) => {
    const secret = pickSecret(all, stored.terms.secretId)
    if (secret === null) throw new SecretMissing(`SECRET lacks the one named ${stored.terms.secretId}`)
    return secret
  }
  return {
    code: (stored) => {
      const { id, flow } = stored.challenge
      return deriveCode(of(stored), { id, flow, scope: stored.terms.scope }, stored.terms.codeLength)
    },
    gate: (stored, delivery) => deriveGate(of(stored), delivery),
    pageToken: (stored) => pageToken(of(stored), stored.challenge.id),
    isPageToken: (stored, token) => isPageToken([of(stored)], stored.challenge.id, token),
  }
}

export function words(stored: Stored, delivery: DeliveryId, carrier: Carrier, name: string, secret: Secrets): Words {
  const locale = carrier.speaks(stored.terms.locale)
  const { scope, details, message } = stored.terms
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
