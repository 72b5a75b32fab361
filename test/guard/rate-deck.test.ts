// What a carrier tells of one call is the price of numbers like it, and of no others.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultDeck } from '../../src/config/rate-deck-file.ts'
import type { E164 } from '../../src/domain/challenge.ts'
import { createRateDeck, DECK_HEAD, parseDeck } from '../../src/guard/rate-deck.ts'
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

test('a price that no deck could have is not learnt, and spoils none that is told beside it', async () => {
  const learnt: { prefix: string; price: number }[] = []
  const deck = createRateDeck(defaultDeck())
  const prices = createSeenPrices({ ...NO_STORE, learn: async (seen) => void learnt.push(...seen) }, deck)
  prices.note(number('+442079460123'), 'plivo', { amount: 999_999, segments: 1 })
  prices.note(number('+5351234567'), 'plivo', { amount: 999_999, billedSeconds: 0.000_000_01 })
  prices.note(number('+5351234567'), 'plivo', { amount: Number.NaN, segments: 1 })
  prices.note(number('+12025550123'), 'plivo', { amount: 0.02, billedSeconds: 60 })
  await prices.write()
  assert.deepEqual(
    learnt.map(({ prefix, price }) => `${prefix} ${price}`),
    ['+12025 200'],
  )
  assert.equal(deck.price(number('+442079460123'), 'plivo', 'sms'), 1000)
})

test('a deck is read as spreadsheets write it', () => {
  const plain = { entries: [{ prefix: '+', carrier: null, perMinute: 5000, perText: 1000 }] }
  for (const csv of [
    `${DECK_HEAD}\n+,,0.5,0.1`,
    `\uFEFF${DECK_HEAD}\r\n+,,0.5,0.1\r\n`,
    '"prefix","carrier","per_minute","per_text"\n"+","","0.5","0.1"\n',
    '# of May\n\nPrefix, Carrier, Per_Minute, Per_Text\n# all\n+ , , 0.5 , 0.1',
  ])
    assert.deepEqual(parseDeck(csv), plain, csv)
})

test('what is wrong in a deck is named by its line', () => {
  const fault = (...lines: string[]) => parseDeck([DECK_HEAD, '+,,0.5,0.1', ...lines].join('\n'))
  for (const line of ['+44,,-0.1,0.1', '+44,,1e3,0.1', '+44,,99999,0.1', '+44,,0.1', '+44,,,', '+44,,NaN,0.1'])
    assert.deepEqual(fault('# a remark', line), {
      fault: 'line 4: its prices are not two amounts such as 0.02 and 0.1',
    })
  assert.deepEqual(fault('44,,0.1,0.1'), { fault: 'line 3: its prefix is not + and digits' })
  assert.deepEqual(fault('+44,,"0,1",0.1'), { fault: 'line 3: has more than four columns' })
  assert.deepEqual(fault('+44,,0.1,0.1', '+44,twilio,0.1,0.1', '+44,,0.9,0.9'), {
    fault: 'line 5: has the prefix and the carrier of line 3',
  })
  for (const head of ['prefix;carrier;per_minute;per_text', 'prefix,per_minute,per_text', ''])
    assert.deepEqual(parseDeck(`${head}\n+,,0.5,0.1`), { fault: `its first line is not ${DECK_HEAD}` })
})
