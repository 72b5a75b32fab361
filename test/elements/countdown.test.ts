import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Countdown, clockText } from '../../src/elements/countdown.ts'

const EXPIRES = '2026-01-31T12:05:00.000Z'

test('counts by the server, whatever the browser takes for the time', () => {
  for (const local of [0, Date.parse(EXPIRES), Date.parse('2031-01-01T00:00:00.000Z')]) {
    const countdown = new Countdown()
    countdown.set({ expires_at: EXPIRES, expires_in: 120, redeliver_in: 9.2 }, local)
    assert.equal(countdown.secondsLeft(local + 20_000), 100)
    assert.equal(countdown.secondsUntilRedelivery(local), 10)
    assert.equal(countdown.secondsUntilRedelivery(local + 9_200), 0)
    assert.equal(countdown.secondsLeft(local + 500_000), 0)
  }
})

test('a refusal postpones the next delivery, and never brings it forward', () => {
  const countdown = new Countdown()
  countdown.set({ expires_at: EXPIRES, expires_in: 120, redeliver_in: 5 }, 0)
  countdown.postpone(30, 1_000)
  assert.equal(countdown.secondsUntilRedelivery(1_000), 30)
  countdown.postpone(2, 1_000)
  assert.equal(countdown.secondsUntilRedelivery(1_000), 30)
})

test('warns twice, and repeats no warning', () => {
  const countdown = new Countdown()
  countdown.set({ expires_at: EXPIRES, expires_in: 62 }, 0)
  const warnings = [0, 1_000, 2_000, 41_000, 42_000, 50_000].map((local) => countdown.warning(local))
  assert.deepEqual(warnings, [null, null, 60, 60, 20, 20])
})

test('is written as minutes and seconds', () => {
  assert.deepEqual([0, 9, 60, 299].map(clockText), ['0:00', '0:09', '1:00', '4:59'])
})
