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

test('ten thousand waiters are confirmed some hundreds at a time, beside what is notified, and only what has changed is read', async () => {
  const time = manualClock()
  const notified = new Map<string, () => void>()
  const asked: string[][] = []
  const read: string[] = []
  const held = Promise.withResolvers<void>()
  const store = {
    challenges: {
      async findMany(ids: string[]) {
        read.push(...ids)
        return ids.map((id) => record(id, 4))
      },
    },
    changedChallenges: {
      async since(versions: Map<string, number>) {
        assert.ok(versions.values().every((version) => version === 3))
        asked.push([...versions.keys()])
        if (asked.length === 2) await held.promise
        return versions.has('chl_9000') ? ['chl_9000'] : []
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
  notified.get('chl_7')!()
  await new Promise(setImmediate)
  assert.equal(asked.length, 2, 'the database has not answered')
  assert.deepEqual(versions.get('chl_7'), [3, 4])
  await time.advance(TICK_MS)
  assert.equal(asked.length, 2, 'nothing is asked twice at once')
  stops[9_999]!()
  held.resolve()
  await new Promise(setImmediate)
  assert.deepEqual(versions.get('chl_9000'), [3, 4], 'what was not notified is told all the same')
  assert.deepEqual(read, ['chl_7', 'chl_9000'])
  assert.deepEqual([asked.length, asked.flat().length], [40, 9_999])
  assert.ok(asked.every((ids) => ids.length <= 250))
  for (const stop of stops) stop()
  assert.equal(subscriptions.waiters(), 0)
  assert.equal(notified.size, 0)
})
