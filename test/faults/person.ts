// People at the far end of the line.

import { setTimeout as pause } from 'node:timers/promises'
import type { Ending } from '../../src/exchange/simulator/call.ts'
import type { Phone } from '../../src/exchange/simulator/phone.ts'

/** The two keys that open the code, once they were named. */
export function gateKeys(heard: string): string | null {
  return /press [2-8], then [2-8]/.exec(heard)?.[0].replace(/\D/g, '') ?? null
}

/** Presses the keys whenever somebody listens for one, until the call is over. */
export async function insists(phone: Phone, keys: string, over?: AbortSignal): Promise<Ending | null> {
  const call = phone.calls.at(-1)!
  while (call.ending === null && !over?.aborted) {
    if (call.keypad) await phone.keys(keys)
    await pause(20)
  }
  return call.ending
}
