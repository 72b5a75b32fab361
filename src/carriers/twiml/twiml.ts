// Our script as TwiML, for Twilio and for SignalWire, which took it over: twilio.com/docs/voice/twiml
//
// By our own writer: the `twilio` package's joins words and pauses without a space, and passes on what XML forbids. Its
// types do their part, and know every voice.

import type { SayAttributes } from 'twilio/lib/twiml/VoiceResponse.js'
import type { Locale } from '../../domain/prompts.ts'
import type { Script, Speech } from '../../domain/script.ts'
import type { CallbackUrls } from '../carrier.ts'
import { ssml } from '../ssml.ts'
import { type Element, element, render } from '../xml.ts'

/** Amazon Polly's at both, since only named voices take SSML, and a voice of another language silences the verb. */
const VOICES: Record<Locale, NonNullable<SayAttributes['voice']>> = {
  'en-US': 'Polly.Joanna',
  'en-GB': 'Polly.Amy',
  'es-ES': 'Polly.Lucia',
  'es-MX': 'Polly.Mia',
  'fr-FR': 'Polly.Lea',
  'de-DE': 'Polly.Vicki',
  'it-IT': 'Polly.Bianca',
  'pt-BR': 'Polly.Camila',
  'nl-NL': 'Polly.Lotte',
  'pl-PL': 'Polly.Ewa',
  'ja-JP': 'Polly.Mizuki',
  'hi-IN': 'Polly.Aditi',
}

/** Every locale of ours has a voice. */
export function resolveVoiceLocale(locale: Locale): Locale {
  return locale
}

export function twiml(script: Script, links: CallbackUrls): Response {
  const document = render(element('Response', {}, verbs(script, links)))
  return new Response(document, { headers: { 'Content-Type': 'text/xml; charset=utf-8' } })
}

export function refuse(): Response {
  return new Response('This request is not signed by the carrier.\n', { status: 403 })
}

export function acknowledge(): Response {
  return new Response(null, { status: 204 })
}

function verbs(script: Script, links: CallbackUrls): Element[] {
  if (script.then === 'hang_up') return [...speak(script.locale, script.say), element('Hangup')]
  if (script.then === 'come_back') {
    // The wait is a break within the sentence: Somleng, which is spoken to as Twilio, knows no <Pause>.
    const wait = speak(script.locale, [...script.say, { pause: 2000 }])
    return [...wait, element('Redirect', { method: 'POST' }, [links.answer])]
  }
  const { turn, gather: keys } = script
  const gather = {
    input: 'dtmf',
    numDigits: keys.max,
    timeout: keys.seconds,
    // Left out it would be "#", and no key of its own: twilio.com/docs/voice/twiml/gather#finishonkey
    finishOnKey: keys.finish ?? '',
    action: links.turn(turn),
    method: 'POST',
    // Else silence would run off the end of the document, and so end the call. No <Redirect> stands in for it below:
    // where this is ignored, one would loop for as long as nobody speaks.
    actionOnEmptyResult: true,
  }
  return [element('Gather', gather, speak(script.locale, script.say))]
}

function speak(locale: Locale, say: Speech[]): Element[] {
  const words = ssml(say)
  const attributes = { voice: VOICES[locale], language: locale } satisfies SayAttributes
  return words.length === 0 ? [] : [element('Say', attributes, words)]
}
