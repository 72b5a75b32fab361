// The programs beside the load: each is started with its environment, and ends with this process at the latest.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { processorMs } from './processor-time.ts'

export type Child = {
  port: number
  pid: number
  /** Resident memory in MiB. */
  residentMiB(): number
  /** Processor time that it has taken since its start. */
  processorMs(): number
  stop(): Promise<void>
}

type Program = {
  script: string
  port: number
  environment: Record<string, string>
  /** Where its output goes. */
  directory: string
  nodeOptions?: string[]
  /** Asked until it answers 200; without it a listening port is enough. */
  readyPath?: string
}

const POLL_MS = 5
const START_MS = 60_000

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

export async function startProgram(program: Program): Promise<Child> {
  const { script, port, environment, directory, nodeOptions = [], readyPath } = program
  const output = join(directory, `${port}.log`)
  const log = openSync(output, 'a')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...nodeOptions, script], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', log, log],
  })
  running.add(child)
  child.on('exit', () => running.delete(child))
  const giveUpAt = Date.now() + START_MS
  while (!(await (readyPath === undefined ? listens(port) : answers(port, readyPath)))) {
    if (child.exitCode !== null || Date.now() > giveUpAt)
      throw new Error(`${script} did not start:\n${readFileSync(output, 'utf8').slice(-2_000)}`)
    await sleep(POLL_MS)
  }
  return {
    port,
    pid: child.pid!,
    residentMiB: () => residentMiB(child.pid!),
    processorMs: () => processorMs([child.pid!]),
    async stop() {
      if (child.exitCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await exit
      clearTimeout(killer)
    },
  }
}

function residentMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.end())
  })
}

async function answers(port: number, path: string): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null)
  await response?.arrayBuffer()
  return response?.status === 200
}
