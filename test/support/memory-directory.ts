// Where the temporary files of a run stand: in memory, where there is room. A database is some 300 files, and on a disk's
// file system most of what a test's copy of it takes is the search for free inodes, next to those of the copies just removed.

import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const SHARED_MEMORY = '/dev/shm'
/** Several times what a run has had there at once. */
const ENOUGH_BYTES = 4 * 2 ** 30
const run = promisify(execFile)

/** `null`: there is no room, or no program could be run from there, as in most containers. */
export async function memoryDirectory(): Promise<string | null> {
  if (!(await hasRoom())) return null
  const directory = await mkdtemp(join(SHARED_MEMORY, 'answerback-tests-'))
  // As /tmp: the database server runs as a user of its own.
  await chmod(directory, 0o1777)
  if (await runsPrograms(directory)) return directory
  await rm(directory, { recursive: true })
  return null
}

async function hasRoom(): Promise<boolean> {
  if (process.availableMemory() < 2 * ENOUGH_BYTES) return false
  const { bavail, bsize } = await statfs(SHARED_MEMORY).catch(() => ({ bavail: 0, bsize: 0 }))
  return bavail * bsize > ENOUGH_BYTES
}

async function runsPrograms(directory: string): Promise<boolean> {
  const program = join(directory, 'program')
  await writeFile(program, '#!/bin/sh\n', { mode: 0o755 })
  return run(program).then(
    () => rm(program).then(() => true),
    () => false,
  )
}
