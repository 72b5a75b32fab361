import { createLogger, type Logger } from '../../src/log/logger.ts'

/** The real logger at its most talkative; each line as it would be written. */
export async function recordedLogger(secrets: string[] = []): Promise<{ log: Logger; logged: string[] }> {
  const logged: string[] = []
  const destination = { write: (line: string) => void logged.push(line) }
  return { log: await createLogger({ level: 'debug', format: 'json', secrets, destination }), logged }
}

/** For tests that expect no line: what is logged all the same is seen when they fail. */
export const consoleLogger: Logger = {
  debug: console.error,
  info: console.error,
  warn: console.error,
  error: console.error,
}
