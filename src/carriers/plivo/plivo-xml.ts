// Our script as Plivo XML, which resembles TwiML and shares no verb of ours with it: docs.plivo.com/docs/voice/xml

import type { Locale } from '../../domain/prompts.ts'
import type { GatherOptions, Script, Speech } from '../../domain/script.ts'
import type { CallbackUrls } from '../carrier.ts'
import { ssml } from '../ssml.ts'
import { type Element, element, render } from '../xml.ts'

/**
 * Amazon Polly's, since pauses within a sentence need it: docs.plivo.com/docs/voice/concepts/ssml. Of Spanish it has
 * there Castilian and that of the United States; the Americas get the latter.
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

export function plivoXml(script: Script, links: CallbackUrls): string {
  return render(element('Response', {}, verbs(script, links)))
}

function verbs(script: Script, links: CallbackUrls): Element[] {
  const said = speak(script.locale, script.say)
  if (script.then === 'hang_up') return [...said, element('Hangup')]
  if (script.then === 'come_back') return [...said, element('Wait', { length: 2 }), redirect(links.answer)]
  const action = links.turn(script.turn)
  // Silence never calls the action; it goes on below: docs.plivo.com/docs/voice/xml/getinput
  return [element('GetInput', getInput(action, script.gather), said), redirect(action)]
}

function getInput(action: string, keys: GatherOptions) {
  return {
    action,
    method: 'POST',
    inputType: 'dtmf',
    numDigits: keys.max,
    // It ends the whole entry and not the wait for its first key, so every further key has a second of its own.
    executionTimeout: Math.min(Math.max(keys.seconds + keys.max - 1, 5), 60),
    digitEndTimeout: 5,
    finishOnKey: keys.finish ?? 'none',
    redirect: true,
    // Else the keys stand in Plivo's own logs.
    log: false,
  }
}

function redirect(url: string): Element {
  return element('Redirect', { method: 'POST' }, [url])
}

function speak(locale: Locale, say: Speech[]): Element[] {
  const words = ssml(say)
  return words.length === 0 ? [] : [element('Speak', VOICES[locale], words)]
}
