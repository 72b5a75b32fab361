// REST errors, Basic credentials, and the strict parsing of form parameters.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'

/** The parameters of a form or a query, in order. */
export type Parameters = [name: string, value: string][]

/** `violation`: the request is wrong in itself (an unknown parameter), and not only refused. */
export class RestError extends Error {
  readonly status: number
  /** The carrier's own; `null` where it has none. */
  readonly code: number | null
  readonly violation: boolean
  constructor(status: number, code: number | null, message: string, violation = false) {
    super(message)
    this.status = status
    this.code = code
    this.violation = violation
  }
}

export function authorized(c: Context, user: string, password: string): boolean {
  return timingSafeEqual(digest(c.req.header('authorization') ?? ''), digest(basic(user, password)))
}

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

const digest = (text: string) => createHash('sha256').update(text).digest()

export async function readForm(c: Context): Promise<Parameters> {
  if (!/^application\/x-www-form-urlencoded(;|$)/.test(c.req.header('content-type') ?? '')) {
    throw new RestError(415, INVALID_PARAMETER, 'the body must be a form', true)
  }
  return [...new URLSearchParams(await c.req.text())]
}

const INVALID_PARAMETER = 20001
export const E164 = /^\+[1-9]\d{6,14}$/

export class Form {
  #values = new Map<string, string[]>()
  #left: Set<string>

  constructor(parameters: Parameters) {
    for (const [name, value] of parameters) this.#values.set(name, [...(this.#values.get(name) ?? []), value])
    this.#left = new Set(this.#values.keys())
  }

  list(name: string): string[] {
    this.#left.delete(name)
    return this.#values.get(name) ?? []
  }

  /** An empty parameter counts as absent. */
  text(name: string): string | null {
    const values = this.list(name)
    if (values.length > 1) throw new RestError(400, INVALID_PARAMETER, `${name} was given twice`, true)
    return values[0] || null
  }

  number(name: string, code: number): string | null {
    const value = this.text(name)
    if (value !== null && !E164.test(value)) throw new RestError(400, code, `${name} is not a valid phone number`)
    return value
  }

  url(name: string, code: number): string | null {
    const value = this.text(name)
    if (value === null) return null
    const url = URL.canParse(value) ? new URL(value) : null
    if (url && /^https?:$/.test(url.protocol) && !url.hostname.includes('_')) return value
    throw new RestError(400, code, `${name} is not a valid URL`)
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | null {
    const value = this.text(name)
    return value === null ? null : this.#among(name, value, values)
  }

  all<T extends string>(name: string, values: readonly T[]): T[] {
    return this.list(name).map((value) => this.#among(name, value, values))
  }

  integer(name: string, least: number, most: number, code = INVALID_PARAMETER): number | null {
    const value = this.text(name)
    if (value === null) return null
    if (/^\d+$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value)
    throw new RestError(400, code, `${name} must be between ${least} and ${most}`)
  }

  rejectUnknown() {
    for (const name of this.#left) {
      throw new RestError(400, INVALID_PARAMETER, `the exchange does not know the parameter ${name}`, true)
    }
  }

  #among<T extends string>(name: string, value: string, values: readonly T[]): T {
    const found = values.find((allowed) => allowed === value)
    if (found) return found
    throw new RestError(400, INVALID_PARAMETER, `${name} cannot be ${value}`, true)
  }
}
