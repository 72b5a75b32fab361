// Where the secrets meet a challenge: codes, gates and tokens are derived here for one use.

import type { Carrier } from '../carriers/carrier.ts'
import type { DeliveryId } from '../core/challenge.ts'
import { deriveCode, deriveGate, isPageToken, pageToken, pickSecret } from '../core/code.ts'
import { prompts } from '../core/prompts/index.ts'
import type { Words } from '../core/talk.ts'
import type { Stored } from '../store/records.ts'

export type Secrets = {
  code(stored: Stored): string
  gate(stored: Stored, delivery: DeliveryId): string
  pageToken(stored: Stored): string
  isPageToken(stored: Stored, token: string): boolean
}

export function secrets(all: string[]): Secrets {
  /** The secret a challenge was made under, or the newest, under which it simply cannot be proved any more. */
  const of = (stored: Stored) => pickSecret(all, stored.terms.secretId) ?? all[0]!
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
