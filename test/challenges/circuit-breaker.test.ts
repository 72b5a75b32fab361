import assert from 'node:assert/strict'
import { test } from 'node:test'
import { circuitBreaker } from '../../src/challenges/circuit-breaker.ts'

function opened(at: number) {
  const breaker = circuitBreaker()
  for (let failures = 0; failures < 5; failures++) breaker.failed(at)
  return breaker
}

test('opens after five failures within half a minute; not after four, nor after five over a longer time', () => {
  const breaker = circuitBreaker()
  for (const at of [0, 1, 2, 3]) breaker.failed(at)
  assert.ok(breaker.allows(4))
  breaker.failed(40_000)
  assert.ok(breaker.allows(40_001))
  assert.ok(!opened(0).allows(9_999))
})

test('after the pause it allows one trial, which only a placed call uses up', () => {
  const breaker = opened(0)
  assert.ok(breaker.allows(10_000))
  assert.ok(breaker.allows(10_000))
  breaker.begins(10_000)
  assert.ok(!breaker.allows(10_001))
})

test('a trial that fails begins another pause; one that succeeds closes it', () => {
  const breaker = opened(0)
  breaker.begins(10_000)
  breaker.failed(10_500)
  assert.ok(!breaker.allows(20_499))
  assert.ok(breaker.allows(20_500))
  breaker.succeeded()
  assert.ok(breaker.allows(20_501))
})
