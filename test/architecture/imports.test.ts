// Imports go down only, type-only ones included, and each folder keeps to its own trade.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findCycles, importsOf, ROOT, readSources, type SourceFile } from './sources.ts'

/**
 * The folders below src, and the two files at its root, from the top down: each with what it may import of the lower ones.
 * A file that only its own folder knows is not restricted here.
 */
const MAY_IMPORT: [folder: string, lower: string[]][] = [
  ['main', ['server', 'development', 'http', 'config', 'log', 'time']],
  [
    'server',
    [
      'console',
      'webhooks',
      'http',
      'receipts',
      'tracing',
      'challenges',
      'services',
      'factors',
      'config',
      'carriers',
      'store',
      'metrics',
      'log',
      'time',
    ],
  ],
  ['development', ['http', 'config', 'exchange', 'demo', 'domain']],
  [
    'cli',
    [
      'audit',
      'console',
      'webhooks',
      'http',
      'challenges',
      'services',
      'config',
      'guard',
      'store',
      'domain',
      'log',
      'time',
    ],
  ],
  ['console', ['webhooks', 'http', 'challenges', 'services', 'factors', 'guard', 'store', 'log', 'time', 'domain']],
  ['audit', ['store']],
  ['webhooks', ['http', 'tracing', 'store', 'metrics', 'log', 'time']],
  [
    'http',
    [
      'tracing',
      'receipts',
      'challenges',
      'services',
      'factors',
      'carriers',
      'store',
      'prompts',
      'metrics',
      'log',
      'time',
      'domain',
    ],
  ],
  ['tracing', ['challenges', 'carriers', 'store', 'log', 'time']],
  ['receipts', ['challenges', 'store', 'time', 'domain']],
  ['challenges', ['guard', 'carriers', 'store', 'prompts', 'metrics', 'log', 'time', 'domain']],
  ['services', ['store', 'time', 'domain']],
  ['factors', ['store', 'domain']],
  ['config', ['guard', 'carriers', 'log', 'domain']],
  ['guard', ['store', 'metrics', 'log', 'domain']],
  ['carriers', ['domain']],
  ['store', ['log', 'time', 'domain']],
  ['prompts', ['domain']],
  ['metrics', ['domain']],
  ['domain', []],
  ['log', []],
  ['time', []],
  ['exchange', []],
  ['demo', ['elements', 'client']],
  ['elements', ['client']],
  ['testing', []],
  ['client', []],
]

const sources = readSources('src')

/** `main` and `server` for the two files at the root. */
function folderOf(path: string): string {
  return path.split('/')[1]!.replace(/\.ts$/, '')
}

/** Only these files may do it. */
function only(allowed: RegExp, does: (file: SourceFile) => boolean): void {
  const others = sources.filter((file) => does(file) && !allowed.test(file.path))
  assert.deepEqual(
    others.map(({ path }) => path),
    [],
  )
}

test('every folder of src is in the table, and every import leads to a file', () => {
  assert.deepEqual(
    [...new Set(sources.map(({ path }) => folderOf(path)))].toSorted(),
    MAY_IMPORT.map(([folder]) => folder).toSorted(),
  )
  const paths = new Set(sources.map(({ path }) => path))
  for (const { path, imports } of sources)
    for (const imported of imports)
      assert.ok(paths.has(imported) || !imported.endsWith('.ts'), `${path} imports ${imported}`)
  assert.ok(sources.flatMap(({ imports }) => imports).length > 300)
})

test('imports go down only, type-only ones included', () => {
  const order = MAY_IMPORT.map(([folder]) => folder)
  for (const [folder, lower] of MAY_IMPORT)
    for (const one of lower) assert.ok(order.indexOf(one) > order.indexOf(folder), `${one} stands above ${folder}`)
  const allowed = new Map(MAY_IMPORT)
  const wrong = sources.flatMap(({ path, imports }) =>
    imports
      .filter((one) => folderOf(one) !== folderOf(path) && !allowed.get(folderOf(path))!.includes(folderOf(one)))
      .map((one) => `${path} -> ${one}`),
  )
  assert.deepEqual(wrong, [])
})

