// What outsiders give us to say: names, details, messages.

/**
 * One line of visible text, at most `most` characters (code points) long. Goes: whatever is heard or seen as nothing,
 * or as something else, such as control, direction and zero-width characters, and halves of surrogate pairs. Stays:
 * markup, which the carrier escapes.
 */
export function sanitizeText(text: string, most: number): string {
  const line = text
    .replace(/[\s\p{Cc}\p{Z}]+/gu, ' ')
    .replace(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, '')
    .normalize('NFC')
    .replace(/ {2,}/g, ' ')
    .trim()
  return [...line].slice(0, most).join('').trimEnd()
}
