import { join } from 'node:path'
import { PGlite, types } from '@electric-sql/pglite'
import type { Database, Parameter } from './database.ts'
import { lockDirectory } from './directory-lock.ts'

export async function openEmbedded(dataDir: string): Promise<Database> {
  const release = await lockDirectory(dataDir)
  try {
    const pglite = await PGlite.create(join(dataDir, 'postgres'), {
      parsers: { [types.TIMESTAMPTZ]: (at) => new Date(at).toISOString() },
    })
    const query = async <T>(text: string, params: readonly Parameter[] = []) =>
      (await pglite.query<T>(text, [...params])).rows
    return {
      kind: 'embedded',
      query,
      // It has one connection.
      session: (work) => work(query),
      listen: (channel, onPayload) => pglite.listen(channel, onPayload),
      async notify(channel, payload) {
        await pglite.query('select pg_notify($1, $2)', [channel, payload])
      },
      async close() {
        await pglite.close()
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}
