// A text message and what became of it.

import type { CarrierName } from './carrier-name.ts'

export const RECEIPTS = ['delivered', 'unreachable', 'landline', 'blocked', 'none'] as const
/** What a number reports of the next message to it; `none`: it never says. */
export type Receipt = (typeof RECEIPTS)[number]

export type Message = {
  id: string
  carrier: CarrierName
  from: string
  to: string
  text: string
  at: Date
  state: 'queued' | 'sent' | 'delivered' | 'undelivered'
  receipt: Receipt
}
