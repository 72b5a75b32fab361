// What no file of the repository may hold: it is built anywhere, by anyone, from any registry.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')
const PICTURES = /\.(png|jpg|ico|woff2|mp3)$/

function tracked(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  return listed.split('\0').filter((path) => path !== '' && !PICTURES.test(path) && existsSync(join(ROOT, path)))
}

const inGit = existsSync(join(ROOT, '.git'))
const FORBIDDEN: [string, RegExp][] = [
  ['the host of a package registry', /\bregistry\.(npmjs|yarnpkg|npmmirror)\b|\bnpm\.pkg\.github\b|_authToken=/],
  ['a path of one machine', /(?<![\w.$}])\/(work|root|home\/[a-z]\w*|Users\/\w+)\//],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['work left for later', /\b(TODO|FIXME|XXX|HACK)\b/],
]

test('no file holds what belongs to one machine or one registry', { skip: !inGit && 'SKIPPED: not a clone' }, () => {
  const paths = tracked().filter((path) => path !== 'test/architecture/repository.test.ts')
  assert.ok(paths.length > 100)
  const found = paths.flatMap((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return FORBIDDEN.flatMap(([what, pattern]) => {
      const [match] = pattern.exec(text) ?? []
      return match === undefined ? [] : [`${path}: ${what}: ${match}`]
    })
  })
  assert.deepEqual(found, [])
})

test('the lock file names no place to fetch from, and proves what is fetched', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { resolved?: string; integrity?: string; version?: string }>
  }
  const installed = Object.entries(packages).filter(([path]) => path !== '')
  assert.ok(installed.length > 20)
  for (const [path, { resolved, integrity }] of installed) {
    assert.equal(resolved, undefined, path)
    assert.match(integrity ?? '', /^sha512-/, path)
  }
})

test('every dependency is pinned to one version', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }))
    assert.match(version, /^\d+\.\d+\.\d+$/, name)
})
