import type { Database, Parameter } from '../../src/store/database.ts'

/** Holds the rows that a `select … for update` locks, in a session of its own, until it is told to let go. */
export async function holdRows(database: Database, text: string, values: Parameter[]): Promise<() => Promise<void>> {
  const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const holder = database.session(async (query) => {
    await query('begin')
    await query(text, values)
    held.resolve()
    await release.promise
    await query('commit')
  })
  await held.promise
  return () => {
    release.resolve()
    return holder
  }
}
