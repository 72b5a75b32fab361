// Work that goes on after its caller has been answered. A stop waits for it.

import type { Logger } from '../log/logger.ts'

export type BackgroundTasks = {
  /** Its failure is logged. A caller may await the same promise, and then meets the failure too. */
  add(work: Promise<unknown>): void
  /** When none is left. */
  idle(): Promise<void>
}

export function createBackgroundTasks(log: Logger): BackgroundTasks {
  const running = new Set<Promise<void>>()
  return {
    add(work) {
      const task = work
        .then(
          () => {},
          (err: Error) => log.error({ err }, 'background work failed'),
        )
        .finally(() => running.delete(task))
      running.add(task)
    },
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
