// The strict parsing of a JSON body: an unknown field is refused like an invalid value.

import type { Context } from 'hono'
import { E164, RestError } from './form.ts'

export type Body = Record<string, unknown>

export async function readJson(c: Context): Promise<Body> {
  if (!/^application\/json(;|$)/.test(c.req.header('content-type') ?? '')) {
    throw new RestError(415, null, 'the body must be JSON', true)
  }
  const body: unknown = await c.req.json().catch(() => null)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw new RestError(400, null, 'the body must be a JSON object', true)
}

export class JsonFields {
  #left: Map<string, unknown>

  constructor(body: Body) {
    this.#left = new Map(Object.entries(body).filter(([, value]) => value !== null))
  }

  text(name: string, longest = 2048): string | null {
    const value = this.#take(name)
    if (value === undefined) return null
    if (typeof value !== 'string') return rejectField(name, 'must be a string', true)
    return value.length <= longest ? value : rejectField(name, `must have ${longest} characters at most`)
  }

  requiredText(name: string, longest?: number): string {
    return this.text(name, longest) || rejectField(name, 'must not be missing')
  }

  number(name: string): string {
    const value = this.requiredText(name)
    return E164.test(value) ? value : rejectField(name, 'must be an E164 telephone number')
  }

  url(name: string): string | null {
    const value = this.text(name)
    if (value === null) return null
    const right = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    return right ? value : rejectField(name, 'must be a URL')
  }

  oneOf<T extends string | boolean>(name: string, values: readonly T[]): T | null {
    const value = this.#take(name)
    if (value === undefined) return null
    return values.find((allowed) => allowed === value) ?? rejectField(name, `must be one of ${values.join(', ')}`, true)
  }

  integer(name: string, least: number, most: number): number | null {
    const value = this.#take(name)
    if (value === undefined) return null
    if (!Number.isInteger(value)) return rejectField(name, 'must be a whole number', true)
    const right = Number(value) >= least && Number(value) <= most
    return right ? Number(value) : rejectField(name, `must be between ${least} and ${most}`)
  }

  object(name: string): JsonFields | null {
    const value = this.#take(name)
    if (value === undefined) return null
    return Object(value) === value && !Array.isArray(value)
      ? new JsonFields(value as Body)
      : rejectField(name, 'must be an object', true)
  }

  /** A list that may hold only one, since the exchange rings one phone at a time. */
  onlyNumber(name: string): string {
    const value = this.#take(name)
    const list: unknown[] = Array.isArray(value) ? value : [value]
    const [first] = list
    if (list.length !== 1) return rejectField(name, 'must name one number here', true)
    return typeof first === 'string' && E164.test(first) ? first : rejectField(name, 'must be an E164 telephone number')
  }

  rejectUnknown() {
    for (const name of this.#left.keys()) rejectField(name, 'the exchange does not know it', true)
  }

  #take(name: string): unknown {
    const value = this.#left.get(name)
    this.#left.delete(name)
    return value
  }
}

export function rejectField(name: string, why: string, violation = false): never {
  throw new RestError(400, null, `Invalid ${name}: ${why}`, violation)
}
