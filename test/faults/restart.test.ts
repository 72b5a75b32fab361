import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import type { Challenge, ChallengeRequest } from '../../src/client/client.ts'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { pressUntilEnd } from '../support/phone-helpers.ts'
import { API_KEY, type Fleet, startFleet } from './fleet.ts'
import type { Instance } from './instance-process.ts'
import { eventually, timed } from './waiting.ts'

/** What a stop in production takes with connections open: first load balancers must notice. */
const WAITING_STOP_MS = DEADLINES.notReady + DEADLINES.openConnections

describe('stopping', { concurrency: true }, () => {
  test('a rolling restart under load fails no call and no wait', { skip: withoutPostgres }, async (t) => {
    const all = await startFleet(t, { instances: 2, phoneTimeoutMs: 30_000 })
    let rolling = true
    const people = Array.from({ length: 4 }, async () => {
      while (rolling || all.webhooks.length <= 100) await aCall(all)
    })
    for (const one of all.instances) {
      // A text, since a call that is left ringing ends while a slow machine restarts.
      const open = await openStream(all, one, { channel: 'sms' })
      const held = all.client(one).wait(open.id, { timeoutSeconds: 55 })
      const stopped = timed(one.stop())
      await eventually('readiness to fail', () => readiness(one, 503))
      const served = await fetch(`${one.url}/openapi.json`)
      assert.equal(served.status, 200, 'it still serves when it is no longer ready')
      // Left unread, a body of this size makes undici throw once the server closes the connection.
      await served.text()
      const { value: code, ms } = await stopped
      assert.equal(code, 0, one.output)
      assert.ok(ms < 30_000, `${ms} ms`)
      const events = await open.events
      assert.match(events, /^retry: \d+\n/)
      assert.match(events, /"status":"pending"[^\n]*\n\n$/, 'the stream ends between two events')
      await one.start()
      assert.equal((await all.client().cancel(open.id)).status, 'canceled')
      assert.equal((await held).status, 'canceled', 'the wait went on')
    }
    rolling = false
    await Promise.all(people)
    assert.deepEqual(all.phones.violations, [])
    assert.ok(all.webhooks.length > 100, `${all.webhooks.length} webhooks`)
    for (const { path, status } of all.webhooks) assert.ok(status === 200 || status === 204, `${path} got ${status}`)
  })

  test('a development server stops at once, with calls and waits open', { skip: withoutPostgres }, async (t) => {
    const all = await startFleet(t, { instances: 1, settings: { NODE_ENV: 'development' } })
    const [one] = all.instances as [Instance]
    const times: number[] = []
    // A slow machine may take that long by itself, but not each time.
    while (times.length < 3 && !(times.at(-1)! < WAITING_STOP_MS)) {
      if (times.length > 0) await one.start()
      const open = await openStream(all, one, { flow: 'approve' })
      const [{ value: code, ms }] = await Promise.all([timed(one.stop()), one.stop()])
      assert.equal(code, 0, one.output)
      assert.match(await open.events, /"status":"pending"/)
      times.push(ms)
    }
    assert.ok(times.at(-1)! < WAITING_STOP_MS, `${times} ms`)
  })

  test('a kill and a restart on the embedded database keeps every challenge', async (t) => {
    const all = await startFleet(t, { instances: 1, embedded: true })
    const [one] = all.instances as [Instance]
    const acknowledged: Challenge[] = []
    const { promise: enough, resolve } = Promise.withResolvers<void>()
    const makers = Array.from({ length: 4 }, async () => {
      while (acknowledged.length < 1_000) {
        const made = await all
          .client(one)
          .create({ to: nextNumber(), channel: 'sms' })
          .catch(() => null)
        if (made === null) return
        if (acknowledged.push(made) === 8) resolve()
      }
    })
    await enough
    await one.kill()
    await Promise.all(makers)
    await one.start()
    for (const { id, created_at } of acknowledged) assert.equal((await all.client(one).get(id)).created_at, created_at)

    const second = await all.addInstance()
    await assert.rejects(second.start())
    assert.equal(await second.exited(), 1)
    assert.match(second.output, /^Answerback can't start\. The data directory .* is in use by process \d+\.$/m)
  })
})

/** A call that must go well while instances stop and start. */
async function aCall(all: Fleet): Promise<void> {
  const phone = all.phones.phone(nextNumber())
  const challenge = await all.client().create({ to: phone.number, flow: 'approve' })
  const watched = outcome(all, challenge.id)
  await phone.answers()
  await pressUntilEnd(phone, '1')
  assert.match(phone.heard, /that is confirmed/)
  assert.equal((await watched)?.reason, 'key_pressed')
}

async function outcome(all: Fleet, id: string): Promise<Challenge | null> {
  let last: Challenge | null = null
  for await (const challenge of all.client().watch(id)) last = challenge
  return last
}

async function openStream(
  all: Fleet,
  one: Instance,
  request: Partial<ChallengeRequest>,
): Promise<{ id: string; events: Promise<string> }> {
  const { id } = await all.client(one).create({ to: nextNumber(), ...request })
  const { body } = await fetch(`${one.url}/v1/challenges/${id}/events`, {
    headers: { Authorization: `Bearer ${API_KEY}` },
  })
  return { id, events: text(body!) }
}

function readiness({ url }: Instance, status: number): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (answer) => answer.status === status,
    () => false,
  )
}
