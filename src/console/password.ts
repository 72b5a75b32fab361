// Passwords are drawn here, never chosen: each has 100 bits, so that guessing is hopeless and its owner needs no other.

import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** Crockford's base 32: no I, L, O or U, which are misread. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'
const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** `N` is two to the power of `ln`. */
export type HashCost = { ln: number; r: number; p: number }

/** OWASP Password Storage Cheat Sheet, scrypt: 2^15, 8 and 3 need 32 MiB. */
const COST: HashCost = { ln: 15, r: 8, p: 3 }
const MAX_MEMORY = 64 * 1024 * 1024
const SALT_BYTES = 16
const HASH_BYTES = 32
const KEPT = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/

export function drawPassword(): string {
  const letters = Array.from({ length: 20 }, () => LETTERS[randomInt(LETTERS.length)])
  return letters.join('').replace(/.{5}(?=.)/g, '$&-')
}

/** Its cost stands in it, so that a later one does not lock out whose hash is of an earlier. */
export async function hashPassword(password: string, cost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return text(cost, salt, await hash(password, salt, cost))
}

/** Which no password has, and whose comparison takes as long as that of an account's. */
export function nobodysHash(): string {
  return text(COST, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES))
}

export async function matchesPassword(password: string, kept: string): Promise<boolean> {
  const parts = KEPT.exec(kept)
  if (!parts) return false
  const [ln, r, p] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  const expected = Buffer.from(parts[5]!, 'base64url')
  const given = await hash(password, Buffer.from(parts[4]!, 'base64url'), { ln, r, p })
  return expected.length === given.length && timingSafeEqual(expected, given)
}

function hash(password: string, salt: Buffer, { ln, r, p }: HashCost): Promise<Buffer> {
  return derive(plain(password), salt, HASH_BYTES, { N: 2 ** ln, r, p, maxmem: MAX_MEMORY })
}

function text({ ln, r, p }: HashCost, salt: Buffer, hashed: Buffer): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${hashed.toString('base64url')}`
}

/** As it may be typed: with or without the dashes. */
function plain(password: string): string {
  return password.toLowerCase().replace(/[\s-]/g, '')
}
