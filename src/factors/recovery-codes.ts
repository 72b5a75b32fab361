// Recovery codes: ten, each good once, shown once. What is kept of them is a hash of each, encrypted with the factor.

import { createHash, randomInt, timingSafeEqual } from 'node:crypto'

export const RECOVERY_CODE_COUNT = 10
const LENGTH = 10
const HASH_BYTES = 32
/** Without vowels no word comes out, and without 0 O 1 I L nothing is mistaken on paper: 25^10 codes, 46 bits. */
const ALPHABET = '23456789BCDFGHJKMNPQRSTVW'

export function drawRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODE_COUNT }, () => {
    const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
    return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`
  })
}

/** One hash after the other. */
export function hashRecoveryCodes(codes: readonly string[]): Buffer {
  return Buffer.concat(codes.map((code) => hash(code)))
}

/** Which of the codes this is, in any case and with any separators; `null`: none. All are compared, each in constant time. */
export function matchingRecoveryCode(hashes: Buffer, typed: string): number | null {
  const asked = hash(typed)
  let found: number | null = null
  for (let index = 0; index < hashes.length / HASH_BYTES; index++) {
    if (timingSafeEqual(hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES), asked)) found = index
  }
  return found
}

function hash(code: string): Buffer {
  const letters = code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
  return createHash('sha256').update(letters).digest()
}
