// Our script as BXML: dev.bandwidth.com/docs/voice/bxml

import type { Locale } from '../../domain/prompts.ts'
import type { Script, Speech } from '../../domain/script.ts'
import type { CallbackUrls } from '../carrier.ts'
import { ssml } from '../ssml.ts'
import { type Element, element, render } from '../xml.ts'

/** dev.bandwidth.com/docs/voice/bxml/speakSentence has these of our languages. Its locales take an underscore, or no region. */
const VOICES = {
  'en-US': { voice: 'julie', locale: 'en_US' },
  'en-GB': { voice: 'bridget', locale: 'en_UK' },
  'es-ES': { voice: 'esperanza', locale: 'es' },
  'es-MX': { voice: 'rosa', locale: 'es_MX' },
  'fr-FR': { voice: 'jolie', locale: 'fr' },
  'de-DE': { voice: 'katrin', locale: 'de' },
  'it-IT': { voice: 'paola', locale: 'it' },
  'ja-JP': { voice: 'masako', locale: 'ja' },
} as const satisfies { [L in Locale]?: { voice: string; locale: string } }

type Voiced = keyof typeof VOICES

/** It has no voice for these, so they hear the language of ours that is best understood where they are spoken. */
const INSTEAD = {
  // Few in Brazil know English, and Spanish is half understood at once.
  'pt-BR': 'es-MX',
  // Nine in ten of the Dutch know English, which in Poland too is the first foreign language.
  'nl-NL': 'en-GB',
  'pl-PL': 'en-GB',
  // India's own second official language, in the British manner.
  'hi-IN': 'en-GB',
} as const satisfies Record<Exclude<Locale, Voiced>, Voiced>

export function spoken(locale: Locale): Voiced {
  return locale in INSTEAD ? INSTEAD[locale as keyof typeof INSTEAD] : (locale as Voiced)
}

export type Credentials = { username: string; password: string }

export function bxml(script: Script, links: CallbackUrls, credentials: Credentials): string {
  return render(element('Response', {}, verbs(script, links, credentials)))
}

function verbs(script: Script, links: CallbackUrls, credentials: Credentials): Element[] {
  const said = speak(script.locale, script.say)
  if (script.then === 'hang_up') return [...said, element('Hangup')]
  if (script.then === 'come_back') {
    return [
      ...said,
      element('Pause', { duration: 2 }),
      element('Redirect', called('redirect', links.answer, links, credentials)),
    ]
  }
  const { turn, gather: keys } = script
  const gather = {
    ...called('gather', links.turn(turn), links, credentials),
    maxDigits: keys.max,
    firstDigitTimeout: Math.min(keys.seconds, 60),
    interDigitTimeout: 5,
    terminatingDigits: keys.finish ?? '',
  }
  return [element('Gather', gather, said)]
}

/** Every verb must carry the credentials again, or its request comes without: dev.bandwidth.com/docs/voice/bxml/gather */
function called(verb: 'gather' | 'redirect', url: string, links: CallbackUrls, { username, password }: Credentials) {
  return {
    [`${verb}Url`]: url,
    [`${verb}Method`]: 'POST',
    [`${verb}FallbackUrl`]: links.fallback,
    [`${verb}FallbackMethod`]: 'POST',
    username,
    password,
    fallbackUsername: username,
    fallbackPassword: password,
  }
}

function speak(locale: Locale, say: Speech[]): Element[] {
  const words = ssml(say)
  return words.length === 0 ? [] : [element('SpeakSentence', VOICES[spoken(locale)], words)]
}
