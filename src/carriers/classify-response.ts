// What an answer to "place this call" or "send this message" means, the same for every carrier.

import type { PlacementResult } from './carrier.ts'
import type { Answer } from './http-client.ts'

export type Blame = 'number' | 'carrier'

export type ResponseClassifier = {
  /** The carrier's name for what was made, or `null` where the body names none that could be one. */
  ref(body: unknown): string | null
  /** Whose fault an answer from 300 up is, and the carrier's code for it; `null` where it doesn't say "not done". */
  refusal(status: number, body: unknown): { blame: Blame; code: string | null } | null
}

export function classifyResponse(answer: Answer, reading: ResponseClassifier): PlacementResult {
  if (answer.type === 'lost') return { type: 'unknown', why: answer.why }
  if (answer.type === 'unreached') return { type: 'refused', blame: 'carrier', why: answer.why }
  const body = parse(answer.body)
  const why = `HTTP ${answer.status}`
  if (answer.status < 300) {
    const ref = reading.ref(body)
    return ref === null ? { type: 'unknown', why: `${why} without a name for it` } : { type: 'placed', ref }
  }
  const refusal = reading.refusal(answer.status, body)
  if (refusal === null) return { type: 'unknown', why }
  return { type: 'refused', blame: refusal.blame, why: named(why, refusal.code) }
}

/** JSON, or `undefined` where it is none. */
export function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Codes are short words. Anything longer is prose, which may hold a number or one of our links. */
function named(why: string, code: string | null): string {
  return code !== null && /^[\w.-]{1,40}$/.test(code) && !/\d{7}/.test(code) ? `${why}, ${code}` : why
}
