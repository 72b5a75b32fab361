import { silentLogger } from '../log/logger.ts'
import { secondsAhead } from './database-clock.ts'
import { checkTables } from './migrations.ts'
import { openDatabase } from './open-database.ts'

/** `clockAhead`: by how many seconds the server's clock is ahead of this machine's. */
export type ServerInfo = { version: string; clockAhead: number }

/** Of the server behind the URL. Changes nothing; fails with a sentence that says why it can't be had. */
export async function serverInfo(url: string): Promise<ServerInfo> {
  const database = await openDatabase({ url, dataDir: '', log: silentLogger })
  const asked = database.session(async (query) => {
    await checkTables(query)
    const [row] = await query<{ version: string }>("select current_setting('server_version') as version")
    return { version: row!.version, clockAhead: await secondsAhead(query) }
  })
  return asked.finally(() => database.close())
}
