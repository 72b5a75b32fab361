import { isLoopback } from '../domain/loopback.ts'
import { BASE_URLS } from './carrier-settings.ts'
import type { Config } from './read-config.ts'

/**
 * Whether the console is open to this machine without a sign-in: in development, while no carrier is real, or nothing
 * outside is known to lead here. Carriers reach a PUBLIC_URL through a proxy or tunnel, which may run on this machine and
 * whose requests then look like those of its user.
 */
export function isConsoleOpen(config: Config): boolean {
  const urls = config.carriers.flatMap((name) => BASE_URLS[name].map((setting) => config[setting]))
  const isSimulated = urls.every((url) => url !== undefined && isLoopback(url))
  return !config.production && (isSimulated || isLoopback(config.publicUrl))
}
