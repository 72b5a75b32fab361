// Makes a past: copies of a few calls that really ended, spread over a month, each with its ledger. Tables that are
// truncated in the same transaction are not written to the log, where `wal_level` is minimal.

import postgres from 'postgres'

const CHUNK = 250_000

/** As long as the model's, growing with time, and before those that are made later: these begin with a letter. */
const id = (model: string) => `'chl_' || lpad(copies.n::text, 8, '0') || left(copies.hash, length(${model}) - 12)`

/** What a copy has of its own. */
const OWN_IN_CHALLENGES: Record<string, string> = {
  id: id('model_challenges.id'),
  // In the alphabet of the real ones, or a new one would seldom fall between them: each does, on a page of the index by itself.
  number_hash: `left(translate(encode(decode(copies.hash, 'hex'), 'base64'), '+/', '-_'), length(model_challenges.number_hash))`,
  created_at: 'copies.at',
  expires_at: `copies.at + interval '5 minutes'`,
  ended_at: `copies.at + interval '1 minute'`,
}
const OWN_IN_EVENTS: Record<string, string> = { challenge_id: id('model_events.challenge_id'), at: 'copies.at' }

/** `databaseUrl`: of a database in which some calls have been made, and all of them have ended. */
export async function fillWithEnded(databaseUrl: string, count: number): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  // The ledger's triggers refuse to empty it.
  await sql`set session_replication_role = replica`
  await sql.unsafe(`
    create table model_challenges as select row_number() over () - 1 as model, * from challenges;
    create table model_events as select model, challenge_events.* from challenge_events
      join model_challenges on challenge_id = id;
    analyze model_challenges, model_events`)
  const [models] = await sql`select count(*)::int as count from model_challenges`
  const columns = async (table: string, own: Record<string, string>, from: string) => {
    const rows = await sql`
      select column_name as name from information_schema.columns
      where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' order by ordinal_position`
    const names = rows.map(({ name }) => `"${name}"`)
    return { names: names.join(', '), values: rows.map(({ name }) => own[name] ?? `${from}."${name}"`).join(', ') }
  }
  const challenge = await columns('challenges', OWN_IN_CHALLENGES, 'model_challenges')
  const event = await columns('challenge_events', OWN_IN_EVENTS, 'model_events')
  await sql.begin(async (transaction) => {
    await transaction`truncate challenges, challenge_events`
    const [clock] = await transaction`select now()::text as now`
    for (let from = 1; from <= count; from += CHUNK) {
      const copies = `with copies as materialized (
        select n, n % ${models!.count} as model, md5(n::text) as hash,
          '${clock!.now}'::timestamptz - interval '30 days' * (1 - n::float8 / ${count}) as at
        from generate_series(${from}, ${Math.min(count, from + CHUNK - 1)}) as n)`
      await transaction.unsafe(
        `${copies} insert into challenges (${challenge.names})
         select ${challenge.values} from copies join model_challenges using (model) order by copies.at`,
      )
      await transaction.unsafe(
        `${copies} insert into challenge_events (${event.names})
         select ${event.values} from copies join model_events using (model) order by copies.at, model_events.version`,
      )
    }
  })
  await sql`drop table model_challenges, model_events`
  await sql`vacuum analyze`
  await sql`checkpoint`
  await sql.end()
}
