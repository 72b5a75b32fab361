// From one connection of Postgres to another: a bare NOTIFY, and what no design can leave out when a change has to be told:
// the guarded update, the NOTIFY after it, and the read by the one that heard it.

import postgres from 'postgres'
import { FLOOR_INSERT, FLOOR_SELECT, FLOOR_STATE, FLOOR_TABLES, floorUpdate } from './floor-statements.ts'

const UPDATE = floorUpdate('$1', '$2', '$3')

export type NotifyTimes = { bare: number[]; withChange: number[] }

/** Milliseconds, `atOnce` under way at once. */
export async function notifyRoundTrips(databaseUrl: string, count: number, atOnce: number): Promise<NotifyTimes> {
  const listener = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const sender = postgres(databaseUrl, { max: atOnce })
  const waiting = new Map<string, () => void>()
  await listener.unsafe(FLOOR_TABLES)
  await listener.listen('bench', (payload) => waiting.get(payload)?.())
  const run = (text: string, parameters: (string | number)[]) => sender.unsafe(text, parameters, { prepare: true })
  const told = async (id: string) => {
    const heard = new Promise<void>((resolve) => waiting.set(id, resolve))
    await run('select pg_notify($1, $2)', ['bench', id])
    await heard
  }
  const ids = Array.from({ length: count }, () => crypto.randomUUID())
  await inGroups(count, atOnce, (index) => run(FLOOR_INSERT, [ids[index]!, '+12025550123', FLOOR_STATE]))
  const bare = await inGroups(count, atOnce, (index) => told(`bare ${index}`))
  const withChange = await inGroups(count, atOnce, async (index) => {
    await run(UPDATE, [ids[index]!, 1, FLOOR_STATE])
    await told(ids[index]!)
    await run(FLOOR_SELECT, [ids[index]!])
  })
  await listener.end()
  await sender.end()
  return { bare, withChange }
}

/** How many milliseconds each took. */
export async function inGroups(
  count: number,
  atOnce: number,
  job: (index: number) => Promise<unknown>,
): Promise<number[]> {
  const milliseconds: number[] = []
  const timed = async (index: number) => {
    const begun = performance.now()
    await job(index)
    milliseconds.push(performance.now() - begun)
  }
  for (let from = 0; from < count; from += atOnce)
    await Promise.all(Array.from({ length: Math.min(atOnce, count - from) }, (_, offset) => timed(from + offset)))
  return milliseconds
}
