// What a company's document asks of the line, in no company's language. Dialects read their documents into these.

export type Target = { url: string; method: 'GET' | 'POST' }

/** A stretch of text in one language, with the silences inside it and where they fall. */
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

/** What was keyed into a gather, the finish key apart. */
export type GatherResult = { digits: string; finishKey: string }

/** A document that cannot be fetched or played. `code` is the company's own. */
export class DocumentError extends Error {
  readonly code: number | string
  constructor(code: number | string, message: string) {
    super(message)
    this.code = code
  }
}
