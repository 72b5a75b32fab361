// Passwords are drawn here, never chosen: each has 100 bits, so that guessing is hopeless and its owner needs no other.

import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** Crockford's base 32: no I, L, O or U, which are misread. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'
const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** OWASP Password Storage Cheat Sheet, scrypt: 2^15, 8 and 3 need 32 MiB. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const HASH_BYTES = 32

export function drawPassword(): string {
  const letters = Array.from({ length: 20 }, () => LETTERS[randomInt(LETTERS.length)])
  return letters.join('').replace(/.{5}(?=.)/g, '$&-')
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(plain(password), salt, HASH_BYTES, COST)
  return `scrypt$${salt.toString('base64url')}$${hash.toString('base64url')}`
}

export async function matchesPassword(password: string, kept: string): Promise<boolean> {
  const [, salt = '', hash = ''] = kept.split('$')
  const expected = Buffer.from(hash, 'base64url')
  const given = await derive(plain(password), Buffer.from(salt, 'base64url'), HASH_BYTES, COST)
  return expected.length === given.length && timingSafeEqual(expected, given)
}

/** As it may be typed: with or without the dashes. */
function plain(password: string): string {
  return password.toLowerCase().replace(/[\s-]/g, '')
}
