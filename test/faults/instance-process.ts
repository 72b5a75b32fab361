// One real instance: a process of its own, started as an operator would, and ended by its id.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'
import { eventually } from './waiting.ts'

export type Instance = {
  readonly port: number
  readonly url: string
  /** All that it has written, over all its lives. */
  readonly output: string
  /** Resolves when it is ready, and rejects when it has ended instead. */
  start(): Promise<void>
  /** kill -9. Resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM. Resolves with its exit code. */
  stop(): Promise<number | null>
  /** Killed, and not to be started again. */
  retire(): Promise<void>
  /** Resolves with its exit code, however it ends. */
  exited(): Promise<number | null>
}

const MAIN_FILE = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const living = new Set<ChildProcess>()

process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

export async function createInstance(settings: Record<string, string>, directory: string): Promise<Instance> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { PATH: process.env.PATH, PORT: String(port), HOST: '127.0.0.1', ...settings }
  let child: ChildProcess | null = null
  let exit: Promise<number | null> = Promise.resolve(null)
  let retired = false
  let said = ''

  const hear = (text: Buffer) => {
    said += text
  }

  function run(): ChildProcess {
    const run = spawn(process.execPath, [...NODE_ARGUMENTS, MAIN_FILE], {
      env,
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    living.add(run)
    for (const stream of [run.stdout, run.stderr]) stream.on('data', hear)
    exit = once(run, 'exit').then(([code]) => {
      living.delete(run)
      if (child === run) child = null
      return code
    })
    return run
  }

  async function signal(name: NodeJS.Signals): Promise<number | null> {
    child?.kill(name)
    return exit
  }

  return {
    port,
    url,
    get output() {
      return said
    },
    async start() {
      if (retired) throw new Error('The instance is retired.')
      const mine = run()
      child = mine
      await eventually(
        `the instance to be ready. It said:\n${said}`,
        async () => {
          if (child !== mine) throw new Error(`The instance ended before it was ready. It said:\n${said}`)
          return fetch(`${url}/readyz`).then(
            ({ ok }) => ok,
            () => false,
          )
        },
        60_000,
      )
    },
    kill: async () => void (await signal('SIGKILL')),
    async retire() {
      retired = true
      await signal('SIGKILL')
    },
    stop: () => signal('SIGTERM'),
    exited: () => exit,
  }
}
