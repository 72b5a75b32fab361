// The server in development, in a directory of its own, with an exchange that speaks fast.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

type Started = { url: string; port: number; output: () => string; stop(): Promise<void> }

export async function startDevelopment(settings: Record<string, string> = {}): Promise<Started> {
  const directory = await mkdtemp(join(tmpdir(), 'answerback-pages-'))
  const port = await freePort()
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    DATA_DIR: directory,
    EXCHANGE_SPEED: '20',
    LIMIT_PER_NUMBER: 'off',
    RESEND_COOLDOWN: 'off',
    ...settings,
  }
  const child = spawn(process.execPath, [MAIN], { env, cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
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
      await rm(directory, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
