// What a person with a phone does, in English calls.

import { setTimeout as pause } from 'node:timers/promises'
import type { Ending } from '../../src/exchange/simulator/call.ts'
import type { Phone } from '../../src/exchange/simulator/phone.ts'

/** Answers and presses the two gate keys. */
export async function openGate(phone: Phone): Promise<void> {
  await phone.answers()
  await phone.keys((await hearGateKeys(phone)).right)
}

/** Listens to the whole reading and returns the digits. */
export async function hearCode(phone: Phone): Promise<string> {
  const reading = await phone.hears(/code is:.*?Once more:.*?press star\./)
  return reading.replace(/Once more:.*/, '').replace(/\D/g, '')
}

/** The two gate keys, and two wrong ones. */
export async function hearGateKeys(phone: Phone): Promise<{ right: string; wrong: string }> {
  const right = (await phone.hears(/code, press \d, then \d/)).replace(/\D/g, '')
  return { right, wrong: right.replace(/\d/g, (key) => (key === '5' ? '6' : '5')) }
}

/** The key that approves. */
export async function hearApproveKey(phone: Phone): Promise<string> {
  return (await phone.hears(/To approve, press \d/)).replace(/\D/g, '').at(-1)!
}

/** The two gate keys in what was heard, once they were named. */
export function gateKeys(heard: string): string | null {
  return /press [2-8], then [2-8]/.exec(heard)?.[0].replace(/\D/g, '') ?? null
}

/** In real time: presses the keys whenever a gather listens, until the call has ended. */
export async function pressUntilEnd(phone: Phone, keys: string, ended?: AbortSignal): Promise<Ending | null> {
  const call = phone.calls.at(-1)!
  while (call.ending === null && !ended?.aborted) {
    if (call.keypad) await phone.keys(keys)
    await pause(20)
  }
  return call.ending
}
