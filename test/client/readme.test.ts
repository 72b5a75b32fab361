// The README's TypeScript and the client that it imports, compiled as in another project.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')
const run = promisify(execFile)

/** What the compiler says, which is nothing when it is content. */
async function tsc(cwd: string, ...options: string[]): Promise<string> {
  try {
    return (await run(process.execPath, [TSC, ...options], { cwd })).stdout
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

test('the TypeScript in the README passes tsc --strict in another project, and the client runs there', async (t) => {
  const project = await mkdtemp(join(tmpdir(), 'answerback-readme-'))
  t.after(() => rm(project, { recursive: true }))
  const built = await tsc(ROOT, '-p', 'tsconfig.client.json', '--outDir', join(project, 'answerback'))
  assert.equal(built, '')

  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code!)
  assert(
    examples.some((code) => code.includes('.check(')),
    'the default flow is shown whole',
  )
  await writeFile(join(project, 'package.json'), '{"type":"module"}')
  await symlink(join(ROOT, 'node_modules'), join(project, 'node_modules'))
  const files = examples.map((_, i) => `example-${i}.ts`)
  await Promise.all(examples.map((code, i) => writeFile(join(project, files[i]!), code)))
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--types', 'node']
  assert.equal(await tsc(project, ...options, ...files), '')
  // The compiler looks at the client's types: a wrong use of them is found.
  await writeFile(join(project, 'wrong.ts'), `${examples[0]}\nexport const wrong: number = answerback.get('chl_1')\n`)
  assert.match(await tsc(project, ...options, 'wrong.ts'), /wrong\.ts.*TS2322/)

  const client = await import(join(project, 'answerback/client.js'))
  const fetch = () => Response.json({ id: 'chl_1', status: 'pending' })
  const answerback = new client.Answerback({ baseUrl: 'http://a', key: 'key', fetch })
  assert.equal((await answerback.get('chl_1')).status, 'pending')
})
