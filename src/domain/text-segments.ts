// How long a text message is for the network: it is sent, and billed, in segments.

/** The GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1) without the escape itself. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
/** Its extension: an escape, then a character. */
const EXTENDED = new Set('\f^{}\\[~]|€')

/** `units` are septets in GSM-7 and UTF-16 units in UCS-2. A segment of several gives some to the header that joins them. */
export function segments(text: string): { encoding: 'gsm7' | 'ucs2'; units: number; segments: number } {
  const characters = [...text]
  const gsm7 = characters.every((character) => BASIC.has(character) || EXTENDED.has(character))
  const sizes = characters.map((character) => (gsm7 ? (BASIC.has(character) ? 1 : 2) : character.length))
  const units = sizes.reduce((sum, size) => sum + size, 0)
  const encoding = gsm7 ? 'gsm7' : 'ucs2'
  const [alone, joined] = gsm7 ? [160, 153] : [70, 67]
  return { encoding, units, segments: units <= alone ? 1 : filled(sizes, joined) }
}

/** A character of two units is never split, so a segment may end one unit short. */
function filled(sizes: number[], room: number): number {
  let count = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > room) {
      count++
      used = 0
    }
    used += size
  }
  return count
}
