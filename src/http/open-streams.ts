// The event streams that are open. One timer keeps all of them alive, a few at a time: ten thousand timers take 2 MiB, and ten
// thousand comments at once block the event loop for a tenth of a second.

import { type Clock, repeat } from '../time/clock.ts'

export type OpenStream = { keepAlive(): void; stop(): void }

export type OpenStreams = {
  /** Returns how to take it out again. */
  add(stream: OpenStream): () => void
}

const GROUPS = 60

/** `keepAlive` of each is called once in so many milliseconds; `stop` when the signal is aborted. */
export function createOpenStreams(clock: Clock, keepAliveMs: number, stopping: AbortSignal): OpenStreams {
  const groups = Array.from({ length: GROUPS }, () => new Set<OpenStream>())
  let open = 0
  let joins = 0
  let next = 0
  let cancel = () => {}

  function keepGroupAlive(): void {
    next = (next + 1) % GROUPS
    for (const stream of groups[next]!) stream.keepAlive()
  }

  function stopAll(): void {
    for (const group of groups) for (const stream of [...group]) stream.stop()
  }

  function beginOrEnd(isOpen: boolean): void {
    cancel()
    cancel = isOpen ? repeat(clock, keepAliveMs / GROUPS, keepGroupAlive) : () => {}
    if (isOpen) stopping.addEventListener('abort', stopAll)
    else stopping.removeEventListener('abort', stopAll)
  }

  return {
    add(stream) {
      joins = (joins + 1) % GROUPS
      const group = groups[joins]!
      group.add(stream)
      if (open++ === 0) beginOrEnd(true)
      if (stopping.aborted) stream.stop()
      return () => {
        if (group.delete(stream) && --open === 0) beginOrEnd(false)
      }
    },
  }
}
