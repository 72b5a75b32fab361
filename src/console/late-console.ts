// The console's modules and those that draw its charts are a twelfth of all, and no start needs them: whoever asks for a page
// loads them, or the server itself a while after its start.

import type { Hono } from 'hono'
import { loadOnce } from '../http/load-once.ts'
import { onThisMachine } from '../http/middleware/this-machine.ts'
import type { SignIn } from './console.ts'
import type { ConsoleParts } from './console-parts.ts'

/** By then a deployment has seen that this instance is ready. */
const LOAD_AFTER_MS = 2_000

export type LateConsole = { app(): Promise<Hono>; loadSoon(): void }

/** `signIn`: `null` where who sits at this machine needs none. */
export function lateConsole(parts: ConsoleParts, signIn: SignIn | null): LateConsole {
  const { stopping, clock, log } = parts
  const app = loadOnce(async () => {
    const { consoleWithSignIn, openConsole } = await import('./console.ts')
    return signIn ? consoleWithSignIn(parts, signIn) : onThisMachine(openConsole(parts))
  })
  return {
    app,
    loadSoon() {
      const cancel = clock.after(LOAD_AFTER_MS, () => {
        app().catch((err: Error) => log.error({ err }, 'console not loaded'))
      })
      stopping.addEventListener('abort', cancel, { once: true })
    },
  }
}
