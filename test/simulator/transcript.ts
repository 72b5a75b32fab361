// What happened, told in sentences. Names that are drawn become ordinals, in the order in which they first appear.

import { BEGINNING } from './scheduler.ts'

export type Story = {
  tell(sentence: string): void
  lines(): string[]
}

export function story(now: () => number): Story {
  const told: { at: number; sentence: string }[] = []
  return {
    tell: (sentence) => void told.push({ at: now(), sentence }),
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
  return ((at - BEGINNING) / 1000).toFixed(3).padStart(9)
}
