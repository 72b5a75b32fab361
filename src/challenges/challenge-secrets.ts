// Derives the codes, keys and page tokens of a challenge whenever one is needed; none is kept.

import type { Carrier } from '../carriers/carrier.ts'
import type { ScriptContext } from '../domain/call-script.ts'
import type { DeliveryId } from '../domain/challenge.ts'
import {
  bodyFingerprint,
  deriveApproveKey,
  deriveCode,
  deriveGate,
  derivePhrase,
  isPageToken,
  pageToken,
  SecretMissing,
  secretId,
} from '../domain/one-time-codes.ts'
import { prompts } from '../prompts/index.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { ServiceSettings } from './challenge-settings.ts'

export type ChallengeSecrets = {
  code(record: ChallengeRecord): string
  gate(record: ChallengeRecord, delivery: DeliveryId): string
  approveKey(record: ChallengeRecord, delivery: DeliveryId): string
  /** Its two words in the language that the present call speaks, while there is one to be known by them. */
  sharedPhrase(record: ChallengeRecord): string | null
  pageToken(record: ChallengeRecord): string
  isPageToken(record: ChallengeRecord, token: string): boolean
  /** What recognises a request's body, under each secret, newest first. Keyed, since a telephone number is soon guessed. */
  fingerprints(body: string): string[]
}

export function challengeSecrets(all: string[]): ChallengeSecrets {
  const byId = new Map(all.map((secret) => [secretId(secret), secret]))
  /** The secret that a challenge was made under. Under another its right code would be a wrong one. */
  const of = (record: ChallengeRecord) => {
    const secret = byId.get(record.request.secretId)
    if (secret === undefined) throw new SecretMissing(`SECRET lacks the one named ${record.request.secretId}`)
    return secret
  }
  return {
    code: (record) => {
      const { id, flow } = record.challenge
      return deriveCode(of(record), { id, flow, scope: record.request.scope }, record.request.codeLength)
    },
    gate: (record, delivery) => deriveGate(of(record), delivery),
    approveKey: (record, delivery) => deriveApproveKey(of(record), delivery),
    sharedPhrase(record) {
      const { challenge, request } = record
      const { channel, locale = request.locale } = challenge.deliveries.at(-1)!
      if (!request.sharedPhrase || channel !== 'call') return null
      const { phraseWords } = prompts[locale]
      return derivePhrase(of(record), challenge.id, phraseWords.length)
        .map((place) => phraseWords[place])
        .join(' ')
    },
    pageToken: (record) => pageToken(of(record), record.challenge.id),
    isPageToken: (record, token) => isPageToken([of(record)], record.challenge.id, token),
    fingerprints: (body) => all.map((secret) => bodyFingerprint(secret, body)),
  }
}

/** What is derived is derived when it is asked for: most documents say neither a code nor a key. */
export function scriptContext(
  record: ChallengeRecord,
  delivery: DeliveryId,
  carrier: Carrier,
  { serviceName: name, messages }: Pick<ServiceSettings, 'serviceName' | 'messages'>,
  secret: ChallengeSecrets,
): ScriptContext {
  const locale = carrier.resolveVoiceLocale(record.request.locale)
  const { scope, details } = record.request
  const own = record.challenge.flow === 'send_code' ? (messages.call[locale] ?? null) : null
  const message = record.request.message ?? own
  return {
    locale,
    prompts: prompts[locale],
    name,
    scope,
    details,
    message,
    get code() {
      return secret.code(record)
    },
    get gate() {
      return secret.gate(record, delivery)
    },
    get sharedPhrase() {
      return secret.sharedPhrase(record)
    },
    get approveKey() {
      return secret.approveKey(record, delivery)
    },
  }
}
