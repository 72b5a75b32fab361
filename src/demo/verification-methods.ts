// The ways in which a visitor may be asked to prove a phone, as the bank offers them.

import type { ChallengeRequest, Flow } from '../client/client.ts'

type WayTerms = Pick<ChallengeRequest, 'channel'> & { flow: Flow; title: string; hint: string }

export const WAYS = {
  read: {
    flow: 'send_code',
    channel: 'call',
    title: 'Call me with a code',
    hint: 'You hear six digits and type them here.',
  },
  text: { flow: 'send_code', channel: 'sms', title: 'Text me a code', hint: 'The same, as a message.' },
  key: {
    flow: 'keypad_code',
    channel: 'call',
    title: 'Let me key in a code',
    hint: 'It shows here; your phone takes it.',
  },
  press: {
    flow: 'approve',
    channel: 'call',
    title: 'Ask me to press 1',
    hint: 'You hear what it is about, then decide.',
  },
} as const satisfies Record<string, WayTerms>

export type Way = keyof typeof WAYS

export function wayOf(name: string | undefined): Way {
  return name !== undefined && Object.hasOwn(WAYS, name) ? (name as Way) : 'read'
}

/** The languages in which Answerback can speak, each by its own name. */
export const LOCALES = new Map(
  ['en-US', 'en-GB', 'de-DE', 'es-ES', 'es-MX', 'fr-FR', 'it-IT', 'nl-NL', 'pl-PL', 'pt-BR', 'ja-JP', 'hi-IN'].map(
    (tag) => [tag, new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag],
  ),
)

export const CODE_LENGTH = 6
