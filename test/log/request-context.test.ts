// A line bears its request, and nothing of another one: neither its fields nor, where work serves many requests, its id.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestContext } from '../../src/log/request-context.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { realClock } from '../../src/time/clock.ts'
import { createDispatcher } from '../../src/webhooks/dispatcher.ts'
import { startPoller } from '../../src/webhooks/poller.ts'
import { eventually } from '../faults/waiting.ts'
import { startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { recordedLogger } from '../support/test-loggers.ts'

test('a line bears its request, and no field of the lines before it', async () => {
  const { log, logged } = await recordedLogger()
  requestContext.run({ request: 'req_1' }, () => {
    log.info({ challenge: 'chl_1', delivery: 'dlv_1', err: new Error('of the first') }, 'first')
    log.info({}, 'second')
  })
  const [first, second] = logged.map((line) => JSON.parse(line))
  assert.equal(first.challenge, 'chl_1')
  const { time: _, ...rest } = second
  assert.deepEqual(rest, { level: 'info', request: 'req_1', msg: 'second' })
})

test('work that serves many requests is of none of them', { skip: withoutPostgres }, async (t) => {
  // Watchers read again at once.
  const clock = { ...realClock, after: (ms: number, run: () => void) => realClock.after(ms === 3_000 ? 50 : ms, run) }
  const server = await startServer({ pushes: true }, ['twilio'], clock)
  t.after(() => server.stop())
  const { challenges, outbox } = server.store
  const seen: Record<string, Set<string | undefined>> = { claim: new Set(), findMany: new Set(), post: new Set() }
  const note = (what: string) => void seen[what]?.add(requestContext.getStore()?.request)
  const { claim, markFailed } = outbox
  const { findMany } = challenges
  outbox.claim = (...asked) => {
    note('claim')
    return claim(...asked)
  }
  outbox.markFailed = (...asked) => {
    note('post')
    return markFailed(...asked)
  }
  challenges.findMany = (...asked) => {
    note('findMany')
    return findMany(...asked)
  }
  const secrets = [`whsec_${Buffer.alloc(32, 1).toString('base64')}`]
  // A port at which nothing listens.
  const dispatcher = createDispatcher({
    store: server.store,
    endpoints: { of: () => ({ url: 'http://127.0.0.1:9/', secrets }), any: () => true, several: () => false },
    allowedNetwork: 'loopback',
    trace: null,
    metrics: createMetrics(),
    clock: realClock,
    log: (await recordedLogger()).log,
  })
  t.after(startPoller(dispatcher, server.store.notifier, { ...realClock, after: () => () => {} }))
  const { json } = await server.create({ channel: 'sms' })
  const waited = server.ask('GET', `/v1/challenges/${json.id}?wait=20`)
  await eventually('a read', () => seen.findMany!.size > 0)
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`)
  assert.equal((await waited).json.status, 'canceled')
  await eventually('a push', () => seen.post!.size > 0)
  for (const [what, requests] of Object.entries(seen)) assert.deepEqual([...requests], [undefined], what)
})
