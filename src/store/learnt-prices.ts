// What carriers were seen to ask for a minute or a text, by how numbers begin. The last word counts.

import { sql } from 'drizzle-orm'
import type { CarrierName, Channel } from '../domain/challenge.ts'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { learntPrices } from './traffic-schema.ts'

/** Of a minute or a text, in ten thousandths of the deck's currency. */
export type LearntPrice = { carrier: CarrierName; prefix: string; channel: Channel; price: number }

export type LearntPrices = {
  learn(prices: readonly LearntPrice[]): Promise<void>
  list(): Promise<LearntPrice[]>
}

export function learntPriceStore(database: Database): LearntPrices {
  return {
    async learn(prices) {
      if (prices.length > 0) await learn(database, { prices: JSON.stringify(prices) })
    },
    list: () => list(database),
  }
}

const learn = statement(sql`
  insert into ${learntPrices} (carrier, prefix, channel, price)
  select carrier, prefix, channel, price
  from jsonb_to_recordset(${sql.placeholder('prices')}::text::jsonb)
    as seen (carrier text, prefix text, channel text, price int)
  order by carrier, prefix, channel
  on conflict (carrier, prefix, channel) do update set price = excluded.price, seen_at = now()`)

const list = statement<LearntPrice>(sql`select carrier, prefix, channel, price from ${learntPrices}`)
