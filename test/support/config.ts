// A configuration as it is read from an environment, for servers that are built inside a test.

import { readConfig } from '../../src/config/read-config.ts'
import type { ServerConfig } from '../../src/server.ts'
import { PUBLIC_URL } from './carriers.ts'

/** Limits are off, so that a test may call one number as often as it likes. */
const DEFAULTS = {
  PUBLIC_URL,
  SERVICE_NAME: 'Acme',
  ALLOWED_COUNTRIES: '*',
  LIMIT_PER_NUMBER: 'off',
  LIMIT_PER_PREFIX: 'off',
  LIMIT_PER_IP: 'off',
  RESEND_COOLDOWN: '0s',
}

export function testConfig(environment: Record<string, string> & { SECRET: string; API_KEY: string }): ServerConfig {
  const config = readConfig({ ...DEFAULTS, ...environment })
  if ('faults' in config) throw new Error(config.faults.join('\n'))
  const { SECRET, API_KEY } = config
  return { ...config, SECRET: SECRET!, API_KEY: API_KEY! }
}
