// A command as an operator runs it: a process of its own, with no setting but those given.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'

export type CommandRun = { code: number | null; out: string; err: string }

/** `command`: of `src/cli`, such as `audit`. `directory`: where it runs, and its home. */
export function runCommand(
  command: string,
  args: readonly string[],
  directory: string,
  variables: Record<string, string>,
): Promise<CommandRun> {
  const file = fileURLToPath(new URL(`../../src/cli/${command}.ts`, import.meta.url))
  const child = spawn(process.execPath, [...NODE_ARGUMENTS, file, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
    killSignal: 'SIGKILL',
  })
  const read = { out: '', err: '' }
  child.stdout.on('data', (text) => (read.out += text))
  child.stderr.on('data', (text) => (read.err += text))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...read })))
}
