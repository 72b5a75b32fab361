/**
 * An app's own words as a sentence: they seldom end in a full stop, and without one a voice runs them into the next.
 * `afterFigure`: the stop of languages in which "9." is read as "ninth".
 */
export function asSentence(text: string, afterFigure = '.'): string {
  if (/[.!?。！？।…]$/.test(text)) return text
  return text + (/\p{N}$/u.test(text) ? afterFigure : '.')
}
