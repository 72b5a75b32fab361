// Parses TwiML, and SignalWire's cXML, which is the same, into steps. Strictly: unknown verbs and attributes are refused. twilio.com/docs/voice/twiml, developer.signalwire.com/compatibility-api/cxml

import type { Gather, Step, Target, Utterance } from '../simulator/steps.ts'
import { DocumentError } from '../simulator/steps.ts'
import { Attributes, elements, Invalid, textOf } from './attributes.ts'
import { hasMarkup, readSsml } from './ssml.ts'
import type { Element } from './xml.ts'
import { parseXml } from './xml.ts'

const METHODS = ['GET', 'POST'] as const
const SAY_LIMIT = 4096
const FOR_EVER = 1000

/** A carrier's voices, and whether it resolves relative URLs. */
export type TtsProfile = {
  defaultVoice: string
  /** The language heard, or `null` when the voice does not exist or cannot speak it. */
  languageOf(voice: string, asked: string | null): string | null
  relativeUrls: boolean
}

type Origin = { source: string; tts: TtsProfile }

/** `source` is the document's URL, the base of relative ones and the action of a gather without one. */
export function readTwiml(text: string, source: string, tts: TtsProfile): Step[] {
  const origin = { source, tts }
  const root = parsed(text)
  try {
    if (root.name !== 'Response') throw new Invalid(`the document is a <${root.name}>, not a <Response>`)
    new Attributes(root).rejectUnknown()
    return elements(root).map((element) => verb(element, origin))
  } catch (error) {
    if (error instanceof Invalid) throw new DocumentError(12200, error.message)
    throw error
  }
}

function parsed(text: string): Element {
  try {
    return parseXml(text)
  } catch (error) {
    throw new DocumentError(12100, `not well-formed: ${(error as Error).message}`)
  }
}

function verb(element: Element, origin: Origin): Step {
  switch (element.name) {
    case 'Gather':
      return gather(element, origin)
    case 'Redirect':
      return redirect(element, origin)
    case 'Hangup':
      new Attributes(element).rejectUnknown()
      if (element.children.length > 0) throw new Invalid('<Hangup> holds nothing')
      return { type: 'hang up' }
    case 'Reject':
      // twilio.com/docs/voice/twiml/reject: for incoming calls. Every call of this exchange is the app's own.
      throw new Invalid('<Reject> answers an incoming call only')
    default:
      return utterance(element, origin)
  }
}

function utterance(element: Element, origin: Origin): Utterance {
  switch (element.name) {
    case 'Say':
      return say(element, origin.tts)
    case 'Play':
      return play(element, origin)
    case 'Pause': {
      const attributes = new Attributes(element)
      const seconds = attributes.number('length', 0, 3600) ?? 1
      attributes.rejectUnknown()
      if (element.children.length > 0) throw new Invalid('<Pause> holds nothing')
      return { type: 'pause', ms: seconds * 1000 }
    }
    default:
      throw new Invalid(`<${element.name}> is no verb here`)
  }
}

function say(element: Element, tts: TtsProfile): Utterance {
  const attributes = new Attributes(element)
  const voice = attributes.text('voice') ?? tts.defaultVoice
  const asked = attributes.text('language')
  const times = attributes.number('loop', 0, FOR_EVER) ?? 1
  attributes.rejectUnknown()
  const language = tts.languageOf(voice, asked)
  if (language === null) throw new Invalid(`<Say> has no voice "${voice}" for the language "${asked ?? 'en-US'}"`)
  // twilio.com/docs/voice/twiml/say/text-speech: markup is for the Polly and Google voices.
  if (hasMarkup(element) && !voice.includes('.')) throw new Invalid(`the voice "${voice}" reads no markup`)
  const runs = readSsml(element, language)
  const length = runs.reduce((total, run) => total + run.text.length, 0)
  if (length > SAY_LIMIT) throw new Invalid(`<Say> holds more than ${SAY_LIMIT} characters`)
  if (!runs.some((run) => run.text.trim())) throw new Invalid('<Say> says nothing')
  return { type: 'say', runs, times }
}

function play(element: Element, origin: Origin): Utterance {
  const attributes = new Attributes(element)
  const times = attributes.number('loop', 0, FOR_EVER) ?? 1
  attributes.rejectUnknown()
  return { type: 'play', url: resolve(textOf(element), origin), times }
}

function gather(element: Element, origin: Origin): Gather {
  const attributes = new Attributes(element)
  attributes.oneOf('input', ['dtmf'])
  // `bargeIn` concerns speech; a key always interrupts the prompt.
  attributes.flag('bargeIn')
  const target = {
    url: resolve(attributes.text('action') ?? origin.source, origin),
    method: attributes.oneOf('method', METHODS) ?? 'POST',
  }
  const maxDigits = attributes.number('numDigits', 1, 128)
  const seconds = attributes.number('timeout', 1, 600) ?? 5
  const finishKeys = attributes.matching('finishOnKey', /^[0-9#*]?$/) ?? '#'
  const always = attributes.flag('actionOnEmptyResult') ?? false
  attributes.rejectUnknown()
  return {
    type: 'gather',
    prompt: elements(element).map((child) => utterance(child, origin)),
    maxDigits,
    finishKeys,
    firstKeyTimeoutMs: seconds * 1000,
    nextKeyTimeoutMs: seconds * 1000,
    maxMs: null,
    target,
    onSilence: always ? 'target' : 'next',
  }
}

function redirect(element: Element, origin: Origin): { type: 'go'; target: Target } {
  const attributes = new Attributes(element)
  const method = attributes.oneOf('method', METHODS) ?? 'POST'
  attributes.rejectUnknown()
  return { type: 'go', target: { url: resolve(textOf(element), origin), method } }
}

function resolve(url: string, { source, tts }: Origin): string {
  const base = tts.relativeUrls ? source : undefined
  if (!URL.canParse(url, base)) throw new Invalid(`"${url}" is no ${base ? '' : 'absolute '}URL`)
  return new URL(url, base).href
}
