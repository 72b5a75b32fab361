// Scripts as TwiML, for Twilio and SignalWire: twilio.com/docs/voice/twiml
//
// Written by our own XML writer: the `twilio` package's joins text and pauses without a space, and passes on characters
// that XML forbids. Its types are used for the names of the voices.

import type { SayAttributes } from 'twilio/lib/twiml/VoiceResponse.js'
import type { Locale } from '../../domain/locale.ts'
import type { GatherOptions, Script, Speech } from '../../domain/script.ts'
import type { CallbackUrls } from '../carrier.ts'
import { ssml } from '../ssml.ts'
import { type Element, element, render } from '../xml.ts'

/** Amazon Polly's at both carriers: only named voices take SSML, and a voice of another language silences the verb. */
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

/** `namesFinishKey`: the carrier posts which key ended an entry, and never leaves a report key out. */
export function twimlResponse(script: Script, urls: CallbackUrls, namesFinishKey: boolean): Response {
  const document = render(element('Response', {}, verbs(script, urls, namesFinishKey)))
  return new Response(document, { headers: { 'Content-Type': 'text/xml; charset=utf-8' } })
}

function verbs(script: Script, urls: CallbackUrls, namesFinishKey: boolean): Element[] {
  if (script.then === 'hang_up') return [...say(script.locale, script.say), element('Hangup')]
  if (script.then === 'come_back') {
    // The wait is a break within the sentence: Somleng, reached through TWILIO_BASE_URL, has no <Pause>.
    const wait = say(script.locale, [...script.say, { pause: 2000 }])
    return [...wait, element('Redirect', { method: 'POST' }, [urls.answer])]
  }
  const { turn, gather } = script
  const finishKey = gather.finish ?? (namesFinishKey ? gather.reportKey : null)
  const attributes = {
    input: 'dtmf',
    numDigits: gather.max,
    timeout: gather.secondsBetween,
    // Left out it would be "#", which could then be no key of its own: twilio.com/docs/voice/twiml/gather#finishonkey
    finishOnKey: finishKey ?? '',
    action: urls.turn(turn),
    method: 'POST',
    // Otherwise silence runs off the end of the document, which ends the call. There is no <Redirect> after the gather
    // instead: where this attribute is ignored, a redirect would loop for as long as nobody speaks.
    actionOnEmptyResult: true,
  }
  return [element('Gather', attributes, say(script.locale, [...script.say, ...moreTimeForFirstKey(gather)]))]
}

/** `timeout` is the wait for the first key and for each further one, so a break makes up for a longer first wait. */
function moreTimeForFirstKey({ seconds, secondsBetween }: GatherOptions): Speech[] {
  return seconds > secondsBetween ? [{ pause: (seconds - secondsBetween) * 1000 }] : []
}

function say(locale: Locale, speech: Speech[]): Element[] {
  const content = ssml(speech)
  const attributes = { voice: VOICES[locale], language: locale } satisfies SayAttributes
  return content.length === 0 ? [] : [element('Say', attributes, content)]
}
