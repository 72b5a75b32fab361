// The documents name files and folders: those exist, and none is missing from the tree.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')
const DOCUMENTS = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/login-app/README.md'],
  ...['client', 'elements', 'testing'].map((name) => `src/${name}/README.md`),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

for (const document of DOCUMENTS) {
  describe(document, () => {
    const text = read(document)

    test('names only files that exist', () => {
      const paths = [...text.matchAll(/`((?:src|test|tools|docs|drizzle)\/[\w./-]+|\.ci\/run|\.env\.example)`/g)]
      for (const [, path] of paths) assert.ok(existsSync(join(ROOT, path!)), path)
    })

    test('links only to files that exist', () => {
      const links = [...text.matchAll(/(?:\]\(|src=")(?!https?:|mailto:|#)([^)#"\s]+)/g)]
      for (const [, link] of links) assert.ok(existsSync(join(ROOT, dirname(document), link!)), link)
    })

    test('names only commands that npm knows', () => {
      for (const [, name] of text.matchAll(/\bnpm run (?:-s )?([a-z:]+)/g)) assert.ok(name! in scripts, name)
    })
  })
}

test('the README says what its readers have asked for', () => {
  const text = read('README.md')
  assert.match(text, /\/v1\/challenges\/\$ID\/check/, 'how a code is checked')
  assert.match(text, /`PORT=\d+ npm start` listens elsewhere/, 'how the port is changed')
  assert.match(text, /derive from `EXCHANGE_TOKEN`, drawn at each start/, 'what EXCHANGE_TOKEN is')
  assert.match(text, /On Windows\s+use WSL/, 'what to do where npm has no exec')
})

test('the lists of CONTRIBUTING.md begin with the file to touch', () => {
  const steps = read('CONTRIBUTING.md')
    .split(/^## Add /m)
    .slice(1)
    .flatMap((part) => part.split('\n').filter((line) => line.startsWith('- ')))
  assert.ok(steps.length > 15)
  for (const step of steps) assert.match(step, /^- `[\w./-]+`(,| and|:)/)
})

test('every folder of the sources, and nothing else, stands in the tree of ARCHITECTURE.md', () => {
  const [, tree = ''] = /^```\nsrc\/\n(.*?)^```$/ms.exec(read('ARCHITECTURE.md')) ?? []
  const named = [...tree.matchAll(/^ {2}([\w.]+\/?) /gm)].map(([, name]) => name!)
  const found = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).map((entry) =>
    entry.isDirectory() ? `${entry.name}/` : entry.name,
  )
  assert.deepEqual(named.toSorted(), found.toSorted())
})
