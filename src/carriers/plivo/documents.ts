// Scripts as Plivo XML, which has none of the TwiML verbs that we use: docs.plivo.com/docs/voice/xml

import type { Locale } from '../../domain/locale.ts'
import type { GatherOptions, Script, Speech } from '../../domain/script.ts'
import type { CallbackUrls } from '../carrier.ts'
import { ssml } from '../ssml.ts'
import { type Element, element, render } from '../xml.ts'

/**
 * Amazon Polly's, since only they take pauses within a sentence: docs.plivo.com/docs/voice/concepts/ssml. The Spanish ones
 * are of Spain and of the United States; Mexico gets the latter.
 */
const VOICES: Record<Locale, { voice: string; language: string }> = {
  'en-US': { voice: 'Polly.Joanna', language: 'en-US' },
  'en-GB': { voice: 'Polly.Amy', language: 'en-GB' },
  'es-ES': { voice: 'Polly.Conchita', language: 'es-ES' },
  'es-MX': { voice: 'Polly.Miguel', language: 'es-US' },
  'fr-FR': { voice: 'Polly.Mathieu', language: 'fr-FR' },
  'de-DE': { voice: 'Polly.Vicki', language: 'de-DE' },
  'it-IT': { voice: 'Polly.Carla', language: 'it-IT' },
  'pt-BR': { voice: 'Polly.Ricardo', language: 'pt-BR' },
  'nl-NL': { voice: 'Polly.Lotte', language: 'nl-NL' },
  'pl-PL': { voice: 'Polly.Ewa', language: 'pl-PL' },
  'ja-JP': { voice: 'Polly.Mizuki', language: 'ja-JP' },
  'hi-IN': { voice: 'Polly.Aditi', language: 'hi-IN' },
}

export function plivoXml(script: Script, urls: CallbackUrls): string {
  return render(element('Response', {}, verbs(script, urls)))
}

function verbs(script: Script, urls: CallbackUrls): Element[] {
  const speech = speak(script.locale, script.say)
  if (script.then === 'hang_up') return [...speech, element('Hangup')]
  if (script.then === 'come_back') return [...speech, element('Wait', { length: 2 }), redirect(urls.answer)]
  const action = urls.turn(script.turn)
  // A silence doesn't call the action; the next element runs instead: docs.plivo.com/docs/voice/xml/getinput
  return [element('GetInput', inputAttributes(action, script.gather), speech), redirect(action)]
}

function inputAttributes(action: string, gather: GatherOptions) {
  return {
    action,
    method: 'POST',
    inputType: 'dtmf',
    numDigits: gather.max,
    // It limits the whole entry and not the wait for its first key, so every further key adds a second.
    executionTimeout: Math.min(Math.max(gather.seconds + gather.max - 1, 5), 60),
    digitEndTimeout: Math.min(Math.max(gather.secondsBetween, 2), 10),
    // Never the report key: the finish key is left out of `Digits`, and alone it calls no action.
    finishOnKey: gather.finish ?? 'none',
    redirect: true,
    // Keeps the keys out of Plivo's own logs.
    log: false,
  }
}

function redirect(url: string): Element {
  return element('Redirect', { method: 'POST' }, [url])
}

function speak(locale: Locale, speech: Speech[]): Element[] {
  const content = ssml(speech)
  return content.length === 0 ? [] : [element('Speak', VOICES[locale], content)]
}
