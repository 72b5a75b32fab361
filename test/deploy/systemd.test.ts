// deploy/systemd/answerback.service, as systemd itself reads it.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { ROOT, readText } from './deployment-files.ts'

const FILE = 'deploy/systemd/answerback.service'
/** Where docs/deploy.md puts the clone. */
const INSTALLED = '/opt/answerback'
const unit = readText(FILE)

const withoutSystemd = spawnSync('systemd-analyze', ['--version']).error
  ? "SKIPPED: no systemd-analyze found (Debian's package systemd)"
  : false

if (withoutSystemd) console.error(withoutSystemd)

function values(name: string): string[] {
  return [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value!)
}

/** The unit with this clone in the place of the installed one. */
function analyze(...options: string[]): { status: number | null; output: string } {
  const directory = mkdtempSync(join(tmpdir(), 'answerback-systemd-'))
  const path = join(directory, 'answerback.service')
  writeFileSync(path, unit.replaceAll(INSTALLED, ROOT))
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...options, path], { encoding: 'utf8' })
  rmSync(directory, { recursive: true })
  return { status, output: stdout + stderr }
}

test('systemd takes the unit, without a warning', { skip: withoutSystemd }, () => {
  assert.deepEqual(analyze('verify'), { status: 0, output: '' })
})

test('systemd counts it among the least exposed', { skip: withoutSystemd }, () => {
  const { output } = analyze('security', '--offline=true', '--no-pager')
  const [, level] = /Overall exposure level for answerback\.service: ([\d.]+)/.exec(output) ?? []
  assert.ok(Number(level) <= 1.5, output)
  assert.ok(readText('docs/deploy.md').includes(`\`systemd-analyze security\` gives it ${level}`), `${level}`)
})

test('it starts what `npm start` does, by the Node of the lock file', () => {
  const [command] = values('ExecStart')
  const { scripts } = JSON.parse(readText('package.json'))
  assert.equal(`exec ${command!.replace(`${INSTALLED}/node_modules/.bin/`, '')}`, scripts.start)
  assert.deepEqual(values('WorkingDirectory'), [INSTALLED])
})

test('a stop has the time that it takes', () => {
  assert.ok(Number(values('TimeoutStopSec')[0]) * 1000 > DEADLINES.stop)
})
