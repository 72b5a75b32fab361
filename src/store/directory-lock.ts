// Two processes on one embedded database destroy it, and it has no lock of its own. Node cannot lock a file, but SQLite
// in it can: the operating system releases that lock when its process dies, so no lock is ever stale, and no
// process id has to be compared, which another container may use too.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const SQLITE_BUSY = 5

export class DirectoryInUse extends Error {}

/** Takes the directory for this process, or fails with a sentence that says who has it. */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true })
  const holder = join(directory, 'lock.pid')
  const lock = new DatabaseSync(join(directory, 'lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    const pid = await readFile(holder, 'utf8').catch(() => '')
    throw new DirectoryInUse(
      `The data directory ${directory} is in use by ${pid ? `process ${pid}` : 'another process'}.`,
    )
  }
  await writeFile(holder, String(process.pid))
  return async () => {
    await rm(holder, { force: true })
    lock.close()
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
