// How sources are loaded for a run: two modules are replaced, and a mutation is made.

import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { applyEdit, MUTATIONS } from './mutations.ts'

const REPLACED_MODULES: Record<string, URL> = {
  nanoid: new URL('./patched-globals.ts', import.meta.url),
  './http-post.ts': new URL('./http-post-stub.ts', import.meta.url),
}
const ROOT = new URL('../../', import.meta.url)

export function registerSourceHooks(mutation: string | null): void {
  const found = mutation === null ? null : MUTATIONS.find(({ name }) => name === mutation)
  if (found === undefined) throw new Error(`There is no mutation "${mutation}".`)
  registerHooks({
    resolve(specifier, context, next) {
      const replaced = context.parentURL?.startsWith(`${ROOT.href}src/`) ? REPLACED_MODULES[specifier] : undefined
      return replaced ? { url: replaced.href, shortCircuit: true } : next(specifier, context)
    },
    load(url, context, next) {
      const loaded = next(url, context)
      const edits = found?.edits.filter(({ file }) => url === ROOT.href + file) ?? []
      if (edits.length === 0) return loaded
      return { ...loaded, source: edits.reduce(applyEdit, readFileSync(new URL(url), 'utf8')) }
    },
  })
}
