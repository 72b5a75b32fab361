// Scripts as BXML: dev.bandwidth.com/docs/voice/bxml

import type { Locale } from '../../domain/locale.ts'
import type { Script, Speech } from '../../domain/script.ts'
import type { CallbackUrls } from '../carrier.ts'
import { ssml } from '../ssml.ts'
import { type Element, element, render } from '../xml.ts'
import type { Credentials } from './basic-auth.ts'

/** The locales that have a voice, in Bandwidth's spelling: dev.bandwidth.com/docs/voice/bxml/speakSentence */
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

type VoicedLocale = keyof typeof VOICES

/** Locales without a voice, and the one spoken instead: the language of ours best understood there. */
const INSTEAD = {
  // Spanish is half understood in Brazil; few know English.
  'pt-BR': 'es-MX',
  // Nine in ten of the Dutch know English, and it is the first foreign language of Poland.
  'nl-NL': 'en-GB',
  'pl-PL': 'en-GB',
  // An official language of India, in the British spelling and accent.
  'hi-IN': 'en-GB',
} as const satisfies Record<Exclude<Locale, VoicedLocale>, VoicedLocale>

export function nearestVoicedLocale(locale: Locale): VoicedLocale {
  return locale in INSTEAD ? INSTEAD[locale as keyof typeof INSTEAD] : (locale as VoicedLocale)
}

export function bxml(script: Script, urls: CallbackUrls, credentials: Credentials): string {
  return render(element('Response', {}, verbs(script, urls, credentials)))
}

function verbs(script: Script, urls: CallbackUrls, credentials: Credentials): Element[] {
  const speech = speakSentence(script.locale, script.say)
  if (script.then === 'hang_up') return [...speech, element('Hangup')]
  if (script.then === 'come_back') {
    const redirect = element('Redirect', callbackAttributes('redirect', urls.answer, urls, credentials))
    return [...speech, element('Pause', { duration: 2 }), redirect]
  }
  const { turn, gather } = script
  const attributes = {
    ...callbackAttributes('gather', urls.turn(turn), urls, credentials),
    maxDigits: gather.max,
    firstDigitTimeout: Math.min(gather.seconds, 60),
    interDigitTimeout: Math.min(gather.secondsBetween, 60),
    // The event names the key that ended the entry: dev.bandwidth.com/docs/voice/webhooks/gather
    terminatingDigits: `${gather.finish ?? ''}${gather.reportKey ?? ''}`,
  }
  return [element('Gather', attributes, speech)]
}

/** Each verb has to name the credentials, or its request comes without: dev.bandwidth.com/docs/voice/bxml/gather */
function callbackAttributes(
  verb: 'gather' | 'redirect',
  url: string,
  urls: CallbackUrls,
  { username, password }: Credentials,
) {
  return {
    [`${verb}Url`]: url,
    [`${verb}Method`]: 'POST',
    [`${verb}FallbackUrl`]: urls.fallback,
    [`${verb}FallbackMethod`]: 'POST',
    username,
    password,
    fallbackUsername: username,
    fallbackPassword: password,
  }
}

function speakSentence(locale: Locale, speech: Speech[]): Element[] {
  const content = ssml(speech)
  return content.length === 0 ? [] : [element('SpeakSentence', VOICES[nearestVoicedLocale(locale)], content)]
}
