import type postgres from 'postgres'

const CHUNK = 500_000
const LINES = 6

/** A month of ended challenges, none of them forgotten yet, each with its ledger. */
export async function fill(sql: postgres.Sql, ended: number): Promise<void> {
  const [clock] = await sql`select now()::text as now`
  for (let from = 1; from <= ended; from += CHUNK) {
    const to = Math.min(ended, from + CHUNK - 1)
    const given = `with given as (
      select '${clock!.now}'::timestamptz - interval '30 days' * (1 - n::float8 / ${ended}) as at, md5(n::text) as hash
      from generate_series(${from}, ${to}) as n)`
    await sql.unsafe(`
      ${given}
      insert into challenges (
        id, service_id, version, status, reason, flow, code_disclosed, attempts_left, fallback, deliveries, "to", masked_number,
        number_hash, region, scope, locale, details, message, code_length, secret_id, from_number, carrier, extension,
        metadata, created_at, expires_at, ended_at, outcome_version, next_check_at)
      select ${ID}, 'svc_bench', ${LINES}, 'approved', 'code_matched', 'send_code', true, 5, '[]',
        jsonb_build_array(jsonb_build_object(
          'id', 'dlv_' || hash, 'channel', 'call', 'carrier', 'twilio', 'ref', 'CA' || hash, 'createdAt', at,
          'progress', '{"state":"ended"}'::jsonb, 'result', 'delivered')),
        '+12025550123', '+1••••••0123', hash, 'US', 'login', 'en-US', 'Transfer 250 euros to Ada Byron', null, 6, 's1',
        '+12025550100', null, null, '{"session":"b1946ac92492d234"}', at, at + interval '5 minutes',
        at + interval '1 minute', ${LINES}, null
      from given`)
    await sql.unsafe(`
      ${given}
      insert into challenge_events (challenge_id, version, delivery_id, type, data, at)
      select ${ID}, version, 'dlv_' || hash, 'answered', jsonb_build_object('ref', 'CA' || hash), at
      from given, generate_series(1, ${LINES}) as version`)
  }
  await sql`vacuum analyze`
  await sql`checkpoint`
}

/** As they are made in src/challenges/sortable-id.ts. */
const ID = `'chl_' || to_hex((extract(epoch from at) * 1000)::bigint) || left(hash, 22)`
