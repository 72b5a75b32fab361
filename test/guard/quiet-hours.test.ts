// When it is night where a number is: at the boundaries, over midnight, by half hours, and in the nights in which clocks change.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isQuiet, type QuietHours, quietUntil } from '../../src/guard/quiet-hours.ts'

const NIGHT: QuietHours = { from: 21 * 60, to: 8 * 60 }
const NOON: QuietHours = { from: 12 * 60, to: 14 * 60 }

const CASES: [what: string, hours: QuietHours, region: string, at: string, until: string | null][] = [
  ['a second before it begins', NIGHT, 'FR', '2026-01-15T19:59:59Z', null],
  ['when it begins', NIGHT, 'FR', '2026-01-15T20:00:00Z', '2026-01-16T07:00:00.000Z'],
  ['at midnight', NIGHT, 'FR', '2026-01-15T23:00:00Z', '2026-01-16T07:00:00.000Z'],
  ['a second before it ends', NIGHT, 'FR', '2026-01-16T06:59:59Z', '2026-01-16T07:00:00.000Z'],
  ['when it ends', NIGHT, 'FR', '2026-01-16T07:00:00Z', null],
  ['in summer an hour earlier', NIGHT, 'FR', '2026-07-15T19:00:00Z', '2026-07-16T06:00:00.000Z'],
  ['hours within a day', NOON, 'FR', '2026-01-15T11:00:00Z', '2026-01-15T13:00:00.000Z'],
  ['after them', NOON, 'FR', '2026-01-15T13:00:00Z', null],
  ['half an hour off', NIGHT, 'IN', '2026-01-15T15:30:00Z', '2026-01-16T02:30:00.000Z'],
  ['a second before that', NIGHT, 'IN', '2026-01-15T15:29:59Z', null],
  ['a quarter of an hour off', NIGHT, 'NP', '2026-01-15T15:15:00Z', '2026-01-16T02:15:00.000Z'],
  ['the night in which clocks go forward is shorter', NIGHT, 'FR', '2026-03-28T22:00:00Z', '2026-03-29T06:00:00.000Z'],
  ['the night in which they go back is longer', NIGHT, 'FR', '2026-10-24T22:00:00Z', '2026-10-25T07:00:00.000Z'],
  ['an end that the clocks leave out', { from: 60, to: 150 }, 'FR', '2026-03-29T00:30:00Z', '2026-03-29T01:00:00.000Z'],
  ['an end that comes twice', { from: 60, to: 150 }, 'FR', '2026-10-25T00:15:00Z', '2026-10-25T00:30:00.000Z'],
  [
    'the same hour once more is quiet again',
    { from: 60, to: 150 },
    'FR',
    '2026-10-25T01:15:00Z',
    '2026-10-25T01:30:00.000Z',
  ],
  [
    'in a region of many zones from where it is evening first',
    NIGHT,
    'US',
    '2026-01-15T02:00:00Z',
    '2026-01-15T18:00:00.000Z',
  ],
  ['to where it is morning last', NIGHT, 'US', '2026-01-15T17:59:00Z', '2026-01-15T18:00:00.000Z'],
  ['and between them not', NIGHT, 'US', '2026-01-15T18:00:00Z', null],
  ['Kosovo, whose zone is not named', NIGHT, 'XK', '2026-01-15T20:00:00Z', '2026-01-16T07:00:00.000Z'],
  ['numbers of no region by UTC', NIGHT, '001', '2026-01-15T21:00:00Z', '2026-01-16T08:00:00.000Z'],
]

for (const [what, hours, region, at, until] of CASES)
  test(`${what}: ${region}, ${at}`, () => {
    assert.equal(isQuiet(hours, region, Date.parse(at)), until !== null)
    if (until !== null) assert.equal(quietUntil(hours, region, Date.parse(at)), until)
  })

test('where it is never day everywhere, no end is told', () => {
  assert.equal(quietUntil({ from: 14 * 60, to: 12 * 60 }, 'RU', Date.parse('2026-01-15T07:00:00Z')), null)
})
