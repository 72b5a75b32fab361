// What apps give us to speak, show and text: names, details, messages.

/** Scripts in which a joiner or a non-joiner changes how a word is spelt: Arabic's, Mongolian, and those of India. */
const JOINED_SCRIPTS = [
  ...['Arabic', 'Syriac', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu'],
  ...['Kannada', 'Malayalam', 'Sinhala', 'Tibetan', 'Myanmar', 'Khmer'],
]
const JOINED = JOINED_SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')
const LETTER_BEFORE = `(?<=[${JOINED}])`
const LETTER_AFTER = `(?=[${JOINED}])`
const EMOJI_BEFORE = '(?<=\\p{Extended_Pictographic}[\\u{1F3FB}-\\u{1F3FF}\\uFE0F]?)'
/**
 * A joiner within a word or an emoji; what makes a sign an emoji or text, and a flag that of England; the form of a
 * Chinese or Mongolian character, which tells names apart.
 */
const SPELLING = [
  `${LETTER_BEFORE}[\\u200C\\u200D]${LETTER_AFTER}`,
  `${EMOJI_BEFORE}\\u200D(?=\\p{Extended_Pictographic})`,
  '(?<=\\p{Extended_Pictographic})[\\uFE0E\\uFE0F]',
  '(?<=[0-9#*])\\uFE0F(?=\\u20E3)',
  // unicode.org/reports/tr51, emoji tag sequences: a region's code, and the tag that ends it.
  '(?<=\\u{1F3F4})[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{3,6}\\u{E007F}',
  '(?<=\\p{Script=Han})[\\u{E0100}-\\u{E01EF}]',
  '(?<=\\p{Script=Mongolian})[\\u180B-\\u180D\\u180F]',
].join('|')
const INVISIBLE = new RegExp(`(${SPELLING})|[\\p{C}\\p{Default_Ignorable_Code_Point}]`, 'gu')

/** Also two signs that are drawn as nothing: Braille's empty cell, and what holds the place of an object. */
const BLANK = /[\s\p{Cc}\p{Z}\u2800\uFFFC]+/gu

const LINE_BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/

/**
 * One line of visible text, at most `max` characters (code points) long. Removed are control, direction and zero-width
 * characters and halves of surrogate pairs. Kept are joiners that spell a word or an emoji, and markup, which the carrier
 * escapes.
 */
export function sanitizeText(text: string, max: number): string {
  const line = withoutInvisible(text.replace(BLANK, ' ')).normalize('NFC').replace(/ {2,}/g, ' ').trim()
  return withoutInvisible([...line].slice(0, max).join('')).trimEnd()
}

/** What a voice can say: a letter, a digit or a sign. Of marks and points alone a call would be silent. */
export function isSpeakable(text: string): boolean {
  return /[\p{L}\p{N}\p{S}]/u.test(text)
}

/** The same for a message, which keeps its lines; of several empty ones one stays. */
export function sanitizeMessage(text: string): string {
  const lines = text.split(LINE_BREAK).map((line) => sanitizeText(line, Number.POSITIVE_INFINITY))
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '')
}

/** Again and again, since a joiner may lose its neighbour to another invisible character. */
function withoutInvisible(text: string): string {
  const visible = text.replace(INVISIBLE, '$1')
  return visible === text ? text : withoutInvisible(visible)
}
