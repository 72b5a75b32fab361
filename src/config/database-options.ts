import type { Values } from './settings.ts'

/** As every program opens the database: the server, `migrate`, `webhooks`. */
export function databaseOptions(config: Values) {
  return {
    url: config.DATABASE_URL ?? null,
    directUrl: config.DATABASE_DIRECT_URL ?? null,
    prepare: config.DATABASE_PREPARE,
    dataDir: config.DATA_DIR,
  }
}
