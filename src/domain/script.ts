// What the caller hears next and what we listen for, in no carrier's language. Carriers only translate.

import type { Locale } from './locale.ts'

/** A sentence, or a silence of so many milliseconds. Text is plain: a carrier escapes it. */
export type Speech = string | { pause: number }

export type GatherOptions = {
  /** How many keys are awaited. */
  max: number
  /** A key that ends the entry early; `null`: every key counts, `#` and `*` too. */
  finish: '#' | null
  /** How long to wait for the first key once the sentences are over. */
  seconds: number
}

export type Script = { locale: Locale; say: Speech[] } & (
  | { then: 'hang_up' }
  /** Keys, or silence as an empty entry, come back to the link of this turn. */
  | { then: 'listen'; turn: number; gather: GatherOptions }
  /** Nothing can be said now: come back for the script in a moment. */
  | { then: 'come_back' }
)
