// Telephone numbers for tests, each used once in a process.

const AREAS = [201, 202, 203, 205, 206, 207, 208, 209, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229]

let used = 0

/** The 555-01xx of one area after the other, kept free for examples (nationalnanpa.com). */
export function nextNumber(): `+${string}` {
  const index = used++
  return `+1${AREAS[Math.floor(index / 99)]}55501${String(index % 99).padStart(2, '0')}`
}

/** As the phones page writes it. Its last four digits alone may be another number's, the caller's too. */
export function spacedNumber(number: string): string {
  return number.replace(/^(\+1)(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3 $4')
}
