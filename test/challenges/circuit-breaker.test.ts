import assert from 'node:assert/strict'
import { test } from 'node:test'
import { circuitBreaker } from '../../src/challenges/circuit-breaker.ts'

function blown(at: number) {
  const fuse = circuitBreaker()
  for (let failures = 0; failures < 5; failures++) fuse.failed(at)
  return fuse
}

test('five failures within half a minute blow it; four, or five over a longer time, do not', () => {
  const fuse = circuitBreaker()
  for (const at of [0, 1, 2, 3]) fuse.failed(at)
  assert.ok(fuse.allows(4))
  fuse.failed(40_000)
  assert.ok(fuse.allows(40_001))
  assert.ok(!blown(0).allows(9_999))
})

test('to look is not to try: the trial after a rest is taken by the call that is placed', () => {
  const fuse = blown(0)
  assert.ok(fuse.allows(10_000))
  assert.ok(fuse.allows(10_000))
  fuse.begins(10_000)
  assert.ok(!fuse.allows(10_001))
})

test('a trial that fails begins another rest; one that succeeds mends it', () => {
  const fuse = blown(0)
  fuse.begins(10_000)
  fuse.failed(10_500)
  assert.ok(!fuse.allows(20_499))
  assert.ok(fuse.allows(20_500))
  fuse.succeeded()
  assert.ok(fuse.allows(20_501))
})
