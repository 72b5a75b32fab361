// A data directory for an embedded database: with its tables when the run has made a template, empty otherwise.

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export async function embeddedDirectory(): Promise<{ dataDir: string; remove(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'answerback-data-'))
  const template = process.env.TEST_EMBEDDED_TEMPLATE
  // By the program: for its thousand files Node's own `cp` takes a second of processor time.
  if (template) await promisify(execFile)('cp', ['-R', `${template}/.`, dataDir])
  return { dataDir, remove: () => rm(dataDir, { recursive: true, force: true }) }
}
