// Sentences and silences as SSML, for the verbs of those carriers that take it: text, and breaks between.

import type { Speech } from '../domain/script.ts'
import { element, type Node } from './xml.ts'

/** Amazon Polly, which speaks for these carriers, allows no longer break: docs.aws.amazon.com/polly/latest/dg/break-tag.html */
const LONGEST_BREAK = 10_000

/** Anything that XML can hold, and that is no blank: w3.org/TR/xml/#NT-Char */
const HEARD = /(?!\s)[!-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/** Nothing at all where nothing would be heard: a verb around it would be an error. */
export function ssml(say: Speech[]): Node[] {
  const text = say.filter((part) => typeof part === 'string').join('')
  if (!HEARD.test(text)) return []
  return say.map((part) => {
    if (typeof part === 'string') return `${part} `
    const time = Math.min(Math.max(Math.round(part.pause), 0), LONGEST_BREAK)
    return element('break', { time: `${time}ms` })
  })
}
