// Parses Plivo XML into steps, strictly: unknown elements, Twilio's among them, and attributes are refused. docs.plivo.com/docs/voice/xml/overview

import { Attributes, elements, Invalid, textOf } from '../markup/attributes.ts'
import { hasMarkup, readSsml } from '../markup/ssml.ts'
import { plivoLanguageOf } from '../markup/voices.ts'
import { type Element, parseXml } from '../markup/xml.ts'
import type { Gather, Step, Target, Utterance } from '../simulator/steps.ts'
import { DocumentError } from '../simulator/steps.ts'

const METHODS = ['GET', 'POST'] as const
const SPEAK_LIMIT = 3000
const FOR_EVER = 1000
/** The length of `auto`: docs.plivo.com/docs/voice/xml/getinput */
const AUTO_SECONDS = 2

/** `code`: the error code of an invalid document. `warn` is called for what Plivo accepts but the app should not do. */
export function readPlivoXml(text: string, code: number, warn: (message: string) => void): Step[] {
  try {
    const root = parseXml(text)
    if (root.name !== 'Response') throw new Invalid(`the document is a <${root.name}>, not a <Response>`)
    new Attributes(root).rejectUnknown()
    return elements(root).flatMap((element) => verb(element, warn))
  } catch (error) {
    throw new DocumentError(code, (error as Error).message)
  }
}

function verb(element: Element, warn: (message: string) => void): Step[] {
  switch (element.name) {
    case 'Speak':
      return [speak(element)]
    case 'Wait':
      return [wait(element)]
    case 'GetInput':
      return getInput(element, warn)
    case 'Redirect':
      return [redirect(element)]
    case 'Hangup':
      // Its `reason` is for incoming calls. Every call of this exchange is the app's own.
      new Attributes(element).rejectUnknown()
      if (element.children.length > 0) throw new Invalid('<Hangup> holds nothing')
      return [{ type: 'hang up' }]
    default:
      throw new Invalid(`<${element.name}> is no element here`)
  }
}

function speak(element: Element): Utterance {
  const attributes = new Attributes(element)
  const voice = attributes.text('voice') ?? 'WOMAN'
  const asked = attributes.text('language')
  const times = attributes.number('loop', 0, FOR_EVER) ?? 1
  attributes.rejectUnknown()
  const language = plivoLanguageOf(voice, asked)
  if (language === null) throw new Invalid(`<Speak> has no voice "${voice}" for the language "${asked ?? 'en-US'}"`)
  // docs.plivo.com/docs/voice/concepts/ssml: markup is for the Polly voices.
  if (hasMarkup(element) && !voice.startsWith('Polly.')) throw new Invalid(`the voice "${voice}" reads no markup`)
  const runs = readSsml(element, language)
  const length = runs.reduce((total, run) => total + run.text.length, 0)
  if (length > SPEAK_LIMIT) throw new Invalid(`<Speak> holds more than ${SPEAK_LIMIT} characters`)
  if (!runs.some((run) => run.text.trim())) throw new Invalid('<Speak> says nothing')
  return { type: 'say', runs, times }
}

function wait(element: Element): Utterance {
  const attributes = new Attributes(element)
  const seconds = attributes.number('length', 1, 3600) ?? 1
  attributes.rejectUnknown()
  if (element.children.length > 0) throw new Invalid('<Wait> holds nothing')
  return { type: 'pause', ms: seconds * 1000 }
}

/** `retries` becomes several gathers in a row. Silence leads to the next element, never to the app. */
function getInput(element: Element, warn: (message: string) => void): Gather[] {
  const attributes = new Attributes(element)
  const action = attributes.text('action')
  if (action === null) throw new Invalid('<GetInput> needs an action')
  const target: Target = { url: absolute(action), method: attributes.oneOf('method', METHODS) ?? 'POST' }
  attributes.oneOf('inputType', ['dtmf'])
  // With `false` Plivo would ignore the app's answer.
  attributes.oneOf('redirect', ['true'])
  const maxMs = (attributes.number('executionTimeout', 5, 60) ?? 15) * 1000
  const pause = attributes.matching('digitEndTimeout', /^(auto|[2-9]|10)$/) ?? 'auto'
  const finishOnKey = attributes.matching('finishOnKey', /^([0-9*#]|none|)$/) ?? '#'
  const maxDigits = attributes.number('numDigits', 1, 32) ?? 32
  const times = attributes.number('retries', 1, 10) ?? 1
  if (attributes.flag('log') !== false) warn('<GetInput> has no log="false", so Plivo writes the keys into its logs')
  attributes.rejectUnknown()
  const prompt = elements(element).map((child) => {
    if (child.name === 'Speak') return speak(child)
    throw new Invalid(`<GetInput> cannot hold <${child.name}>`)
  })
  const once: Gather = {
    type: 'gather',
    prompt,
    maxDigits,
    finishKeys: finishOnKey === 'none' ? '' : finishOnKey,
    firstKeyTimeoutMs: maxMs,
    nextKeyTimeoutMs: (pause === 'auto' ? AUTO_SECONDS : Number(pause)) * 1000,
    maxMs,
    target,
    onSilence: 'next',
  }
  return Array.from({ length: times }, () => once)
}

function redirect(element: Element): { type: 'go'; target: Target } {
  const attributes = new Attributes(element)
  const method = attributes.oneOf('method', METHODS) ?? 'POST'
  attributes.rejectUnknown()
  return { type: 'go', target: { url: absolute(textOf(element)), method } }
}

function absolute(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new Invalid(`"${url}" is no absolute URL`)
  return url
}
