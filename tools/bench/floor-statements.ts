// The least that a saved challenge takes: one row, a line in a ledger, and the update guarded by a version. The floor
// server and pgbench run the same statements.

export const FLOOR_TABLES = `
  create table if not exists floor_challenges (
    id text primary key,
    version int not null,
    status text not null,
    number text not null,
    state jsonb not null,
    created_at timestamptz not null default now(),
    ended_at timestamptz
  );
  create table if not exists floor_events (
    challenge_id text not null,
    version int not null,
    type text not null,
    data jsonb not null,
    at timestamptz not null default now(),
    primary key (challenge_id, version)
  );`

/** $1 id, $2 number, $3 state. */
export const FLOOR_INSERT = `
  with created as (
    insert into floor_challenges (id, version, status, number, state) values ($1, 1, 'pending', $2, $3::text::jsonb)
    returning id, version
  ), event as (
    insert into floor_events (challenge_id, version, type, data) select id, version, 'created', '{}' from created
  ) select version from created`

/** Given: the parameters as they are written in the statement, so that pgbench may name its variables. */
export const floorUpdate = (id: string, version: string, state: string) => `
  with changed as (
    update floor_challenges set version = version + 1, state = ${state}::text::jsonb where id = ${id} and version = ${version}
    returning id, version
  ), event as (
    insert into floor_events (challenge_id, version, type, data) select id, version, 'answered', '{}' from changed
  ) select version from changed`

export const FLOOR_SELECT = 'select id, version, status, number, state, created_at from floor_challenges where id = $1'

/** As large as the deliveries of a challenge. */
export const FLOOR_STATE = JSON.stringify({
  deliveries: [
    { id: 'dlv_0123456789abcdefghij', channel: 'call', carrier: 'twilio', ref: 'CA0123456789abcdef0123456789abcdef' },
  ],
  progress: { state: 'answered', turn: 1, turnStartedAt: '2026-01-01T00:00:00.000Z', phase: 'question' },
})
