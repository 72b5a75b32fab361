// Speech as captions: each sentence with the time it takes to say.

import type { TextRun } from './steps.ts'

export type Sentence = { text: string; language: string; ms: number }

const MS_PER_CHARACTER = 65

export function toSentences(run: TextRun): Sentence[] {
  const segments = [...new Intl.Segmenter(run.language, { granularity: 'sentence' }).segment(run.text)]
  return segments.flatMap(({ segment, index }, position) => {
    const end = position === segments.length - 1 ? Number.POSITIVE_INFINITY : index + segment.length
    const silence = run.pauses
      .filter((pause) => pause.at >= index && pause.at < end)
      .reduce((total, pause) => total + pause.ms, 0)
    const text = segment.replace(/\s+/g, ' ').trim()
    return text || silence ? [{ text, language: run.language, ms: text.length * MS_PER_CHARACTER + silence }] : []
  })
}
