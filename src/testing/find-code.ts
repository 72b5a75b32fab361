// Finds the code in what a phone was told, in any language: by its figures alone.

/** The longest figure of 4 to 8 digits; of equally long ones the first. */
export function codeInMessage(text: string): string | null {
  const figures = text.match(/(?<!\d)\d{4,8}(?!\d)/g) ?? []
  return figures.sort((one, other) => other.length - one.length)[0] ?? null
}

/**
 * A code is spoken digit by digit, twice, with words between the two: figures that only marks stand between, 4 to 8 of them,
 * and the same again. A second reading that has not come to its end is shorter, so it is none yet.
 */
export function codeSpokenTwice(sentences: string[]): string | undefined {
  const readings = (sentences.join(' ').match(READING) ?? []).map((reading) => reading.replace(/\D/g, ''))
  return readings
    .filter((reading, index) => reading.length >= 4 && reading.length <= 8 && reading === readings[index - 1])
    .at(-1)
}

/** The sentence of the gate ends in three keys: two that open it, and the one that reports fraud. */
export function gateKeys(sentences: string[]): string | undefined {
  const keys = loneFigures(sentences.join(' ')).slice(-3)
  return keys.length === 3 ? keys.slice(0, 2).join('') : undefined
}

/** Lone figures, with no letter between them. */
const READING = /(?<![\d])\d(?:[^\p{L}\d]+\d)*(?!\d)/gu

const loneFigures = (text: string) => text.match(/(?<!\d)\d(?!\d)/g) ?? []
