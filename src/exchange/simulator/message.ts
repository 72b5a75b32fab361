// A text message and what became of it.

import type { CarrierName } from './carrier-name.ts'

export const RECEIPTS = ['delivered', 'unreachable', 'landline', 'blocked', 'carrier_failed', 'none'] as const
/** What a number reports of the next message to it; `none`: it never says. */
export type Receipt = (typeof RECEIPTS)[number]

/** What a message becomes: a carrier's own failure has a state of its own. */
export const finalState = (receipt: Receipt): Message['state'] => {
  if (receipt === 'delivered') return 'delivered'
  return receipt === 'carrier_failed' ? 'failed' : 'undelivered'
}

export type Message = {
  id: string
  carrier: CarrierName
  from: string
  to: string
  text: string
  at: Date
  state: 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed'
  receipt: Receipt
}
