// The words of shared phrases, a list for each language: names of things that are seen, of which any two can stand side by
// side in any order, so that nothing has to agree and nothing can be read into a pair; none is a weapon, or a word that also
// insults. No two begin or end alike or differ in a letter or two only, as they are spelt and as they are heard, since they are
// told apart over a telephone; a test holds the lists to that.

export function wordList(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
