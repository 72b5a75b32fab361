// The bank's customers. One is there from the start; the others register, and are forgotten when the process ends.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

export type Hash = { salt: Buffer; key: Buffer }
/** `number` is the one proved at registration; the customer who is there from the start says theirs at sign-in. */
export type User = { name: string; number: string | null; password: Hash }

export const FIRST_USER = { name: 'ada', password: 'engine-1843' }

const KEY_LENGTH = 32
const derive = promisify<string, Buffer, number, Buffer>(scrypt)

export async function hashPassword(password: string): Promise<Hash> {
  const salt = randomBytes(16)
  return { salt, key: await derive(password, salt, KEY_LENGTH) }
}

export class Users {
  readonly #users = new Map<string, User>()
  #first: Promise<Hash> | undefined

  taken(name: string): boolean {
    return name === FIRST_USER.name || this.#users.has(name)
  }

  add(user: User): boolean {
    if (this.taken(user.name)) return false
    this.#users.set(user.name, user)
    return true
  }

  /** Takes the same time for a name that nobody has. */
  async check(name: string, password: string): Promise<User | null> {
    this.#first ??= hashPassword(FIRST_USER.password)
    const first: User = { name: FIRST_USER.name, number: null, password: await this.#first }
    const user = name === first.name ? first : this.#users.get(name)
    const { salt, key } = (user ?? first).password
    const right = timingSafeEqual(key, await derive(password, salt, KEY_LENGTH))
    return user && right ? user : null
  }
}
