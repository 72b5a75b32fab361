// The server in development, in a directory of its own, with an exchange that speaks fast.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { embeddedDirectory } from '../support/embedded-directory.ts'
import { freePort } from '../support/free-port.ts'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export type DevelopmentServer = { url: string; port: number; output: () => string; stop(): Promise<void> }

export async function startDevelopment(settings: Record<string, string> = {}): Promise<DevelopmentServer> {
  const { dataDir: directory, remove } = await embeddedDirectory()
  const port = Number(settings.PORT ?? (await freePort()))
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    DATA_DIR: directory,
    EXCHANGE_SPEED: '8',
    // What a test does while a phone rings, or a call asks, may take half a minute on a busy machine.
    EXCHANGE_WAIT_FACTOR: '3',
    LIMIT_PER_NUMBER: 'off',
    RESEND_COOLDOWN: 'off',
    ...settings,
  }
  const child = spawn(process.execPath, [...NODE_ARGUMENTS, MAIN], {
    env,
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => output.includes('is ready') && resolve())
    child.once('exit', () => reject(new Error(`The server did not start:\n${output}`)))
  })
  await ready
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    output: () => output,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      await remove()
    },
  }
}
