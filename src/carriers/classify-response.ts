// What an HTTP answer to "place this call" or "send this message" means, the same for every carrier.

import type { Blame, PlacementResult } from './carrier.ts'
import type { HttpResult } from './http-client.ts'

export type ResponseClassifier = {
  /** The carrier's id of what was created, or `null` where the body has none. */
  refOf(body: unknown): string | null
  /** Whose fault a status from 300 up is, and the carrier's code for it; `null` where it doesn't rule out that it was done. */
  refusalOf(status: number, body: unknown): (Blame & { code: string | null }) | null
}

export function classifyResponse(result: HttpResult, { refOf, refusalOf }: ResponseClassifier): PlacementResult {
  if (result.type === 'lost') return { type: 'unknown', why: result.why }
  if (result.type === 'not_sent') return { type: 'refused', blame: 'carrier', why: result.why }
  const body = parseJson(result.body)
  const why = `HTTP ${result.status}`
  if (result.status < 300) {
    const ref = refOf(body)
    return ref === null ? { type: 'unknown', why: `${why} without an id` } : { type: 'placed', ref }
  }
  const refusal = refusalOf(result.status, body)
  if (refusal === null) return { type: 'unknown', why }
  const { code, ...blame } = refusal
  return { type: 'refused', ...blame, why: isLoggable(code) ? `${why}, ${code}` : why }
}

/** `undefined` where it is no JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A code is a short word. Anything longer is prose, which may contain a phone number or a callback URL. */
export function isLoggable(code: unknown): code is string {
  return typeof code === 'string' && /^[\w.-]{1,40}$/.test(code) && !/\d{7}/.test(code)
}
