// Makes a past: copies of a few calls that really ended, spread over a month, each with its ledger. Tables that are
// truncated in the same transaction are not written to the log, where `wal_level` is minimal.

import postgres from 'postgres'

const CHUNK = 250_000

/** What a copy has of its own. */
const OWN: Record<string, string> = {
  // As long as the model's, growing with time, and before those that are made later: these begin with a letter.
  id: `'chl_' || lpad(copies.n::text, 8, '0') || left(copies.hash, length(model_challenges.id) - 12)`,
  // In the alphabet of the real ones, or a new one would seldom fall between them: each does, on a page of the index by itself.
  number_hash: `left(translate(encode(decode(copies.hash, 'hex'), 'base64'), '+/', '-_'), length(model_challenges.number_hash))`,
  created_at: 'copies.at',
  expires_at: `copies.at + interval '5 minutes'`,
  ended_at: `copies.at + interval '1 minute'`,
}

/** `databaseUrl`: of a database in which some calls have been made, and all of them have ended. */
export async function fillWithEnded(databaseUrl: string, count: number): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  // A trigger refuses to empty the table, for the ledger's sake.
  await sql`set session_replication_role = replica`
  await sql.unsafe(`
    create table model_challenges as select row_number() over () - 1 as model, * from challenges;
    analyze model_challenges`)
  const [models] = await sql`select count(*)::int as count from model_challenges`
  const columns = await sql`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = 'challenges' order by ordinal_position`
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  const values = columns.map(({ name }) => OWN[name] ?? `model_challenges."${name}"`).join(', ')
  await sql.begin(async (transaction) => {
    await transaction`truncate challenges`
    const [clock] = await transaction`select now()::text as now`
    for (let from = 1; from <= count; from += CHUNK) {
      await transaction.unsafe(`
        with copies as materialized (
          select n, n % ${models!.count} as model, md5(n::text) as hash,
            '${clock!.now}'::timestamptz - interval '30 days' * (1 - n::float8 / ${count}) as at
          from generate_series(${from}, ${Math.min(count, from + CHUNK - 1)}) as n
        )
        insert into challenges (${names})
        select ${values} from copies join model_challenges using (model) order by copies.at`)
    }
  })
  await sql`drop table model_challenges`
  await sql`vacuum analyze`
  await sql`checkpoint`
  await sql.end()
}