test('the table allows no import that is not there', () => {
  const unused = MAY_IMPORT.flatMap(([folder, lower]) => {
    const imported = new Set(
      sources.filter(({ path }) => folderOf(path) === folder).flatMap(({ imports }) => imports.map(folderOf)),
    )
    return lower.filter((one) => !imported.has(one)).map((one) => `${folder} -> ${one}`)
  })
  assert.deepEqual(unused, [])
})

test('no files of src, test and tools import each other in a cycle, type-only imports included', () => {
  assert.deepEqual(findCycles(readSources('src', 'test', 'tools')), [])
})

test('a cycle is found through a type, a re-export, a dynamic import and a third file', () => {
  const planted = (texts: Record<string, string>) =>
    findCycles(Object.entries(texts).map(([path, text]) => ({ path, ...importsOf(path, text) })))
  const cyclesBack = (line: string) =>
    planted({ 'src/a.ts': "import { b } from './b.ts'", 'src/b.ts': line, 'src/c.ts': "import './a.ts'" })
  assert.deepEqual(cyclesBack("import type { A } from './a.ts'"), [['src/a.ts', 'src/b.ts']])
  assert.deepEqual(cyclesBack("import {\n  type A,\n} from './a.ts'"), [['src/a.ts', 'src/b.ts']])
  assert.deepEqual(cyclesBack("export type { A } from './a.ts'"), [['src/a.ts', 'src/b.ts']])
  assert.deepEqual(cyclesBack("type A = import('./a.ts').A"), [['src/a.ts', 'src/b.ts']])
  assert.deepEqual(cyclesBack("import { c } from './c.ts'"), [['src/a.ts', 'src/b.ts', 'src/c.ts']])
  assert.deepEqual(planted({ 'src/a.ts': "import './a.ts'" }), [['src/a.ts']])
  assert.deepEqual(cyclesBack("import { d } from './d.ts'"), [])
})

test('only store has SQL, only what serves HTTP knows Hono, only what is started reads the environment', () => {
  only(/^src\/(config\/load-environment|main|exchange\/main)\.ts$/, ({ code }) => /\bprocess\.env\b/.test(code))
  only(/^src\/store\//, ({ code }) =>
    /\b(insert into \w|delete from \w|select .{1,80}\bfrom \w|update \w+\s+set\b)/is.test(code),
  )
  only(/^src\/store\//, ({ packages }) => packages.some((name) => /^(postgres|drizzle-orm|@electric-sql)\b/.test(name)))
  only(/^src\/((http|console|demo|exchange|development)\/|(main|server)\.ts$)/, ({ packages }) =>
    packages.some((name) => /^@?hono\b/.test(name)),
  )
  only(/^src\/carriers\//, ({ packages }) => packages.some((name) => /^twilio\b/.test(name)))
})

test('only what is started knows the configuration', () => {
  const importers = sources.filter(({ imports }) => imports.some((one) => folderOf(one) === 'config'))
  for (const { path } of importers) assert.match(folderOf(path), /^(main|server|cli|config|development)$/, path)
})

test('domain is pure: no clock, no randomness, no I/O', () => {
  const impure =
    /\bnew Date\b|\bDate\.|\bMath\.random|\bperformance\b|\bset(Timeout|Interval)\b|\bfetch\(|\bprocess\.|\bconsole\b|\brandom(Bytes|UUID|Int)\b/
  for (const { path, code, packages } of sources.filter(({ path }) => folderOf(path) === 'domain')) {
    assert.doesNotMatch(code, impure, path)
    for (const name of packages) assert.match(name, /^(node:crypto|libphonenumber-js(\/\w+)?|ipaddr\.js)$/, path)
  }
})

test('two files stand at the root of src', () => {
  const entries = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
  assert.deepEqual(
    entries
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .toSorted(),
    ['main.ts', 'server.ts'],
  )
})
