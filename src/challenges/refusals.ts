import type { Outcome } from '../domain/challenge.ts'
import type { Refusal } from '../domain/refusal.ts'

export const NUMBER_BUSY: Refusal = {
  refused: 'conflict',
  detail: 'A call to this number, or for this account, is placing, ringing or answered.',
}

export const NO_CARRIER: Refusal = {
  refused: 'carrier_unavailable',
  detail: 'No carrier can be tried now. Nothing was dialled.',
}

export const NOT_FOUND: Refusal = { refused: 'not_found', detail: 'There is no such challenge.' }

export function hasEnded(status: Outcome['status']): Refusal {
  return { refused: 'conflict', detail: `The challenge has ended already: ${status}.` }
}
