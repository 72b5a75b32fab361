// Counts what is under way, so that a test can wait for the exchange to come to rest instead of sleeping.

export class PendingTasks {
  #count = 0
  #idle = Promise.withResolvers<void>()

  start(): () => void {
    if (this.#count++ === 0) this.#idle = Promise.withResolvers()
    return () => {
      if (--this.#count === 0) this.#idle.resolve()
    }
  }

  /** Nothing is on its way, and nothing that has arrived has set off anything more. */
  async settled(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      if (this.#count > 0) {
        await this.#idle.promise
        quiet = 0
      }
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
}
