import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseRetryAfter, secondsUntilRetry } from '../../src/webhooks/retry-schedule.ts'

const HOUR = 3600
const waits = (random: number) => Array.from({ length: 14 }, (_, index) => secondsUntilRetry(index + 1, random))

describe('the schedule', () => {
  test('is fast while a login waits, then that of the standard, and ends', () => {
    assert.deepEqual(waits(0.5), [
      ...[1, 3, 7, 15, 30, 300, 1800],
      ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR),
      null,
    ])
  })

  test('has jitter in the tail and not in the head', () => {
    const [least, most] = [waits(0), waits(0.999_999)]
    for (const [index, wait] of waits(0.5).slice(0, 13).entries()) {
      const spread = (most[index]! - least[index]!) / wait!
      if (index < 5) assert.equal(spread, 0)
      else assert.ok(Math.abs(spread - 0.2) < 1e-5 && least[index]! < wait!, `try ${index + 1}: ${spread}`)
    }
  })

  test('respects Retry-After up to an hour, and is never shorter than without it', () => {
    assert.equal(secondsUntilRetry(1, 0.5, 120), 120)
    assert.equal(secondsUntilRetry(1, 0.5, 10 * HOUR), HOUR)
    assert.equal(secondsUntilRetry(6, 0.5, 2), 300)
    assert.equal(secondsUntilRetry(14, 0.5, 120), null)
  })
})

test('Retry-After is a number of seconds or a date, and anything else counts as none', () => {
  const now = Date.parse('2026-01-31T12:00:00Z')
  assert.equal(parseRetryAfter('120', now), 120)
  assert.equal(parseRetryAfter('Sat, 31 Jan 2026 12:01:30 GMT', now), 90)
  for (const nothing of [undefined, '', '-5', '1.5x', 'soon', 'Sat, 31 Jan 2026 11:59:00 GMT'])
    assert.equal(parseRetryAfter(nothing, now), 0, nothing)
})
