import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ground } from '../../src/challenges/challenges.ts'
import { actor } from '../../src/challenges/transition.ts'
import { secondsUntilCheck } from '../../src/domain/state-machine.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { memoryStore } from '../simulator/memory-store.ts'
import { aChallenge, created, someTerms } from '../store/samples.ts'

test('somebody who types does not put off the look at a call that nobody hears of', async () => {
  let now = Date.parse('2026-01-05T12:00:00Z')
  const { challenges } = memoryStore(() => now)
  const store = { challenges, notifier: { ring: () => {} } } as unknown as Ground['store']
  const settings = { policy: { gate: true }, pushes: false } as Ground['settings']
  const act = actor({ store, settings, log: silentLogger } as unknown as Ground)
  const challenge = aChallenge()
  const wakeSeconds = secondsUntilCheck(challenge)
  await challenges.insert(
    { challenge, request: someTerms(), expiresIn: 300, idempotencyKey: null },
    { ...created, secondsUntilCheck: wakeSeconds },
  )
  for (let second = 3; second < wakeSeconds!; second += 3) {
    now += 3_000
    await act(challenge.id, () => ({ type: 'code_submitted', right: false }))
    assert.deepEqual(await challenges.due(10), [])
  }
  now += 1_000
  assert.deepEqual(await challenges.due(10), [challenge.id])
})
