// A data directory for an embedded database: with its tables when the run has made a template, empty otherwise.

import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export async function embeddedDirectory(): Promise<{ dataDir: string; remove(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'answerback-data-'))
  const template = process.env.TEST_EMBEDDED_TEMPLATE
  if (template) await cp(template, dataDir, { recursive: true })
  return { dataDir, remove: () => rm(dataDir, { recursive: true, force: true }) }
}
