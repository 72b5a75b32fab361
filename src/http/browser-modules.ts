// The browser's modules with their types taken out, at their paths below `src/`, so that the imports between them hold in a
// browser as on disk.

import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

const SRC = new URL('..', import.meta.url)
const MODULES = /^(client|elements)\/([a-z-]+\/)?[a-z-]+\.ts$/
const stripped = new Map<string, string>()

/** `path`: below `src/`. `null`: there is no such module. */
export function browserModule(path: string): string | null {
  if (!MODULES.test(path)) return null
  const known = stripped.get(path)
  if (known !== undefined) return known
  const script = strip(path)
  if (script !== null) stripped.set(path, script)
  return script
}

function strip(path: string): string | null {
  try {
    return stripTypeScriptTypes(readFileSync(new URL(path, SRC), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
