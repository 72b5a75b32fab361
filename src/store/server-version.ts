import { silentLogger } from '../log/logger.ts'
import { openDatabase } from './database.ts'

/** The version of the server behind the URL. Changes nothing; fails with a sentence that says why it can't be had. */
export async function serverVersion(url: string): Promise<string> {
  const database = await openDatabase({ url, dataDir: '', log: silentLogger })
  const asked = database.session((query) =>
    query<{ version: string }>("select current_setting('server_version') as version"),
  )
  const [row] = await asked.finally(() => database.close())
  return row!.version
}
