// What a person makes of what they hear, in English.

import type { Phone } from '../../src/exchange/simulator/phone.ts'

/** Answers, and presses the two keys that open the code. */
export async function opens(phone: Phone): Promise<void> {
  await phone.answers()
  await phone.keys((await hearsGate(phone)).right)
}

/** Hears the whole reading; the digits of the first. */
export async function writesDown(phone: Phone): Promise<string> {
  const reading = await phone.hears(/code is:.*?Once more:.*?press star\./)
  return reading.replace(/Once more:.*/, '').replace(/\D/g, '')
}

/** The two gate keys as they were said, and two of which each is another. */
export async function hearsGate(phone: Phone): Promise<{ right: string; wrong: string }> {
  const right = (await phone.hears(/code, press \d, then \d/)).replace(/\D/g, '')
  return { right, wrong: right.replace(/\d/g, (key) => (key === '5' ? '6' : '5')) }
}
