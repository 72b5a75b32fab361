// With no secret and no key set, in development, they are drawn once and kept in the data directory.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type GeneratedSecrets = { secret: string; apiKey: string; exchangeToken: string }

/** Those that were drawn before; `null` for none. */
export function drawnSecrets(dataDir: string): GeneratedSecrets | null {
  return existsSync(join(dataDir, 'keys.json')) ? generatedSecrets(dataDir) : null
}

export function generatedSecrets(dataDir: string): GeneratedSecrets {
  const file = join(dataDir, 'keys.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as GeneratedSecrets
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Error(`${file} can't be read. Mend it, or remove it to draw new keys.`)
  }
  const keys: GeneratedSecrets = {
    secret: randomBytes(32).toString('hex'),
    apiKey: `key_${randomBytes(24).toString('hex')}`,
    exchangeToken: randomBytes(16).toString('hex'),
  }
  // Two processes that start together draw once: the second one's exclusive write fails, and it reads the first one's.
  try {
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    return keys
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return generatedSecrets(dataDir)
    throw new Error(
      `Keys can't be kept in ${dataDir}: ${(error as NodeJS.ErrnoException).code}. Set DATA_DIR to where this process may write.`,
    )
  }
}
