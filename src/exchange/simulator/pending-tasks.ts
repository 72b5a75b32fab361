// Counts tasks in progress, so that a test can wait until none is left instead of sleeping.

export class PendingTasks {
  #count = 0
  #idle = Promise.withResolvers<void>()

  start(): () => void {
    if (this.#count++ === 0) this.#idle = Promise.withResolvers()
    return () => {
      if (--this.#count === 0) this.#idle.resolve()
    }
  }

  /** Resolves when no task is in progress and none has been started by the last one. */
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
