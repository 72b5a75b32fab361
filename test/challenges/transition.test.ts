import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBackgroundTasks } from '../../src/challenges/background-tasks.ts'
import { createKnownRecords } from '../../src/challenges/known-records.ts'
import { createTransition } from '../../src/challenges/transition.ts'
import { secondsUntilCheck } from '../../src/domain/state-machine.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import type { Store } from '../../src/store/store.ts'
import { realClock } from '../../src/time/clock.ts'
import { memoryStore } from '../simulator/memory-store.ts'
import { aChallenge, aCreation, aRequest, NO_RULES } from '../store/samples.ts'
import { NO_TRAFFIC_GUARD } from '../support/no-traffic-guard.ts'

test('checking codes does not postpone the check of a call whose placement is unknown', async () => {
  let now = Date.parse('2026-01-05T12:00:00Z')
  const { challenges } = memoryStore(() => now)
  const transition = createTransition({
    store: { challenges, notifier: { publish: () => {} } as unknown as Store['notifier'] },
    knownRecords: createKnownRecords(realClock),
    refusedBySettings: async () => null,
    traffic: NO_TRAFFIC_GUARD,
    countWhenFound: (_challenge, _delivery, saved) => saved,
    learntRules: () => [],
    limits: {
      startOf: () => ({ rules: NO_RULES, owner: [], locks: [], consume: [], hold: [] }),
      hashes: () => [],
      codeLocks: () => [],
      unansweredLocks: () => [],
    },
    slots: { slotFor: () => null, reserved: () => {} },
    policy: { gate: true, drawnKey: false },
    settingsOf: () => ({ pushes: false }),
    tasks: createBackgroundTasks(silentLogger),
    log: silentLogger,
    runEffects: async (_, record) => record,
    noteCarrierHealth: () => {},
    metrics: createMetrics(),
  })
  const challenge = aChallenge()
  const wakeSeconds = secondsUntilCheck(challenge)
  await challenges.insert(
    { challenge, request: aRequest(), expiresIn: 300, idempotency: null, slot: null },
    { ...aCreation, secondsUntilCheck: wakeSeconds },
  )
  for (let second = 3; second < wakeSeconds!; second += 3) {
    now += 3_000
    await transition(challenge.id, () => ({ type: 'code_submitted', right: false }))
    assert.deepEqual(await challenges.claimDue(10), [])
  }
  now += 1_000
  assert.deepEqual(
    (await challenges.claimDue(10)).map(({ id }) => id),
    [challenge.id],
  )
})
