// An authenticator app, by RFC 4226 alone.

import { createHmac } from 'node:crypto'

/** The code that the app shows so many steps after the one of `now`. */
export function codeFor(base32: string, steps: number, now: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000) + steps))
  const digest = createHmac('sha1', bytesOf(base32)).update(counter).digest()
  const offset = digest[19]! & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** A code that none of the steps around `now` has. */
export function wrongCodeFor(base32: string, now: number): string {
  const right = [-2, -1, 0, 1, 2, 3].map((steps) => codeFor(base32, steps, now))
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !right.includes(code))!
}

function bytesOf(base32: string): Buffer {
  const bits = [...base32].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  return Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)!
      .map((byte) => Number.parseInt(byte, 2)),
  )
}
