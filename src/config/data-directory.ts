// Whether DATA_DIR can be written, found out before anything is kept there: what would follow is an errno without a path,
// or, below /proc, a call of Node's that never returns.

import { accessSync, constants, mkdirSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** What may be there already, from a process of another user. */
const KEPT = ['keys.json', 'lock', 'postgres']

/** Makes what is missing, or fails with a sentence that names the folder and the setting. */
export function prepareDataDirectory(dataDir: string): void {
  make(dataDir)
}

/** Leaves nothing behind: a folder made during a check would belong to the user who ran it. */
export function checkDataDirectory(dataDir: string): void {
  for (const made of make(dataDir).reverse()) rmdirSync(made)
}

/** The folders made, outermost first. */
function make(dataDir: string): string[] {
  const target = resolve(dataDir)
  const missing: string[] = []
  let folder = target
  for (; !exists(folder); folder = dirname(folder)) missing.unshift(folder)
  if (!statSync(folder).isDirectory()) throw new Error(sentence(dataDir, `${folder} is a file and not a folder`))
  for (const path of missing) attempt(dataDir, `${path} can't be made`, () => mkdirSync(path))
  for (const path of [target, ...KEPT.map((name) => join(target, name)).filter(exists)])
    attempt(dataDir, `this process may not write to ${path}`, () => accessSync(path, constants.R_OK | constants.W_OK))
  return missing
}

function exists(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // ENOTDIR: a file stands further up, which the caller comes to.
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw new Error(sentence(path, `it can't be looked at (${code})`))
  }
}

function attempt(dataDir: string, wrong: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    throw new Error(sentence(dataDir, `${wrong} (${(error as NodeJS.ErrnoException).code})`))
  }
}

function sentence(dataDir: string, wrong: string): string {
  return `DATA_DIR: "${dataDir}" can't be used: ${wrong}. Set it to a folder where this process may write.`
}
