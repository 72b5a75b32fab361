// The files of src, test and tools with what each imports, and the cycles among them.

import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** Paths from the root of the repository. `code`: the text without comments. */
export type SourceFile = { path: string; text: string; code: string; imports: string[]; packages: string[] }

/** Static, type-only and dynamic imports, and `import('…')` within a type. */
const IMPORT = /^(?:import|export)\b[^'"`;=]*? from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm

export function readSources(...folders: string[]): SourceFile[] {
  const paths = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }))
  return paths.map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return { path, text, code: withoutComments(text), ...importsOf(path, text) }
  })
}

export function importsOf(path: string, text: string): Pick<SourceFile, 'imports' | 'packages'> {
  const names = [...text.matchAll(IMPORT)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic!)
  return {
    imports: names.filter((name) => name.startsWith('.')).map((name) => join(dirname(path), name)),
    packages: names.filter((name) => !name.startsWith('.')),
  }
}

function withoutComments(text: string): string {
  return text.replace(/^\s*\/\/[^\n]*|\/\*.*?\*\//gms, '')
}

/** Every group of files that import each other, directly or through others (Tarjan's strongly connected components). */
export function findCycles(files: Pick<SourceFile, 'path' | 'imports'>[]): string[][] {
  const graph = new Map(files.map(({ path, imports }) => [path, imports]))
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const cycles: string[][] = []

  function visit(path: string): void {
    order.set(path, order.size)
    lowest.set(path, order.get(path)!)
    stack.push(path)
    for (const next of graph.get(path) ?? []) {
      if (!graph.has(next)) continue
      if (!order.has(next)) visit(next)
      if (stack.includes(next)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(next)!))
    }
    if (lowest.get(path) !== order.get(path)) return
    const group = stack.splice(stack.indexOf(path))
    if (group.length > 1 || graph.get(path)!.includes(path)) cycles.push(group.toSorted())
  }

  for (const path of graph.keys()) if (!order.has(path)) visit(path)
  return cycles
}
