// The ear of a gather: it collects keys until there are enough, a finish key comes, or the line has been silent too long.

import type { Clock } from './clock.ts'
import type { Gather, Keyed } from './steps.ts'

export class Keypad {
  /** Aborted by the first key: whoever is speaking stops. */
  readonly touched = new AbortController()
  readonly done: Promise<Keyed>
  #digits = ''
  #gather: Gather
  #clock: Clock
  #settle: (keyed: Keyed) => void
  #cancel = () => {}
  #cancelLongest = () => {}

  constructor(gather: Gather, clock: Clock) {
    this.#gather = gather
    this.#clock = clock
    const { promise, resolve } = Promise.withResolvers<Keyed>()
    this.done = promise
    this.#settle = resolve
  }

  /** Whether that was the last key it was waiting for. */
  press(key: string): boolean {
    this.touched.abort()
    const finished = this.#gather.finish.includes(key)
    if (!finished) this.#digits += key
    const over = finished || this.#digits.length === this.#gather.max
    if (over) this.#end(finished ? key : '')
    else this.#wait(this.#gather.nextKey)
    return over
  }

  /** The prompt is over: from here on silence counts. */
  listen() {
    const { longest } = this.#gather
    if (longest !== null) this.#cancelLongest = this.#clock.after(longest, () => this.#end(''))
    if (!this.touched.signal.aborted) this.#wait(this.#gather.firstKey)
  }

  close() {
    this.#cancel()
    this.#cancelLongest()
  }

  #wait(ms: number) {
    this.#cancel()
    this.#cancel = this.#clock.after(ms, () => this.#end(''))
  }

  #end(finish: string) {
    this.#cancel()
    this.#settle({ digits: this.#digits, finish })
  }
}
