// What happened, told in sentences. Names that are drawn become ordinals, in the order in which they first appear.

import { START_MS } from './scheduler.ts'

export type Transcript = {
  add(sentence: string): void
  lines(): string[]
}

export function createTranscript(now: () => number): Transcript {
  const told: { at: number; sentence: string }[] = []
  return {
    add: (sentence) => void told.push({ at: now(), sentence }),
    lines() {
      const ordinal = ordinals()
      return told.map(({ at, sentence }) => `${clock(at)}  ${ordinal(sentence)}`)
    },
  }
}

function ordinals() {
  const names = new Map<string, string>()
  const counts = new Map<string, number>()
  return (text: string) =>
    text.replace(
      /\b(chl|dlv|msg)_[\w-]+|\b(?:CA|SM)[0-9a-f]{32}|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
      (id, kind) => {
        const word = { chl: 'challenge', dlv: 'delivery', msg: 'message' }[kind as string] ?? 'call'
        if (!names.has(id)) {
          counts.set(word, (counts.get(word) ?? 0) + 1)
          names.set(id, `${word} ${counts.get(word)}`)
        }
        return names.get(id)!
      },
    )
}

function clock(at: number): string {
  return ((at - START_MS) / 1000).toFixed(3).padStart(9)
}
