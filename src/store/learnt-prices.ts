// What carriers were seen to ask for a minute, by the entries of the rate deck. The last word counts.

import { sql } from 'drizzle-orm'
import type { CarrierName } from '../domain/challenge.ts'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { learntPrices } from './traffic-schema.ts'

/** In ten thousandths of the deck's currency. */
export type LearntPrice = { carrier: CarrierName; prefix: string; perMinute: number }

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
  insert into ${learntPrices} (carrier, prefix, per_minute)
  select carrier, prefix, "perMinute"
  from jsonb_to_recordset(${sql.placeholder('prices')}::text::jsonb) as price (carrier text, prefix text, "perMinute" int)
  order by carrier, prefix
  on conflict (carrier, prefix) do update set per_minute = excluded.per_minute, seen_at = now()`)

const list = statement<LearntPrice>(sql`
  select carrier, prefix, per_minute as "perMinute" from ${learntPrices}`)
