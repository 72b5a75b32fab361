// Figures as words of a page; a dash where there is nothing to count.

import type { Group, Share } from '../statistics-summary.ts'
import { REASON_WORDS } from './challenge-words.ts'

export function percentWords({ count, of }: Share): string {
  return of === 0 ? '–' : `${Math.round((100 * count) / of)} %`
}

export function shareWords(share: Share): string {
  return share.of === 0 ? '–' : `${percentWords(share)} of ${share.of}`
}

export function secondsWords(seconds: number | null): string {
  return seconds === null ? '–' : `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
}

export function commonestFailure({ failures: [first] }: Group): string {
  return first ? `${REASON_WORDS[first[0]]} (${first[1]})` : '–'
}

/** Thousands apart, so that an amount is read at once. */
export function moneyWords(amount: number): string {
  const rounded = amount.toFixed(2)
  return (rounded === '-0.00' ? '0.00' : rounded).replace(/\B(?=(\d{3})+\.)/g, ' ')
}
