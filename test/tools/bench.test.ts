// The parts of the benchmark that compute: a figure that they got wrong would look like any other.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseNumber } from '../../src/domain/phone-number.ts'
import { benchOptions, USAGE } from '../../tools/bench/bench-options.ts'
import { capacitySentence, capacityTable } from '../../tools/bench/capacity.ts'
import { chart } from '../../tools/bench/chart.ts'
import { profileTables } from '../../tools/bench/cpu-profile.ts'
import { isMet } from '../../tools/bench/goals.ts'
import { percentile } from '../../tools/bench/http-load.ts'
import { phoneNumber } from '../../tools/bench/load-numbers.ts'
import { measureOf, merged } from '../../tools/bench/results.ts'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'

test('every number of the load can be called, and none comes twice', () => {
  const numbers = Array.from({ length: 30_000 }, (_, index) => phoneNumber(index))
  assert.equal(new Set(numbers).size, numbers.length)
  for (const number of numbers.filter((_, index) => index % 97 === 0)) {
    const parsed = parseNumber(number, null, new Set())
    assert.ok(parsed.ok && parsed.region === 'US', number)
  }
})

test('a profile is counted between two moments, by package, by file of ours and by function, without idle time', () => {
  const frame = (id: number, functionName: string, url: string) => ({
    id,
    callFrame: { functionName, url, lineNumber: 4 },
  })
  const path = join(tmpdir(), `answerback-${process.pid}.cpuprofile`)
  const profile = {
    nodes: [
      frame(1, 'parse', 'file:///app/node_modules/@scope/xml/index.js'),
      frame(2, 'step', 'file:///app/src/domain/state-machine.ts'),
      frame(3, '(idle)', ''),
      frame(4, 'writeUtf8String', ''),
    ],
    startTime: 1_000,
    samples: [1, 1, 2, 3, 4, 2],
    timeDeltas: [50, 100, 300, 5_000, 100, 700],
  }
  writeFileSync(path, JSON.stringify(profile))
  const [places, functions] = profileTables(path, 1_100, 6_600)
  rmSync(path)
  assert.deepEqual(places.rows, [
    ['src/domain/state-machine.ts', '60.0'],
    ['@scope/xml', '20.0'],
    ['writes to sockets', '20.0'],
  ])
  assert.deepEqual(functions.rows[0], ['step', 'src/domain/state-machine.ts:5', '60.0'])
})

test('the median and a percentile are of the values themselves', () => {
  assert.deepEqual(measureOf([3, 1, 2, 10], ''), { value: 2.5, min: 1, max: 10, note: '' })
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  assert.equal(percentile(hundred, 0.5), 51)
  assert.equal(percentile(hundred, 0.99), 100)
})

test('a wrong option is named, with what is taken instead, and is no stack', () => {
  const asked = (...args: string[]) => benchOptions(args, { parts: ['start', 'ready'], works: ['creation'] })
  assert.deepEqual(asked('--only', 'start,ready', '--quick'), {
    only: ['start', 'ready'],
    rounds: 2,
    quick: true,
    ended: 1_000_000,
    write: false,
    profile: undefined,
    help: false,
  })
  const faults: [string[], RegExp][] = [
    [['--quik'], /^Unknown option '--quik'\.$/],
    [['stray'], /'stray'/],
    [['--rounds'], /--rounds/],
    [['--rounds', '0'], /--rounds .* not 0\.$/],
    [['--ended', 'many'], /--ended .* not many\.$/],
    [['--only', 'start,stop'], /^--only takes start, ready, and not stop\.$/],
    [['--profile', 'stop'], /--profile takes one of creation, and not stop/],
  ]
  for (const [args, fault] of faults) {
    const said = asked(...args)
    assert.match(String(said), fault)
    assert.doesNotMatch(String(said), /\n/)
  }
  const main = new URL('../../tools/bench/main.ts', import.meta.url).pathname
  const wrong = spawnSync(process.execPath, [...NODE_ARGUMENTS, main, '--quik'], { encoding: 'utf8' })
  assert.deepEqual([wrong.status, wrong.stderr], [1, `Unknown option '--quik'.\n\n${USAGE}\n`])
  const help = spawnSync(process.execPath, [...NODE_ARGUMENTS, main, '--help'], { encoding: 'utf8' })
  assert.deepEqual([help.status, help.stdout], [0, `${USAGE}\n`])
})

test('a later run replaces what it measured, and rows that are kept only where they begin alike', () => {
  const table = (...rows: string[][]) => ({ title: '', head: [], rows })
  const earlier = {
    measures: { growth: measureOf([1], 'old'), ready: measureOf([2], 'old') },
    tables: { filled: table(['1', 'old'], ['10', 'old']), start: table(['a', 'old'], ['b', 'old']) },
  }
  const now = {
    measures: { growth: measureOf([3], 'new') },
    tables: { filled: { ...table(['1', 'new']), keepsRows: true as const }, start: table(['a', 'new']) },
  }
  const { measures, tables } = merged(earlier, now)
  assert.deepEqual([measures.growth?.note, measures.ready?.note], ['new', 'old'])
  assert.deepEqual(tables.filled?.rows, [
    ['10', 'old'],
    ['1', 'new'],
  ])
  assert.deepEqual(tables.start?.rows, [['a', 'new']])
})

test('a goal is met from above or from below, and its bar reaches the line just then', () => {
  assert.ok(isMet('creation', 0.8))
  assert.ok(!isMet('creation', 0.79))
  assert.ok(isMet('disk', 1.5))
  assert.ok(!isMet('disk', 1.51))
  const drawn = chart({ creation: measureOf([0.8], ''), disk: measureOf([3], '') })
  const goalAt = Number(/<line x1="(\d+)"/.exec(drawn)![1])
  const [creation, disk] = [...drawn.matchAll(/class="(met|missed)" x="(\d+)" y="\d+" width="(\d+)"/g)]
  assert.deepEqual([creation![1], Number(creation![2]) + Number(creation![3])], ['met', goalAt])
  assert.equal(disk![1], 'missed')
  assert.ok(Math.abs(Number(disk![3]) * 2 - Number(creation![3])) <= 1)
})

test('the capacity is reckoned from what was measured, and not without it', () => {
  const one = (value: number, note = '') => ({ value, min: value, max: value, note })
  const results = {
    machine: { processors: '4 × Some Processor' },
    measures: { disk: one(2), waiter_memory: one(32), memory: one(1, '300 ÷ 200 MiB') },
    tables: { instances: { title: '', head: [], rows: [['1', '400', '']] } },
  }
  // 1,800,000 logins a day: 50 in an average second of the busiest hour, 100 in its busiest; 100 a core, half busy.
  const millions = capacityTable(results).rows.find(([logins]) => logins === '1,000,000')
  assert.deepEqual(millions, ['1,000,000', '56', '1.1', '3,334', '104 MiB', '763 GiB'])
  assert.match(capacitySentence(results), /^Measured: 400 whole calls a second on 4 cores, 100 for each; 2\.0 KiB/)
  assert.throws(() => capacityTable({ ...results, tables: {} }), /lack a figure/)
})
