// The steps of a call document, in no carrier's language. Each carrier's parser produces these.

export type Target = { url: string; method: 'GET' | 'POST' }

/** Text in one language, with the position and length of its pauses. */
export type TextRun = { language: string; text: string; pauses: { at: number; ms: number }[] }

export type Utterance =
  /** `times`: 0 is for ever. */
  | { type: 'say'; runs: TextRun[]; times: number }
  | { type: 'play'; url: string; times: number }
  | { type: 'pause'; ms: number }

export type Gather = {
  type: 'gather'
  prompt: Utterance[]
  /** The number of keys that ends it; `null`: only time or a finish key does. */
  maxDigits: number | null
  /** Keys that end it without being part of the entry. */
  finishKeys: string
  /** Milliseconds of silence, counted from the end of the prompt, and between two keys. */
  firstKeyTimeoutMs: number
  nextKeyTimeoutMs: number
  /** Milliseconds from the end of the prompt until the entry is over, however it is keyed; `null`: it may go on. */
  maxMs: number | null
  target: Target
  /** What follows an empty entry: the target all the same, or the next step. */
  onSilence: 'target' | 'next'
}

export type Step = Utterance | Gather | { type: 'go'; target: Target } | { type: 'hang up' }

/** The keys of a finished gather. */
export type GatherResult = { digits: string; finishKey: string }

/** A document that cannot be fetched or played. `code` is the carrier's own. */
export class DocumentError extends Error {
  readonly code: number | string
  constructor(code: number | string, message: string) {
    super(message)
    this.code = code
  }
}
