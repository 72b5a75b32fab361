// What a person makes of what they hear, in English.

import type { Phone } from '../../src/exchange/simulator/phone.ts'

/** Answers, and presses the key that opens the code. */
export async function opens(phone: Phone): Promise<void> {
  await phone.answers()
  const [key = ''] = (await phone.hears(/code, press \d/)).slice(-1)
  await phone.keys(key)
}

/** Hears the whole reading; the digits of the first. */
export async function writesDown(phone: Phone): Promise<string> {
  const reading = await phone.hears(/code is:.*?Once more:.*?press star\./)
  return reading.replace(/Once more:.*/, '').replace(/\D/g, '')
}

/** The gate key as it was said, and one that it is not. */
export async function hearsGate(phone: Phone): Promise<{ right: string; wrong: string }> {
  const right = (await phone.hears(/code, press \d/)).slice(-1)
  return { right, wrong: right === '5' ? '6' : '5' }
}
