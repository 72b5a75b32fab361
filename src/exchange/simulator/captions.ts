// Speech as captions: sentence by sentence, and a code that is spelled out digit by digit. Each with the time it takes.

import type { TextRun } from './steps.ts'

export type Caption = { text: string; language: string; ms: number }

const MS_PER_CHARACTER = 65
/** `4, 8, 1`: digits that stand alone. */
const SPELLED_OUT = /(?<!\d)(?:\d,\s+)+\d(?!\d)/g

export function toCaptions({ text, language, pauses }: TextRun): Caption[] {
  const starts = new Set([...sentencesOf(text, language), ...digitsOf(text)])
  return [...starts]
    .sort((one, other) => one - other)
    .flatMap((start, position, all) => {
      const end = all[position + 1] ?? Number.POSITIVE_INFINITY
      const silence = pauses.filter(({ at }) => at >= start && at < end).reduce((total, { ms }) => total + ms, 0)
      const spoken = text.slice(start, end).replace(/\s+/g, ' ').trim()
      return spoken || silence ? [{ text: spoken, language, ms: spoken.length * MS_PER_CHARACTER + silence }] : []
    })
}

function sentencesOf(text: string, language: string): number[] {
  return [...new Intl.Segmenter(language, { granularity: 'sentence' }).segment(text)].map(({ index }) => index)
}

/** Where each digit begins, and where the text goes on after the last one. */
function digitsOf(text: string): number[] {
  return [...text.matchAll(SPELLED_OUT)].flatMap(({ index, 0: code }) => [
    ...[...code.matchAll(/\d/g)].map((digit) => index + digit.index),
    index + code.length,
  ])
}
