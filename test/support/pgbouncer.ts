// A real PgBouncer in front of a test's database, with the settings it comes with.

import { spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'

const BINARY = '/usr/sbin/pgbouncer'

export const withoutPgbouncer = existsSync(BINARY) ? false : 'SKIPPED: no PgBouncer found at /usr/sbin/pgbouncer'

if (withoutPgbouncer) console.error(withoutPgbouncer)

export type Pooler = { url: string; stop(): Promise<void> }

export async function startPgbouncer(database: string, mode: 'transaction' | 'session', size: number): Promise<Pooler> {
  const directory = mkdtempSync(join(tmpdir(), 'answerback-pgbouncer-'))
  const port = await freePort()
  const target = new URL(database)
  writeFileSync(
    join(directory, 'pgbouncer.ini'),
    `[databases]
* = host=${target.hostname} port=${target.port || 5432} user=${target.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${size}
`,
  )
  const user = unprivileged()
  chmodSync(directory, 0o755)
  if (user) chownSync(directory, user.uid, user.gid)
  const child = spawn(BINARY, ['-q', join(directory, 'pgbouncer.ini')], { ...user, cwd: directory, stdio: 'ignore' })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error('PgBouncer did not start.')
    await delay(20)
  }
  target.hostname = '127.0.0.1'
  target.port = String(port)
  return {
    url: target.href,
    async stop() {
      child.kill('SIGKILL')
      await exited
      await rm(directory, { recursive: true })
    },
  }
}

/** It refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const [, , uid, gid] = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'))!
    .split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
