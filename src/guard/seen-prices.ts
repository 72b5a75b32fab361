// Prices that carriers tell of calls and texts: known here at once, and to the other instances within a minute or so.

import type { CarrierName, E164 } from '../domain/challenge.ts'
import { DatabaseUnavailable } from '../store/database-errors.ts'
import type { LearntPrice, LearntPrices } from '../store/learnt-prices.ts'
import { HIGHEST_PRICE, type RateDeck, UNITS } from './rate-deck.ts'

export type SeenPrice = { amount: number } & ({ billedSeconds: number } | { segments: number })

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
    note(to, carrier, price) {
      const [channel, units] =
        'segments' in price ? (['sms', price.segments] as const) : (['call', price.billedSeconds / 60] as const)
      const prefix = deck.priceGroup(to, carrier)
      const seen: LearntPrice = { carrier, prefix, channel, price: Math.ceil((price.amount * UNITS) / units) }
      if (!(seen.price <= HIGHEST_PRICE)) return
      deck.learn([seen])
      unwritten.set(`${channel} ${carrier} ${prefix}`, seen)
    },
    async write() {
      if (unwritten.size === 0) return
      const seen = unwritten
      unwritten = new Map()
      try {
        await store.learn([...seen.values()])
      } catch (error) {
        // To learn a price twice changes nothing; one that was told since is newer.
        if (error instanceof DatabaseUnavailable) unwritten = new Map([...seen, ...unwritten])
        throw error
      }
    },
    async read() {
      if (rounds++ % READ_EACH === 0) deck.learn(await store.list())
    },
  }
}
