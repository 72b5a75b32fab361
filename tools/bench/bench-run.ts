// What every part of a run is given: the options, a durable cluster, ports, the fake carrier.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../test/support/free-port.ts'
import { freshDatabase, useOwnCluster } from '../../test/support/fresh-database.ts'
import { type Child, startProgram } from './child-processes.ts'

export type Options = {
  rounds: number
  /** A fraction of the work: for those who change the code: roughly right. */
  quick: boolean
  /** How many ended challenges the growth is measured beside. */
  ended: number
}

export type BenchRun = {
  options: Options
  directory: string
  carrierUrl: string
  /** A fresh database on the durable cluster. */
  database(): Promise<string>
  port(): Promise<number>
  /** Stopped at the end of the part at the latest. */
  close(): Promise<void>
}

/** Durable, with memory and log enough that no checkpoint falls into a round. */
const CLUSTER = '-c shared_buffers=512MB -c max_wal_size=8GB -c checkpoint_timeout=30min'

const CARRIER = new URL('fake-carrier.ts', import.meta.url).pathname

export async function openBenchRun(options: Options): Promise<BenchRun> {
  useOwnCluster(CLUSTER)
  const directory = mkdtempSync(join(tmpdir(), 'answerback-bench-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  const databases: { drop(): Promise<void> }[] = []
  const carrier = await startCarrier(directory)
  return {
    options,
    directory,
    carrierUrl: `http://127.0.0.1:${carrier.port}`,
    async database() {
      const fresh = await freshDatabase()
      databases.push(fresh)
      return fresh.url
    },
    port: freePort,
    async close() {
      await carrier.stop()
      for (const database of databases) await database.drop()
    },
  }
}

export async function startCarrier(directory: string, environment: Record<string, string> = {}): Promise<Child> {
  const port = await freePort()
  return startProgram({
    script: CARRIER,
    port,
    directory,
    environment: { FAKE_CARRIER_PORT: String(port), ...environment },
  })
}
