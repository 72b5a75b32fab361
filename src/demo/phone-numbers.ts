// The phone numbers of a customer. Each is proved by call and by text apart: who answers one need not read the other.

import { randomBytes } from 'node:crypto'
import type { Channel } from '../client/client.ts'

export type PhoneNumber = {
  id: string
  /** E.164. It leaves this server for Answerback alone; pages show it masked. */
  number: string
  masked: string
  proved: Record<Channel, boolean>
  /** It is being told of a change, which it may undo, so it can't be removed meanwhile. */
  isTold: boolean
}

export class Numbers {
  #numbers: PhoneNumber[] = []
  #preferred: string | null = null

  get all(): readonly PhoneNumber[] {
    return this.#numbers
  }

  /** Those on which the person was reached this way. */
  provedBy(channel: Channel): PhoneNumber[] {
    return this.#numbers.filter(({ proved }) => proved[channel])
  }

  /** The chosen one while it is proved, otherwise the first that is. */
  get preferred(): PhoneNumber | null {
    const proved = this.#numbers.filter(isActive)
    return proved.find(({ id }) => id === this.#preferred) ?? proved[0] ?? null
  }

  find(id: string | undefined): PhoneNumber | null {
    return this.#numbers.find((one) => one.id === id) ?? null
  }

  findNumber(number: string): PhoneNumber | null {
    return this.#numbers.find((one) => one.number === number) ?? null
  }

  /** Inactive until it is proved. */
  add(number: string, masked: string): PhoneNumber {
    const added = {
      id: randomBytes(9).toString('base64url'),
      number,
      masked,
      proved: { call: false, sms: false },
      isTold: false,
    }
    this.#numbers.push(added)
    return added
  }

  prefer({ id }: PhoneNumber): void {
    this.#preferred = id
  }

  /** Not the last one that is proved, since its owner could not come back, nor one that is being told of another. */
  remove(number: PhoneNumber): boolean {
    if (number.isTold) return false
    if (isActive(number) && this.#numbers.filter(isActive).length === 1) return false
    this.#numbers = this.#numbers.filter((one) => one !== number)
    return true
  }
}

export function isActive({ proved }: PhoneNumber): boolean {
  return proved.call || proved.sms
}
