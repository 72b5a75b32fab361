// Finds the code in what a phone was told, in any language: by its figures alone.

/** The longest figure of 4 to 8 digits; of equally long ones the first. */
export function codeInMessage(text: string): string | null {
  const figures = text.match(/(?<!\d)\d{4,8}(?!\d)/g) ?? []
  return figures.sort((one, other) => other.length - one.length)[0] ?? null
}

/**
 * A code is spoken digit by digit, twice: the longest run of 4 to 8 lone figures that comes twice in a row, and the last
 * such run, since a key that was named before may be the code's last digit.
 */
export function codeSpokenTwice(sentences: string[]): string | undefined {
  const figures = loneFigures(sentences.join(' '))
  for (let length = LONGEST; length >= SHORTEST; length--) {
    for (let start = figures.length - 2 * length; start >= 0; start--) {
      const once = figures.slice(start, start + length).join('')
      if (figures.slice(start + length, start + 2 * length).join('') === once) return once
    }
  }
  return undefined
}

/** The sentence of the gate ends in three keys: two that open it, and the one that reports fraud. */
export function gateKeys(sentences: string[]): string | undefined {
  const keys = loneFigures(sentences.join(' ')).slice(-3)
  return keys.length === 3 ? keys.slice(0, 2).join('') : undefined
}

const SHORTEST = 4
const LONGEST = 8

const loneFigures = (text: string) => text.match(/(?<!\d)\d(?!\d)/g) ?? []
