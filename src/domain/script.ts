// What the caller hears next and which keys are awaited, in no carrier's markup. Each carrier's folder renders it.

import type { Locale } from './locale.ts'

/** A sentence, or a silence of so many milliseconds. Text is plain: a carrier escapes it. */
export type Speech = string | { pause: number }

export type GatherOptions = {
  /** How many keys are awaited. */
  max: number
  /** A key that ends the entry early; `null`: every key counts, `#` and `*` too. */
  finish: '#' | null
  /**
   * A key that ends the entry at once and is its last, so that a hang-up right after it does not lose it. A carrier that
   * does not name the key which ended an entry takes it for a key like others.
   */
  reportKey: '9' | null
  /** How long to wait for the first key once the sentences are over, and for each further one. */
  seconds: number
  secondsBetween: number
}

export type Script = { locale: Locale; say: Speech[] } & (
  | { then: 'hang_up' }
  /** Keys, or silence as an empty entry, come back to the URL of this turn. */
  | { then: 'listen'; turn: number; gather: GatherOptions }
  /** Nothing can be said now: come back for the script in a moment. */
  | { then: 'come_back' }
)
