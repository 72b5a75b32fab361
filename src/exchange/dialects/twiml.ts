// TwiML read into steps, strictly: what this file does not know is refused, never skipped.
// twilio.com/docs/voice/twiml

import type { Gather, Step, Target, Utterance } from '../steps.ts'
import { Unplayable } from '../steps.ts'
import { Attributes, elements, Invalid, textOf } from './attributes.ts'
import { hasMarkup, heard } from './ssml.ts'
import { languageOf } from './voices.ts'
import type { Element } from './xml.ts'
import { parseXml } from './xml.ts'

const METHODS = ['GET', 'POST'] as const
const SAY_LIMIT = 4096
const FOR_EVER = 1000

/** `source` is where the document came from: relative URLs, and a gather without an action, mean it. */
export function readTwiml(text: string, source: string): Step[] {
  const root = parsed(text)
  try {
    if (root.name !== 'Response') throw new Invalid(`the document is a <${root.name}>, not a <Response>`)
    new Attributes(root).done()
    return elements(root).map((element) => verb(element, source))
  } catch (error) {
    if (error instanceof Invalid) throw new Unplayable(12200, error.message)
    throw error
  }
}

function parsed(text: string): Element {
  try {
    return parseXml(text)
  } catch (error) {
    throw new Unplayable(12100, `not well-formed: ${(error as Error).message}`)
  }
}

function verb(element: Element, source: string): Step {
  switch (element.name) {
    case 'Gather':
      return gather(element, source)
    case 'Redirect':
      return redirect(element, source)
    case 'Hangup':
      new Attributes(element).done()
      if (element.children.length > 0) throw new Invalid('<Hangup> holds nothing')
      return { type: 'hang up' }
    case 'Reject':
      // twilio.com/docs/voice/twiml/reject: for incoming calls. Every call of this exchange is the app's own.
      throw new Invalid('<Reject> answers an incoming call only')
    default:
      return utterance(element, source)
  }
}

function utterance(element: Element, source: string): Utterance {
  switch (element.name) {
    case 'Say':
      return say(element)
    case 'Play':
      return play(element, source)
    case 'Pause': {
      const attributes = new Attributes(element)
      const seconds = attributes.number('length', 0, 3600) ?? 1
      attributes.done()
      if (element.children.length > 0) throw new Invalid('<Pause> holds nothing')
      return { type: 'pause', ms: seconds * 1000 }
    }
    default:
      throw new Invalid(`<${element.name}> is no verb here`)
  }
}

function say(element: Element): Utterance {
  const attributes = new Attributes(element)
  const voice = attributes.text('voice') ?? 'man'
  const asked = attributes.text('language')
  const times = attributes.number('loop', 0, FOR_EVER) ?? 1
  attributes.done()
  const language = languageOf(voice, asked)
  if (language === null) throw new Invalid(`<Say> has no voice "${voice}" for the language "${asked ?? 'en-US'}"`)
  // twilio.com/docs/voice/twiml/say/text-speech: markup is for the Polly and Google voices.
  if (hasMarkup(element) && !/^(Polly|Google)\./.test(voice)) throw new Invalid(`the voice "${voice}" reads no markup`)
  const runs = heard(element, language)
  const length = runs.reduce((total, run) => total + run.text.length, 0)
  if (length > SAY_LIMIT) throw new Invalid(`<Say> holds more than ${SAY_LIMIT} characters`)
  if (!runs.some((run) => run.text.trim())) throw new Invalid('<Say> says nothing')
  return { type: 'say', runs, times }
}

function play(element: Element, source: string): Utterance {
  const attributes = new Attributes(element)
  const times = attributes.number('loop', 0, FOR_EVER) ?? 1
  attributes.done()
  return { type: 'play', url: resolve(textOf(element), source), times }
}

function gather(element: Element, source: string): Gather {
  const attributes = new Attributes(element)
  attributes.oneOf('input', ['dtmf'])
  // It is speech that barges in; a key interrupts the prompt whatever this says.
  attributes.flag('bargeIn')
  const target = {
    url: resolve(attributes.text('action') ?? source, source),
    method: attributes.oneOf('method', METHODS) ?? 'POST',
  }
  const max = attributes.number('numDigits', 1, 128)
  const seconds = attributes.number('timeout', 1, 600) ?? 5
  const finish = attributes.matching('finishOnKey', /^[0-9#*]?$/) ?? '#'
  const always = attributes.flag('actionOnEmptyResult') ?? false
  attributes.done()
  return {
    type: 'gather',
    prompt: elements(element).map((child) => utterance(child, source)),
    max,
    finish,
    firstKey: seconds * 1000,
    nextKey: seconds * 1000,
    target,
    onSilence: always ? 'target' : 'next',
  }
}

function redirect(element: Element, source: string): { type: 'go'; target: Target } {
  const attributes = new Attributes(element)
  const method = attributes.oneOf('method', METHODS) ?? 'POST'
  attributes.done()
  return { type: 'go', target: { url: resolve(textOf(element), source), method } }
}

function resolve(url: string, source: string): string {
  try {
    return new URL(url, source).href
  } catch {
    throw new Invalid(`"${url}" is no URL`)
  }
}
