import { type Clock, repeat } from './clock.ts'

/** Work that is done at the start and then periodically, whether or not the last round has ended. A failure waits for the next. */
export function createPeriodicWork(clock: Clock, failed: (error: Error) => void) {
  const cancels: (() => void)[] = []
  const running = new Set<Promise<void>>()
  return {
    every(ms: number, work: () => Promise<void>): void {
      const run = () => {
        const task = work()
          .catch(failed)
          .finally(() => running.delete(task))
        running.add(task)
      }
      cancels.push(repeat(clock, ms, run))
      run()
    },
    async end(): Promise<void> {
      for (const cancel of cancels) cancel()
      await Promise.all(running)
    },
  }
}
