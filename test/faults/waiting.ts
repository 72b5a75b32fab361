// Real waiting, always for something and never for longer than it may take.

import { setTimeout as pause } from 'node:timers/promises'

/** Looks again until there is something, or fails with what was waited for. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  ms = 20_000,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}`)
    await pause(25)
  }
}

export async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const from = performance.now()
  const value = await work
  return { value, ms: performance.now() - from }
}
