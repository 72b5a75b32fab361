import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const at = (path: string) => new URL(`../../${path}`, import.meta.url).href

/** Hooks around those of the file under test: the first sees what it leaves to Node, the second what was found. */
const SEEN = `
  import { registerHooks } from 'node:module'
  globalThis.leftToNode = []
  registerHooks({ resolve: (name, context, next) => { leftToNode.push(name); return next(name, context) } })`
const LOADED = `
  import { registerHooks } from 'node:module'
  globalThis.loaded = {}
  registerHooks({ load: (url, context, next) => { loaded[url] = context.format; return next(url, context) } })`
const PROGRAM = `
  await import(${JSON.stringify(at('src/server.ts'))})
  console.log(JSON.stringify({ loaded, leftToNode }))`

type Loading = { loaded: Record<string, string>; leftToNode: string[] }

async function load(...between: string[]): Promise<Loading> {
  const code = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`
  const imports = [code(SEEN), ...between, code(LOADED)].map((url) => `--import=${url}`)
  const { stdout } = await promisify(execFile)(process.execPath, [...imports, '--input-type=module', '-e', PROGRAM], {
    maxBuffer: 2 ** 24,
  })
  return JSON.parse(stdout)
}

describe('loading of modules', async () => {
  const [plain, short] = await Promise.all([load(), load(at('src/config/module-loading.js'))])

  test("finds the very files, in the same formats, that Node finds, but for Zod's other languages", () => {
    const files = Object.entries(plain.loaded)
    const others = files.filter(([url]) => /\/zod\/v4\/locales\/(?!en\.js)/.test(url))
    assert.ok(files.length > 400 && others.length > 50)
    assert.deepEqual(short.loaded, Object.fromEntries(files.filter((file) => !others.includes(file))))
  })

  test('leaves out what no start needs: the pages of the console, and what draws its charts', () => {
    const late = Object.keys(short.loaded).filter((url) => /\/console\/(?!late-console\.)|\/d3-/.test(url))
    assert.deepEqual(late, [])
  })

  test('leaves few to Node, which parses a package.json for each', () => {
    const modules = Object.keys(short.loaded).length
    assert.ok(plain.leftToNode.length > modules, `${plain.leftToNode.length} of ${modules}`)
    assert.ok(short.leftToNode.length < modules / 3, `${short.leftToNode.length} of ${modules}`)
  })

  test('keeps what was compiled for the next start', () => {
    const folder = fileURLToPath(at('node_modules/.cache/compiled'))
    const [version] = readdirSync(folder)
    assert.ok(readdirSync(`${folder}/${version}`).length > 400)
  })
})

test('an older Node is told what to do, before it meets what it lacks', async () => {
  const older = `data:text/javascript,${encodeURIComponent("Object.defineProperty(process.versions, 'node', { value: '20.1.0' })")}`
  const run = promisify(execFile)(process.execPath, [
    `--import=${older}`,
    `--import=${at('src/config/module-loading.js')}`,
    '-e',
    'console.log("ran")',
  ])
  await assert.rejects(run, (error: { code: number; stdout: string; stderr: string }) => {
    assert.deepEqual([error.code, error.stdout], [1, ''])
    assert.match(error.stderr, /needs Node 24 or newer, and this is 20\.1\.0\.\n.*npx npm@11 ci/)
    return true
  })
})

test('what is loaded first asks an older Node for no name that it lacks', () => {
  for (const file of ['module-loading.js', 'node-version.js'])
    for (const [statement] of readFileSync(new URL(at(`src/config/${file}`)), 'utf8').matchAll(
      /^import .*node:module.*$/gm,
    ))
      assert.match(statement, /^import \* as /)
})
