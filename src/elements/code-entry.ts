// What was typed or pasted as a code, before it is sent.

import type { Texts } from './texts.ts'

/** Without the separators that people and messages put into codes. Digits of any script become 0 to 9. */
export function normalizeCode(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}.\p{Cf}]/gu, '')
    .replace(/\p{Nd}/gu, asciiDigit)
}

/** What is wrong with a code before it would cost an attempt or be refused; `null` when nothing is. */
export function codeProblem(code: string, length: number, texts: Texts): string | null {
  if (!/^\d+$/.test(code)) return texts.digitsOnly
  return code.length === length ? null : texts.wrongLength(length, code.length)
}

/** Decimal digits stand in runs of ten from zero up (Unicode, 4.6), and no run that NFKC leaves follows another at once. */
function asciiDigit(digit: string): string {
  if (digit >= '0' && digit <= '9') return digit
  const point = digit.codePointAt(0)!
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value += 1
  return String(value)
}
