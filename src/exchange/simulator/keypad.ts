// Collects the keys of one gather, until there are enough, a finish key comes, or a timeout.

import type { Clock } from './clock.ts'
import type { Gather, GatherResult } from './steps.ts'

export class Keypad {
  /** Aborted by the first key, which interrupts the prompt. */
  readonly firstKeyPressed = new AbortController()
  readonly done: Promise<GatherResult>
  #digits = ''
  #gather: Gather
  #clock: Clock
  #waitFactor: number
  #settle: (keyed: GatherResult) => void
  #cancel = () => {}
  #cancelLongest = () => {}

  constructor(gather: Gather, clock: Clock, waitFactor: number) {
    this.#gather = gather
    this.#clock = clock
    this.#waitFactor = waitFactor
    const { promise, resolve } = Promise.withResolvers<GatherResult>()
    this.done = promise
    this.#settle = resolve
  }

  /** Returns whether the gather is complete. */
  press(key: string): boolean {
    this.firstKeyPressed.abort()
    const finished = this.#gather.finishKeys.includes(key)
    if (!finished) this.#digits += key
    const over = finished || this.#digits.length === this.#gather.maxDigits
    if (over) this.#end(finished ? key : '')
    else this.#wait(this.#gather.nextKeyTimeoutMs)
    return over
  }

  /** The prompt has ended: the timeouts start. */
  startTimeout() {
    const { maxMs } = this.#gather
    if (maxMs !== null) this.#cancelLongest = this.#after(maxMs, () => this.#end(''))
    if (!this.firstKeyPressed.signal.aborted) this.#wait(this.#gather.firstKeyTimeoutMs)
  }

  close() {
    this.#cancel()
    this.#cancelLongest()
  }

  #wait(ms: number) {
    this.#cancel()
    this.#cancel = this.#after(ms, () => this.#end(''))
  }

  #after(ms: number, run: () => void): () => void {
    return this.#clock.after(ms * this.#waitFactor, run)
  }

  #end(finishKey: string) {
    this.#cancel()
    this.#settle({ digits: this.#digits, finishKey })
  }
}
