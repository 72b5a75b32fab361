// Parses BXML into steps, strictly: unknown verbs and attributes are refused. dev.bandwidth.com/docs/voice/bxml

import { Attributes, elements, Invalid } from '../markup/attributes.ts'
import { readSsml } from '../markup/ssml.ts'
import { type Element, parseXml } from '../markup/xml.ts'
import { basic } from '../rest/form.ts'
import type { Gather, Step, Utterance } from '../simulator/steps.ts'
import { DocumentError } from '../simulator/steps.ts'
import { localeOf } from './bxml-voices.ts'
import type { DocumentTarget, WebhookTarget } from './targets.ts'

const METHODS = ['POST', 'GET'] as const
/** There is no `digits`: dev.bandwidth.com/docs/voice/bxml/speakSentence */
const SAY_AS = ['date', 'time', 'telephone', 'characters', 'cardinal', 'ordinal']
const MOST_REPEATED = 20

/** `source`: the document's URL, the base of relative ones. */
export function readBxml(text: string, source: string): Step[] {
  try {
    const root = parseXml(text)
    if (root.name !== 'Response' && root.name !== 'Bxml') {
      throw new Invalid(`the document is a <${root.name}>, not a <Response> or <Bxml>`)
    }
    new Attributes(root).rejectUnknown()
    return elements(root).flatMap((element) => verb(element, source))
  } catch (error) {
    throw new DocumentError('invalid-bxml', (error as Error).message)
  }
}

function verb(element: Element, source: string): Step[] {
  switch (element.name) {
    case 'SpeakSentence':
      return [speakSentence(element)]
    case 'Pause':
      return [pause(element)]
    case 'Gather':
      return gather(element, source)
    case 'Redirect': {
      const attributes = new Attributes(element)
      const target = turn(attributes, 'redirect', source)
      attributes.rejectUnknown()
      hollow(element)
      return [{ type: 'go', target }]
    }
    case 'Hangup':
      new Attributes(element).rejectUnknown()
      hollow(element)
      return [{ type: 'hang up' }]
    default:
      throw new Invalid(`<${element.name}> is no verb here`)
  }
}

function speakSentence(element: Element): Utterance {
  const attributes = new Attributes(element)
  const [voice, locale] = [attributes.text('voice'), attributes.text('locale')]
  const gender = attributes.oneOf('gender', ['male', 'female'])
  attributes.rejectUnknown()
  const language = localeOf(voice, locale)
  if (language === null) throw new Invalid(`<SpeakSentence> has no voice "${voice}" for the locale "${locale}"`)
  if (voice !== null && gender !== null) throw new Invalid('<SpeakSentence> has a voice, whose gender is its own')
  sayAs(element)
  const runs = readSsml(element, language)
  if (!runs.some((run) => run.text.trim())) throw new Invalid('<SpeakSentence> says nothing')
  return { type: 'say', runs, times: 1 }
}

function sayAs(element: Element) {
  const how = element.attributes['interpret-as']
  if (element.name === 'say-as' && how && !SAY_AS.includes(how)) throw new Invalid(`<say-as> cannot read as "${how}"`)
  for (const child of element.children) if (typeof child !== 'string') sayAs(child)
}

function pause(element: Element): Utterance {
  const attributes = new Attributes(element)
  const seconds = Number(attributes.matching('duration', /^\d+(\.\d+)?$/) ?? 1)
  attributes.rejectUnknown()
  hollow(element)
  if (seconds < 0.1 || seconds > 86_400) throw new Invalid('<Pause> lasts between 0.1 and 86400 seconds')
  return { type: 'pause', ms: seconds * 1000 }
}

/** `repeatCount` becomes several gathers in a row: silence leads to the next one, and after the last to the app. */
function gather(element: Element, source: string): Gather[] {
  const attributes = new Attributes(element)
  const target = turn(attributes, 'gather', source)
  const maxDigits = attributes.number('maxDigits', 1, 50) ?? 50
  const finishKeys = attributes.matching('terminatingDigits', /^[0-9#*]*$/) ?? ''
  const firstKeyTimeoutMs = (attributes.number('firstDigitTimeout', 0, 60) ?? 5) * 1000
  const nextKeyTimeoutMs = (attributes.number('interDigitTimeout', 1, 60) ?? 5) * 1000
  const times = attributes.number('repeatCount', 1, MOST_REPEATED) ?? 1
  attributes.rejectUnknown()
  const prompt = elements(element).map((child) => {
    if (child.name === 'SpeakSentence') return speakSentence(child)
    throw new Invalid(`<Gather> cannot hold <${child.name}>`)
  })
  if (times * prompt.length > MOST_REPEATED) throw new Invalid('<Gather> repeats more than 20 verbs')
  const once = {
    type: 'gather',
    prompt,
    maxDigits,
    finishKeys,
    firstKeyTimeoutMs,
    nextKeyTimeoutMs,
    maxMs: null,
    target,
  } as const
  const round = (at: number): Gather => ({ ...once, onSilence: at < times - 1 ? 'next' : 'target' })
  return Array.from({ length: times }, (_, at) => round(at))
}

function turn(attributes: Attributes, what: 'gather' | 'redirect', source: string): DocumentTarget {
  const to = link(attributes, what, source, credentials(attributes, 'username', 'password'))
  // Without the URL the digits would be lost, or the same document fetched for ever.
  if (!to) throw new Invalid(`${what}Url is missing`)
  const secret = credentials(attributes, 'fallbackUsername', 'fallbackPassword')
  const fallback = link(attributes, `${what}Fallback`, source, secret)
  return { ...to, fallback, tag: attributes.matching('tag', /^.{0,256}$/s) }
}

function link(attributes: Attributes, what: string, source: string, credentials: string | null): WebhookTarget | null {
  const url = attributes.text(`${what}Url`)
  const method = attributes.oneOf(`${what}Method`, METHODS) ?? 'POST'
  if (url === null) return null
  if (!URL.canParse(url, source)) throw new Invalid(`"${url}" is no URL`)
  return { url: new URL(url, source).href, method, credentials }
}

function credentials(attributes: Attributes, user: string, secret: string): string | null {
  const [username, password] = [attributes.text(user), attributes.text(secret)]
  if (username === null && password === null) return null
  if (username === null || password === null) throw new Invalid(`${user} and ${secret} go together`)
  return basic(username, password)
}

function hollow(element: Element) {
  if (element.children.length > 0) throw new Invalid(`<${element.name}> holds nothing`)
}
