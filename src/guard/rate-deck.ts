// What a minute to a number, or a text, is taken to cost: the longest entry of the deck that the number begins with, one of
// the carrier before one of any. A deck is CSV, so that a carrier's price list becomes one in a spreadsheet.

import { CARRIERS, type CarrierName, type Channel, type E164 } from '../domain/challenge.ts'
import type { LearntPrice } from '../store/learnt-prices.ts'

/** `carrier`: `null` for any. Prices in ten thousandths of the deck's currency. */
export type DeckEntry = { prefix: string; carrier: CarrierName | null; perMinute: number; perText: number }

export type RateDeck = {
  /** A text, or a minute of a call: less is not billed. */
  price(to: E164, carrier: CarrierName, channel: Channel): number
  /** Of which numbers a price that the carrier tells of one is taken to be the price. */
  priceGroup(to: E164, carrier: CarrierName): string
  learn(prices: readonly LearntPrice[]): void
}

/** Money is counted in ten thousandths: a call in the cheapest countries costs less than a cent. */
export const UNITS = 10_000

/** What is told as more is no price: an amount in a deck has at most four digits before its point. */
export const HIGHEST_PRICE = 10_000 * UNITS

/**
 * The plus and five digits: a country and, mostly, who serves the number there. The deck's own entry may be for all countries,
 * of which a cheap one tells nothing of a dear one.
 */
const GROUP = 6

export const DECK_HEAD = 'prefix,carrier,per_minute,per_text'

export type ParsedDeck = { entries: DeckEntry[] } | { fault: string }

/** Lines that begin with # are left out. */
export function parseDeck(csv: string): ParsedDeck {
  const lines = csv.split(/\r?\n/).map((line, index) => ({ text: line.trim(), at: index + 1 }))
  const [head, ...rows] = lines.filter(({ text }) => text !== '' && !text.startsWith('#'))
  if (!head || cellsOf(head.text).join(',').toLowerCase() !== DECK_HEAD)
    return { fault: `its first line is not ${DECK_HEAD}` }
  const entries: DeckEntry[] = []
  const lineOf = new Map<string, number>()
  for (const { text, at } of rows) {
    const entry = parseEntry(text)
    if (typeof entry === 'string') return { fault: `line ${at}: ${entry}` }
    const name = nameOf(entry.carrier, entry.prefix)
    const before = lineOf.get(name)
    if (before !== undefined) return { fault: `line ${at}: has the prefix and the carrier of line ${before}` }
    lineOf.set(name, at)
    entries.push(entry)
  }
  return entries.some(({ prefix, carrier }) => prefix === '+' && carrier === null)
    ? { entries }
    : { fault: 'it has no line for every other number: +,,1.00,0.10' }
}

/** No value has a comma in it; some spreadsheets quote each. */
function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => /^\s*("?)(.*?)\1\s*$/.exec(cell)![2]!)
}

function parseEntry(line: string): DeckEntry | string {
  const [prefix = '', carrier = '', perMinute = '', perText = '', ...more] = cellsOf(line)
  if (more.length > 0) return 'has more than four columns'
  if (!/^\+\d{0,14}$/.test(prefix)) return 'its prefix is not + and digits'
  const known = CARRIERS.find((name) => name === carrier)
  if (carrier !== '' && !known) return `its carrier is none of ${CARRIERS.join(', ')}, nor empty for any`
  const prices = [perMinute, perText].map(priceOf)
  const [call, text] = prices
  if (call === undefined || text === undefined || prices.includes(null))
    return 'its prices are not two amounts such as 0.02 and 0.1'
  return { prefix, carrier: known ?? null, perMinute: call!, perText: text! }
}

function priceOf(amount: string): number | null {
  return /^\d{1,4}(\.\d{1,6})?$/.test(amount) ? Math.ceil(Number(amount) * UNITS) : null
}

export function createRateDeck(entries: readonly DeckEntry[]): RateDeck {
  const known = new Map(entries.map((entry) => [nameOf(entry.carrier, entry.prefix), entry]))
  const longest = entries.reduce((length, { prefix }) => Math.max(length, prefix.length), 0)
  const learnt = new Map<string, number>()

  function entryFor(to: E164, carrier: CarrierName): DeckEntry {
    for (let length = Math.min(to.length, longest); length > 0; length--) {
      const prefix = to.slice(0, length)
      const entry = known.get(nameOf(carrier, prefix)) ?? known.get(nameOf(null, prefix))
      if (entry) return entry
    }
    throw new Error('the rate deck has no line for every other number')
  }

  function priceGroup(to: E164, carrier: CarrierName): string {
    return to.slice(0, Math.max(GROUP, entryFor(to, carrier).prefix.length))
  }

  return {
    price(to, carrier, channel) {
      const { perMinute, perText } = entryFor(to, carrier)
      return (
        learnt.get(`${channel} ${nameOf(carrier, priceGroup(to, carrier))}`) ??
        (channel === 'sms' ? perText : perMinute)
      )
    },
    priceGroup,
    learn(prices) {
      for (const { carrier, prefix, channel, price } of prices)
        learnt.set(`${channel} ${nameOf(carrier, prefix)}`, price)
    },
  }
}

function nameOf(carrier: CarrierName | null, prefix: string): string {
  return `${carrier ?? ''} ${prefix}`
}
