// The bank's customers, in memory: one from the start, and those who registered since the process began.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Numbers } from './phone-numbers.ts'
import type { ApprovedTransfer } from './transfers.ts'
import type { VerificationMethod } from './verification-methods.ts'

export type PasswordHash = { salt: Buffer; key: Buffer }

export type User = {
  name: string
  password: PasswordHash
  /** What Answerback knows the person by, for authenticator and recovery codes. */
  subject: string
  numbers: Numbers
  /** How the person was last confirmed by phone: offered first the next time. */
  method: VerificationMethod | null
  transfers: ApprovedTransfer[]
}

export const DEMO_USER = { name: 'ada', password: 'engine-1843' }

const KEY_LENGTH = 32
const MAX_VISITORS = 10_000
const derive = promisify<string, Buffer, number, Buffer>(scrypt)

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16)
  return { salt, key: await derive(password, salt, KEY_LENGTH) }
}

export class Users {
  readonly #users = new Map<string, User>()
  /** Every visitor has a first customer to themselves, since its password is on the page. */
  readonly #firstOf = new Map<string, User>()
  #first: Promise<PasswordHash> | undefined

  isTaken(name: string): boolean {
    return name === DEMO_USER.name || this.#users.has(name)
  }

  /** `null`: the name is taken. */
  add(name: string, password: PasswordHash): User | null {
    if (this.isTaken(name)) return null
    const user = newUser(name, password)
    this.#users.set(name, user)
    return user
  }

  /** Takes the same time for an unknown name. `visitor`: whose first customer it would be. */
  async check(name: string, password: string, visitor: string): Promise<User | null> {
    this.#first ??= hashPassword(DEMO_USER.password)
    const first = await this.#first
    const user = this.#users.get(name)
    const { salt, key } = user?.password ?? first
    const right = timingSafeEqual(key, await derive(password, salt, KEY_LENGTH))
    if (!right) return null
    return name === DEMO_USER.name ? this.#firstCustomer(visitor, first) : (user ?? null)
  }

  #firstCustomer(visitor: string, password: PasswordHash): User {
    const known = this.#firstOf.get(visitor)
    if (known) return known
    const user = newUser(DEMO_USER.name, password)
    if (this.#firstOf.size >= MAX_VISITORS) this.#firstOf.delete(this.#firstOf.keys().next().value!)
    this.#firstOf.set(visitor, user)
    return user
  }
}

function newUser(name: string, password: PasswordHash): User {
  const subject = `saltmarsh-${randomBytes(12).toString('base64url')}`
  return { name, password, subject, numbers: new Numbers(), method: null, transfers: [] }
}
