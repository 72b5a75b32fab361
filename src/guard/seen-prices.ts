// Prices that carriers tell of calls and texts: known here at once, and to the other instances within a minute or so.

import type { CarrierName, E164 } from '../domain/challenge.ts'
import type { LearntPrice, LearntPrices } from '../store/learnt-prices.ts'
import { type RateDeck, UNITS } from './rate-deck.ts'

/** `billedSeconds`: of a call. */
export type SeenPrice = { amount: number; billedSeconds?: number }

export type SeenPrices = {
  note(to: E164, carrier: CarrierName, price: SeenPrice): void
  /** About once a second. */
  write(): Promise<void>
  read(): Promise<void>
}

/** What other instances have learnt is read once in so many rounds. */
const READ_EACH = 60

export function createSeenPrices(store: LearntPrices, deck: RateDeck): SeenPrices {
  let unwritten = new Map<string, LearntPrice>()
  let rounds = 0
  return {
    note(to, carrier, { amount, billedSeconds }) {
      const [channel, minutes] =
        billedSeconds === undefined ? (['sms', 1] as const) : (['call', billedSeconds / 60] as const)
      const prefix = deck.priceGroup(to, carrier)
      const seen: LearntPrice = { carrier, prefix, channel, price: Math.ceil((amount * UNITS) / minutes) }
      deck.learn([seen])
      unwritten.set(`${channel} ${carrier} ${prefix}`, seen)
    },
    async write() {
      if (unwritten.size === 0) return
      const seen = [...unwritten.values()]
      unwritten = new Map()
      await store.learn(seen)
    },
    async read() {
      if (rounds++ % READ_EACH === 0) deck.learn(await store.list())
    },
  }
}
