import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSubscriptions } from '../../src/challenges/subscriptions.ts'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { manualClock } from '../../src/exchange/simulator/clock.ts'
import type { ChallengeRecord } from '../../src/store/types.ts'
import { stored } from '../http/challenge-sample.ts'
import { consoleLogger } from '../support/test-loggers.ts'

const TICK_MS = 3_000

function record(id: string, version: number): ChallengeRecord {
  const sample = stored({ version })
  return { ...sample, challenge: { ...sample.challenge, id: id as ChallengeId } }
}

test('ten thousand waiters are read again some hundreds at a time, and what was notified before the rest', async () => {
  const time = manualClock()
  const notified = new Map<string, () => void>()
  const asked: string[][] = []
  const store = {
    challenges: {
      async findMany(ids: string[]) {
        asked.push(ids)
        // While the second query is under way, the very last one changes.
        if (asked.length === 2) notified.get('chl_9999')!()
        return ids.map((id) => record(id, asked.length > 2 && id === 'chl_9999' ? 4 : 3))
      },
    },
    notifier: {
      subscribe(id: string, onChange: () => void) {
        notified.set(id, onChange)
        return () => notified.delete(id)
      },
    },
  }
  const subscriptions = createSubscriptions({
    store: store as never,
    transition: (async (id: ChallengeId) => ({ record: record(id, 3) })) as never,
    tasks: {} as never,
    clock: { now: () => time.now().getTime(), after: (ms, run) => time.after(ms, run) },
    log: consoleLogger,
  })
  const versions = new Map<string, number[]>()
  const stops = Array.from({ length: 10_000 }, (_, index) => {
    const id = `chl_${index}` as ChallengeId
    versions.set(id, [])
    const fail = () => assert.fail('it is read without a fault')
    return subscriptions.watch(id, {
      update: ({ challenge }) => versions.get(id)!.push(challenge.version),
      failed: fail,
      missing: fail,
    })
  })
  await time.advance(TICK_MS)
  while (asked.length < 40) await new Promise(setImmediate)
  assert.ok(asked.every((ids) => ids.length <= 250))
  assert.deepEqual(asked[2], ['chl_9999'])
  assert.deepEqual(versions.get('chl_9999'), [3, 4])
  assert.deepEqual(versions.get('chl_0'), [3])
  assert.equal(new Set(asked.flat()).size, 10_000)
  for (const stop of stops) stop()
  assert.equal(subscriptions.waiters(), 0)
  assert.equal(notified.size, 0)
})
