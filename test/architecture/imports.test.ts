// Arrows between the rooms of the house go down only, and each room keeps its own trade.

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const SRC = join(import.meta.dirname, '../../src')

/** What each room may know besides itself. */
const MAY_KNOW: Record<string, string[]> = {
  domain: [],
  log: [],
  prompts: ['domain'],
  store: ['domain', 'log', 'time'],
  carriers: ['domain'],
  time: [],
  guard: ['store', 'domain'],
  factors: ['store', 'domain'],
  challenges: ['guard', 'carriers', 'store', 'prompts', 'log', 'time', 'domain'],
  http: ['challenges', 'factors', 'guard', 'carriers', 'store', 'prompts', 'log', 'time', 'domain'],
  webhooks: ['http', 'challenges', 'store', 'domain', 'log', 'time'],
  config: ['guard', 'carriers', 'domain', 'log'],
  cli: ['config', 'webhooks', 'http', 'challenges', 'carriers', 'store', 'prompts', 'domain', 'log'],
  development: ['config', 'exchange', 'demo'],
  server: ['config', 'webhooks', 'http', 'challenges', 'factors', 'carriers', 'store', 'domain', 'log', 'time'],
  main: ['http', 'server', 'development', 'config', 'log'],
  client: [],
  elements: ['client'],
  exchange: [],
  demo: ['client'],
}

/** Of the two files at the root each is a room of its own. */
function room(path: string): string {
  return path.split('/')[0]!.replace(/\.ts$/, '')
}

type File = { path: string; code: string; imports: string[]; packages: string[] }

const IMPORT = /^(?:import|export)\b([^'"`;=]*?) from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm

const files: File[] = globSync('**/*.ts', { cwd: SRC }).map((path) => {
  const text = readFileSync(join(SRC, path), 'utf8')
  const names = [...text.matchAll(IMPORT)].map(([, , from, bare, late]) => from ?? bare ?? late!)
  return {
    path,
    code: text.replace(/^\s*\/\/[^\n]*|\/\*.*?\*\//gms, ''),
    imports: names.filter((name) => name.startsWith('.')).map((name) => there(path, name)),
    packages: names.filter((name) => !name.startsWith('.')),
  }
})

function there(path: string, name: string): string {
  return relative(SRC, join(SRC, dirname(path), name))
}

/** Only these files may do it. */
function only(allowed: RegExp, does: (file: File) => boolean): void {
  const others = files.filter((file) => does(file) && !allowed.test(file.path))
  assert.deepEqual(
    others.map(({ path }) => path),
    [],
  )
}

test('the rooms are those that are known, and the house is read whole', () => {
  assert.deepEqual([...new Set(files.map(({ path }) => room(path)))].toSorted(), Object.keys(MAY_KNOW).toSorted())
  const paths = new Set(files.map(({ path }) => path))
  for (const { path, imports } of files)
    for (const one of imports) assert.ok(paths.has(one) || !one.endsWith('.ts'), `${path} imports ${one}`)
  assert.ok(files.flatMap(({ imports }) => imports).length > 300)
})

test('arrows go down only', () => {
  const wrong = files.flatMap(({ path, imports }) =>
    imports
      .filter((one) => room(one) !== room(path) && !MAY_KNOW[room(path)]?.includes(room(one)))
      .map((one) => `${path} → ${one}`),
  )
  assert.deepEqual(wrong, [])
})

test('nothing imports itself by a way round', () => {
  const done = new Set<string>()
  function visit(path: string, way: string[]): void {
    assert.ok(!way.includes(path), [...way, path].join(' → '))
    if (done.has(path)) return
    for (const next of runs(path)) visit(next, [...way, path])
    done.add(path)
  }
  for (const { path } of files) visit(path, [])
})

/** What a file needs when it runs: its types are gone by then. */
function runs(path: string): string[] {
  if (!path.endsWith('.ts')) return []
  const found = [...readFileSync(join(SRC, path), 'utf8').matchAll(IMPORT)]
  return found
    .filter(([, what = '', from, bare]) => (from ?? bare)?.startsWith('.') && !/^\s*type\b/.test(what))
    .map(([, , from, bare]) => there(path, (from ?? bare)!))
}

test('one room speaks SQL, those that serve pages know Hono, and only what is started reads the environment', () => {
  only(/^config\/load-environment\.ts$|^main\.ts$|^exchange\/main\.ts$/, ({ code }) => /\bprocess\.env\b/.test(code))
  only(/^store\//, ({ code }) =>
    /\b(insert into \w|delete from \w|select .{1,80}\bfrom \w|update \w+\s+set\b)/is.test(code),
  )
  only(/^store\//, ({ packages }) => packages.some((name) => /^(postgres|drizzle-orm|@electric-sql)\b/.test(name)))
  only(/^(http|demo|exchange|development)\/|^(main|server)\.ts$/, ({ packages }) =>
    packages.some((name) => /^@?hono\b/.test(name)),
  )
  only(/^carriers\//, ({ packages }) => packages.some((name) => /^twilio\b/.test(name)))
})

test('only what is started knows the configuration', () => {
  const known = files.filter(({ imports }) => imports.some((one) => /^config\//.test(one)))
  for (const { path } of known) assert.match(room(path), /^(main|server|cli|config|development)$/, path)
})

test('core is pure: no clock, no chance, no world', () => {
  const impure =
    /\bnew Date\b|\bDate\.|\bMath\.random|\bperformance\b|\bset(Timeout|Interval)\b|\bfetch\(|\bprocess\.|\bconsole\b|\brandom(Bytes|UUID|Int)\b/
  for (const { path, code, packages } of files.filter(({ path }) => path.startsWith('domain/'))) {
    assert.doesNotMatch(code, impure, path)
    for (const name of packages) assert.match(name, /^(node:crypto|libphonenumber-js(\/\w+)?|ipaddr\.js)$/, path)
  }
})
