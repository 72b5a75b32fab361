// The bank's customers, in memory: one from the start, and those who registered since the process began.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

export type PasswordHash = { salt: Buffer; key: Buffer }
/** `number` is the one proved at registration; the customer from the start types theirs at sign-in. */
export type User = { name: string; number: string | null; password: PasswordHash }

export const DEMO_USER = { name: 'ada', password: 'engine-1843' }

const KEY_LENGTH = 32
const derive = promisify<string, Buffer, number, Buffer>(scrypt)

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16)
  return { salt, key: await derive(password, salt, KEY_LENGTH) }
}

export class Users {
  readonly #users = new Map<string, User>()
  #first: Promise<PasswordHash> | undefined

  isTaken(name: string): boolean {
    return name === DEMO_USER.name || this.#users.has(name)
  }

  add(user: User): boolean {
    if (this.isTaken(user.name)) return false
    this.#users.set(user.name, user)
    return true
  }

  /** Takes the same time for an unknown name. */
  async check(name: string, password: string): Promise<User | null> {
    this.#first ??= hashPassword(DEMO_USER.password)
    const first: User = { name: DEMO_USER.name, number: null, password: await this.#first }
    const user = name === first.name ? first : this.#users.get(name)
    const { salt, key } = (user ?? first).password
    const right = timingSafeEqual(key, await derive(password, salt, KEY_LENGTH))
    return user && right ? user : null
  }
}
