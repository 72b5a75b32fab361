// How sources are loaded for a run: two seams that a simulation must own, and the planted faults.

import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { type Edit, MUTATIONS } from './mutations.ts'

const REPLACED_MODULES: Record<string, URL> = {
  nanoid: new URL('./patched-globals.ts', import.meta.url),
  './http-post.ts': new URL('./http-post-stub.ts', import.meta.url),
}
const ROOT = new URL('../../', import.meta.url)

export function registerSourceHooks(mutation: string | null): void {
  const planted = mutation === null ? null : MUTATIONS.find(({ name }) => name === mutation)
  if (planted === undefined) throw new Error(`There is no mutation "${mutation}".`)
  registerHooks({
    resolve(specifier, context, next) {
      const seam = context.parentURL?.startsWith(`${ROOT.href}src/`) ? REPLACED_MODULES[specifier] : undefined
      return seam ? { url: seam.href, shortCircuit: true } : next(specifier, context)
    },
    load(url, context, next) {
      const loaded = next(url, context)
      const edits = planted?.edits.filter(({ file }) => url === ROOT.href + file) ?? []
      if (edits.length === 0) return loaded
      return { ...loaded, source: edits.reduce(plant, readFileSync(new URL(url), 'utf8')) }
    },
  })
}

/** A fault whose place is gone must not go unplanted. */
export function plant(source: string, { file, find, replace }: Edit): string {
  if (source.split(find).length !== 2) throw new Error(`This does not stand once in ${file}: ${find}`)
  return source.replace(find, () => replace)
}
