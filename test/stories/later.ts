import type { Server } from '../http/test-server.ts'

/** The latest delivery was made so many seconds ago, and the reconciler looks. What is known of it is of another version. */
export async function later(server: Server, id: string, seconds: number): Promise<void> {
  await server.query(
    `update challenges set version = version + 1, next_check_at = now(), check_put_off_to = null, deliveries = jsonb_set(deliveries,
      array[(jsonb_array_length(deliveries) - 1)::text, 'createdAt'],
      to_jsonb(to_char(now() at time zone 'UTC' - $2::float8 * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
    where id = $1`,
    [id, seconds],
  )
  await server.challenges.reconcile()
}

/** Its time is over, by the database's clock. */
export async function runOut(server: Server, id: string): Promise<void> {
  await server.query(
    `update challenges set expires_at = now() - interval '1 second', next_check_at = now(), check_put_off_to = null where id = $1`,
    [id],
  )
}
