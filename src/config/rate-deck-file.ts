// The rate deck that RATE_DECK names, or the one that comes with this server.

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type DeckEntry, parseDeck } from '../guard/rate-deck.ts'

const DEFAULT = new URL('../guard/default-rates.csv', import.meta.url)

export function defaultDeck(): DeckEntry[] {
  const parsed = parseDeck(readFileSync(DEFAULT, 'utf8'))
  if ('fault' in parsed) throw new Error(`default-rates.csv: ${parsed.fault}`)
  return parsed.entries
}

/** A path. */
export const rateDeck = z.string().transform((path, context) => {
  const parsed = readDeck(path)
  if ('entries' in parsed) return parsed.entries
  context.addIssue({ code: 'custom', message: `is no rate deck: ${parsed.fault}` })
  return z.NEVER
})

function readDeck(path: string): ReturnType<typeof parseDeck> {
  try {
    return parseDeck(readFileSync(path, 'utf8'))
  } catch (error) {
    return {
      fault: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it can not be read',
    }
  }
}
