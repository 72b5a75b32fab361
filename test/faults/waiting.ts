// Real waiting, always for something and never for longer than it may take.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'

/** Looks again until there is something, or fails with what was waited for. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  ms = 60_000,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}`)
    await pause(25)
  }
}

/** The time of the first try within the bound, or the least of three: a busy machine is slow by itself, but not each time. */
export async function leastMs(bound: number, run: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < 3 && least >= bound; tries++) least = Math.min(least, await run())
  return least
}

/** How long a timer of this process came late at most while this was done: its bound may be passed by so much. */
export async function withTimerDelay<T>(work: () => Promise<T>): Promise<{ value: T; late: number }> {
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const value = await work()
  delay.disable()
  return { value, late: delay.max / 1e6 }
}

export async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const from = performance.now()
  const value = await work
  return { value, ms: performance.now() - from }
}
