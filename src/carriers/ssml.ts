// Sentences and pauses as SSML: text, and `<break>` for each pause.

import type { Speech } from '../domain/script.ts'
import { element, type Node } from './xml.ts'

/** The limit of Amazon Polly, whose voices all carriers use: docs.aws.amazon.com/polly/latest/dg/break-tag.html */
const MAX_BREAK_MS = 10_000

/** A character that XML can hold and that is no white space: w3.org/TR/xml/#NT-Char */
const AUDIBLE = /(?!\s)[!-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/** Empty when nothing would be heard: an empty speech verb is an error at every carrier. */
export function ssml(speech: Speech[]): Node[] {
  const text = speech.filter((part) => typeof part === 'string').join('')
  if (!AUDIBLE.test(text)) return []
  return speech.map((part) => {
    if (typeof part === 'string') return `${part} `
    const time = Math.min(Math.max(Math.round(part.pause), 0), MAX_BREAK_MS)
    return element('break', { time: `${time}ms` })
  })
}
