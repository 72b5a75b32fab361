// The process's own time and chance, taken over for good: a run must be a function of its seed and of nothing else.

import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { createPrng, type Prng } from '../support/prng.ts'
import type { Scheduler } from './scheduler.ts'

let scheduler: Scheduler | undefined
let idPrng: Prng = createPrng(0)

/** The run that is under way from now on. Names have prng of their own. */
export function useRun(on: Scheduler, seed: number): void {
  scheduler = on
  idPrng = createPrng(~seed)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Stands for the package of that name. */
export function nanoid(size = 21): string {
  return Array.from({ length: size }, () => idPrng.pick([...ALPHABET])).join('')
}

const bytes = (size: number) => Buffer.from(Array.from({ length: size }, () => idPrng.between(0, 255)))

function timer(ms: number, run: () => void) {
  let cancel = scheduler!.after(ms, run)
  return {
    cancel: () => cancel(),
    again: () => {
      cancel = scheduler!.after(ms, run)
    },
    ref() {
      return this
    },
    unref() {
      return this
    },
  }
}
type Timer = ReturnType<typeof timer>

Object.assign(globalThis, {
  setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => timer(ms, () => run(...args)),
  setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => timer(0, () => run(...args)),
  setInterval(run: () => void, ms: number) {
    const repeated: Timer = timer(ms, () => {
      repeated.again()
      run()
    })
    return repeated
  },
  clearTimeout: (set?: Timer) => set?.cancel(),
  clearImmediate: (set?: Timer) => set?.cancel(),
  clearInterval: (set?: Timer) => set?.cancel(),
})
// Modules that read the time while they are loaded get the real one.
const loadedAt = Date.now()
Date.now = () => scheduler?.now() ?? loadedAt
// The request log's milliseconds come from here.
performance.now = () => scheduler?.now() ?? loadedAt
Math.random = () => idPrng.next()
AbortSignal.timeout = (ms) => {
  const late = new AbortController()
  scheduler!.after(ms, () => late.abort(new DOMException('The time is over.', 'TimeoutError')))
  return late.signal
}
Object.assign(crypto, {
  randomBytes: bytes,
  randomUUID: () =>
    bytes(16)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
})
// WebCrypto answers from another thread, when that has time. What receipts are signed with is done here and now.
Object.assign(crypto.webcrypto.subtle, {
  digest: async (_: 'SHA-256', data: Uint8Array) =>
    new Uint8Array(crypto.createHash('sha256').update(data).digest()).buffer,
  sign: async (_: unknown, key: crypto.webcrypto.CryptoKey, data: Uint8Array) =>
    new Uint8Array(crypto.sign(null, data, crypto.KeyObject.from(key))).buffer,
})
syncBuiltinESMExports()
