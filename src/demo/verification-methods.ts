// The verification methods that the demo offers, and the languages.

import type { ChallengeRequest, Flow } from '../client/client.ts'

type MethodDefinition = Pick<ChallengeRequest, 'channel'> & { flow: Flow; title: string; hint: string }

export const VERIFICATION_METHODS = {
  call_code: {
    flow: 'send_code',
    channel: 'call',
    title: 'Call me with a code',
    hint: 'You hear six digits and type them here.',
  },
  text_code: { flow: 'send_code', channel: 'sms', title: 'Text me a code', hint: 'The same, as a message.' },
  keypad_code: {
    flow: 'keypad_code',
    channel: 'call',
    title: 'Let me key in a code',
    hint: 'It shows here; your phone takes it.',
  },
  approve: {
    flow: 'approve',
    channel: 'call',
    title: 'Ask me to press 1',
    hint: 'You hear what it is about, then decide.',
  },
} as const satisfies Record<string, MethodDefinition>

export type VerificationMethod = keyof typeof VERIFICATION_METHODS

export function parseMethod(name: string | undefined): VerificationMethod {
  return name !== undefined && Object.hasOwn(VERIFICATION_METHODS, name) ? (name as VerificationMethod) : 'call_code'
}

/** The languages in which Answerback can speak, each by its own name. */
export const LOCALES = new Map(
  ['en-US', 'en-GB', 'de-DE', 'es-ES', 'es-MX', 'fr-FR', 'it-IT', 'nl-NL', 'pl-PL', 'pt-BR', 'ja-JP', 'hi-IN'].map(
    (tag) => [tag, new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag],
  ),
)

export const CODE_LENGTH = 6
