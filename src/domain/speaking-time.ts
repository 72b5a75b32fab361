// How soon a sentence can have been heard, at the least.

import type { Locale } from './locale.ts'

/**
 * Characters a second, four times as fast as the carriers' voices speak, so that no listener is refused: a relay
 * service shows a sentence before it is spoken to its end, and a voice may be set faster than usual.
 */
const FASTEST = 60
/** A character of Japanese is a syllable or a whole word. */
const FASTEST_JAPANESE = 30

export function leastSecondsToSpeak(text: string, locale: Locale): number {
  return text.length / (locale === 'ja-JP' ? FASTEST_JAPANESE : FASTEST)
}
