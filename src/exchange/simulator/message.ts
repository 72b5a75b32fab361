// A text message and its state.

import type { CarrierName } from './carrier-name.ts'

export const RECEIPTS = ['delivered', 'unreachable', 'landline', 'blocked', 'carrier_failed', 'none'] as const
/** The receipt for the next message to a number. `none`: no final receipt comes. */
export type Receipt = (typeof RECEIPTS)[number]

/** `failed` is the carrier's own failure, `undelivered` the network's or the phone's. */
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
