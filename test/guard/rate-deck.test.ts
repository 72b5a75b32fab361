// What a carrier tells of one call is the price of numbers like it, and of no others.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultDeck } from '../../src/config/rate-deck-file.ts'
import type { E164 } from '../../src/domain/challenge.ts'
import { createRateDeck } from '../../src/guard/rate-deck.ts'
import { createSeenPrices } from '../../src/guard/seen-prices.ts'

const NO_STORE = { learn: async () => {}, list: async () => [] }
const number = (text: string) => text as E164

test('a cheap call teaches nothing of a dear country, though the deck has one price for both', () => {
  const deck = createRateDeck(defaultDeck())
  const before = deck.price(number('+5351234567'), 'plivo', 'call')
  createSeenPrices(NO_STORE, deck).note(number('+442079460123'), 'plivo', { amount: 0.01, billedSeconds: 60 })
  assert.equal(deck.price(number('+442079460999'), 'plivo', 'call'), 100)
  assert.equal(deck.price(number('+5351234567'), 'plivo', 'call'), before)
  assert.equal(deck.price(number('+442079460999'), 'twilio', 'call'), before)
  assert.equal(deck.price(number('+442079460999'), 'plivo', 'sms'), 1000)
})

test('nor of a dearer entry of the same beginning', () => {
  const entry = (prefix: string, perMinute: number) => ({ prefix, carrier: null, perMinute, perText: 1 })
  const deck = createRateDeck([entry('+', 5000), entry('+4420', 100), entry('+44207946', 9000)])
  createSeenPrices(NO_STORE, deck).note(number('+442071110123'), 'plivo', { amount: 0.02, billedSeconds: 120 })
  assert.equal(deck.price(number('+442071119999'), 'plivo', 'call'), 100)
  assert.equal(deck.price(number('+442079460123'), 'plivo', 'call'), 9000)
})

test('a deck may have more entries than a function takes arguments', () => {
  const entry = (prefix: string) => ({ prefix, carrier: null, perMinute: 100, perText: 1 })
  const entries = Array.from({ length: 300_000 }, (_, index) => entry(`+44${index}`))
  const deck = createRateDeck([{ ...entry('+'), perMinute: 5000 }, ...entries])
  assert.equal(deck.price(number('+442079460123'), 'plivo', 'call'), 100)
  assert.equal(deck.price(number('+12025550123'), 'plivo', 'call'), 5000)
})
