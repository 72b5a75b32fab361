// One call: its state (queued, ringing, answered, ended), its keypad, and the transcript of what was said and keyed.

import type { CarrierName } from './carrier-name.ts'
import type { Clock } from './clock.ts'
import type { Keypad } from './keypad.ts'
import type { Gather, GatherResult, Step, Target } from './steps.ts'

export type CallState = 'queued' | 'ringing' | 'answered' | 'ended'
export type Ending =
  | 'completed'
  | 'busy'
  | 'declined'
  | 'no_answer'
  /** No phone rang, and the carrier reports no answer at once. */
  | 'no_answer_at_once'
  | 'canceled'
  | 'unreachable'
  | 'no_such_number'
  /** The carrier took the call and could not connect it. */
  | 'carrier_failed'
  | 'application_error'
export type Party = 'person' | 'company' | 'app'

/** `said` by the carrier, `key` pressed by the person, `note` about the line itself. */
export type TranscriptEntry = { at: string; kind: 'said' | 'key' | 'note'; text: string; language: string | null }

/** The carrier's side of a call: fetches and parses documents, and posts status callbacks. */
export type CallFlow = {
  firstDocument(call: Call): Promise<Step[]>
  nextDocument(call: Call, target: Target, keyed: GatherResult | null): Promise<Step[]>
  stateChanged(call: Call): void
}

export type CallOptions = {
  id: string
  carrier: CarrierName
  from: string
  to: string
  ringMs: number
  maxMs: number
  flow: CallFlow
}

/** What a call needs from the exchange. */
export type CallContext = {
  clock: Clock
  speed: number
  /** How many times longer than asked it rings, lasts and waits for keys. */
  waitFactor: number
  onChange(call: Call): void
  /** Plays the documents of the call, the first and all that follow from it, until `stop`. */
  play(call: Call, firstDocument: () => Promise<Step[]>, stop: AbortSignal): Promise<void>
  /** Resolves when keys may be posted, which an injected fault delays. */
  holdKeys(call: Call): Promise<void>
  /** An error of the exchange itself. */
  onError(call: Call, error: unknown): void
}

const MAX_TRANSCRIPT = 500

export class Call {
  readonly id: string
  readonly carrier: CarrierName
  readonly from: string
  readonly to: string
  readonly clock: Clock
  readonly waitFactor: number
  readonly createdAt: Date
  state: CallState = 'queued'
  answeredAt: Date | null = null
  endedAt: Date | null = null
  ending: Ending | null = null
  hungUpBy: Party | null = null
  /** Voicemail answered. */
  machine = false
  /** The person lets it ring. */
  ignored = false
  transcript: TranscriptEntry[] = []
  keypad: Keypad | null = null
  /** What a phone that answers by itself does once the prompt of a gather has ended. */
  promptEnded: (call: Call, gather: Gather, keypad: Keypad) => Promise<void> = async () => {}
  #options: CallOptions
  #context: CallContext
  #playing = new AbortController()
  #cancel = () => {}

  constructor(options: CallOptions, context: CallContext) {
    this.id = options.id
    this.carrier = options.carrier
    this.from = options.from
    this.to = options.to
    this.clock = context.clock
    this.waitFactor = context.waitFactor
    this.createdAt = context.clock.now()
    this.#options = options
    this.#context = context
  }

  ring() {
    if (this.state !== 'queued') return
    this.state = 'ringing'
    this.#cancel = this.clock.after(this.#options.ringMs * this.waitFactor, () => this.end('no_answer', 'company'))
    this.#moved()
  }

  answer(machine: boolean) {
    if (this.state !== 'ringing') return
    this.state = 'answered'
    this.machine = machine
    this.answeredAt = this.clock.now()
    this.#cancel()
    this.#cancel = this.clock.after(this.#options.maxMs * this.waitFactor, () => this.end('completed', 'company'))
    this.#moved()
    this.#play(() => this.#options.flow.firstDocument(this))
  }

  end(ending: Ending, by: Party) {
    if (this.state === 'ended') return
    this.state = 'ended'
    this.ending = ending
    this.hungUpBy = by
    this.endedAt = this.clock.now()
    this.keypad = null
    this.#cancel()
    this.#playing.abort()
    this.#moved()
  }

  press(key: string) {
    if (this.keypad) this.note('key', key)
    else this.note('note', `key ${key}, but nothing listened`)
    if (this.keypad?.press(key)) this.setKeypad(null)
  }

  /** Stops what is being played and plays another document. */
  redirect(target: Target) {
    this.#play(() => this.nextDocument(target, null))
  }

  async nextDocument(target: Target, keyed: GatherResult | null): Promise<Step[]> {
    if (keyed) await this.#context.holdKeys(this)
    return this.#options.flow.nextDocument(this, target, keyed)
  }

  setKeypad(keypad: Keypad | null) {
    this.keypad = keypad
    this.#context.onChange(this)
  }

  note(kind: TranscriptEntry['kind'], text: string, language: string | null = null) {
    this.transcript.push({ at: this.clock.now().toISOString(), kind, text, language })
    if (this.transcript.length > MAX_TRANSCRIPT) this.transcript.shift()
    this.#context.onChange(this)
  }

  ignore() {
    this.ignored = true
    this.#context.onChange(this)
  }

  /** Simulated time, divided by the exchange's speed. `stop` ends it early. */
  takeTime(ms: number, stop?: AbortSignal): Promise<void> {
    return this.wait(ms / this.#context.speed, stop)
  }

  wait(ms: number, stop?: AbortSignal): Promise<void> {
    if (ms < 1 || stop?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const over = () => {
        cancel()
        stop?.removeEventListener('abort', over)
        resolve()
      }
      const cancel = this.clock.after(ms, over)
      stop?.addEventListener('abort', over)
    })
  }

  #play(opening: () => Promise<Step[]>) {
    this.#playing.abort()
    this.#playing = new AbortController()
    this.keypad = null
    this.#context.play(this, opening, this.#playing.signal).catch((error) => this.#context.onError(this, error))
  }

  #moved() {
    this.#context.onChange(this)
    this.#options.flow.stateChanged(this)
  }
}
