import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { Challenge } from '../../src/domain/challenge.ts'
import type { ChallengeEvent } from '../../src/domain/events.ts'
import { challengeView } from '../../src/http/challenge-view.ts'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { startPoller } from '../../src/webhooks/poller.ts'
import { samplesOf } from '../metrics/metric-samples.ts'
import { onEachDatabase } from '../store/each-database.ts'
import { anAct } from '../store/samples.ts'
import { OLD_SECRET, type Receiver, SECRET, startReceiver, status, verify } from '../support/webhook-receiver.ts'
import { openPushFixture, type PushFixture } from './push-fixture.ts'

/** Sooner than an endpoint that hangs is given up, which would let the others go on too. */
const BEFORE_GIVEN_UP_MS = DEADLINES.pushAnswer - 1_000

/** The events that lead to each outcome, from a call that is being placed. */
const OUTCOMES: Record<string, (challenge: Challenge) => ChallengeEvent[]> = {
  approved: () => [{ type: 'code_submitted', right: true }],
  denied: () => Array.from({ length: 5 }, () => ({ type: 'code_submitted', right: false })),
  undelivered: ({ deliveries: [call] }) => [{ type: 'ended', delivery: call!.id, result: 'busy' }],
  expired: () => [{ type: 'expired' }],
  canceled: () => [{ type: 'canceled' }],
}

onEachDatabase((database) =>
  describe('the dispatcher', () => {
    let fixture: PushFixture
    let app: Receiver

    before(async () => {
      fixture = await openPushFixture(database())
    })
    beforeEach(async () => {
      await fixture.clear()
      app = await startReceiver()
    })
    afterEach(() => app.close())
    after(() => fixture.close())

    const settled = async (service?: string) => {
      const { id } = await fixture.createChallenge('send_code', service)
      await fixture.applyEvents(id, { type: 'canceled' })
      return id
    }
    /** Requests to the slow endpoints are held from now on. Returns how to release each. */
    const holdSlow = () => {
      const held: (() => void)[] = []
      app.answer((response, { path }) => {
        if (path.includes('slow')) held.push(() => response.end())
        else response.end()
      })
      return held
    }

    test('each try is counted, and how late the app has what it took', async () => {
      const counted = async () => samplesOf((await fixture.metrics.text()).body)
      const earlier = await counted()
      await settled()
      const dispatcher = fixture.dispatcher(app.url)
      app.answer(status(500))
      await dispatcher.sendDue()
      app.answer(status(204))
      await fixture.passTime(10)
      await dispatcher.sendDue()
      await dispatcher.close()
      const later = await counted()
      const grown = (name: string) => later.get(name)! - (earlier.get(name) ?? 0)
      const messages = app.received.length / 2
      assert.ok(messages > 0)
      assert.equal(grown('answerback_app_webhook_duration_seconds_count{result="failed"}'), messages)
      assert.equal(grown('answerback_app_webhook_duration_seconds_count{result="delivered"}'), messages)
      assert.equal(grown('answerback_app_webhook_delay_seconds_count'), messages)
      const late = grown('answerback_app_webhook_delay_seconds_sum') / messages
      assert.ok(late >= 10 && late < 20, `${late} s`)
    })

    for (const [outcome, events] of Object.entries(OUTCOMES)) {
      test(`challenge.${outcome} arrives once, signed, with the challenge in it`, async () => {
        const challenge = await fixture.createChallenge()
        await fixture.applyEvents(challenge.id, ...events(challenge))
        const dispatcher = fixture.dispatcher(app.url)
        await dispatcher.sendDue()
        await dispatcher.sendDue()
        const [sent, ...more] = app.received.filter(({ body }) => body.includes(`"challenge.${outcome}"`))
        assert.deepEqual(more, [])
        const stored = (await fixture.store.challenges.find(challenge.id))!
        assert.deepEqual(verify(sent!), {
          type: `challenge.${outcome}`,
          timestamp: stored.endedAt,
          data: challengeView(stored),
        })
        assert.equal(sent!.headers['content-type'], 'application/json')
        assert.match(sent!.id, /^msg_[\w-]{30}$/)
        await dispatcher.close()
      })
    }

    test('delivery.updated has the delivery, and no message has a code or a number', async () => {
      const challenge = await fixture.createChallenge()
      const delivery = challenge.deliveries[0]!.id
      const dispatcher = fixture.dispatcher(app.url)
      await fixture.applyEvents(challenge.id, { type: 'ringing', delivery, ref: 'CA1' })
      await dispatcher.sendDue()
      const { type, data } = verify(app.received[0]!) as { type: string; data: ReturnType<typeof challengeView> }
      assert.deepEqual([type, data.deliveries[0]?.state, data.version], ['delivery.updated', 'ringing', 2])
      await fixture.applyEvents(challenge.id, { type: 'ended', delivery, result: 'no_answer' })
      await dispatcher.sendDue()
      assert.deepEqual(app.types(), ['challenge.undelivered', 'delivery.updated', 'delivery.updated'])
      assert.ok(!app.received.some(({ body }) => body.includes('2025550123')))
      assert.ok(!fixture.logged.join().includes('2025550123'))
      await dispatcher.close()
    })

    test('a message is tried again under its id, at the time of the try, until it is given up', async () => {
      app.answer(status(500))
      await settled()
      const dispatcher = fixture.dispatcher(app.url)
      const waits: number[] = []
      for (;;) {
        await dispatcher.sendDue()
        const wait = fixture.retries.at(-1)!.seconds
        if (wait === null) break
        waits.push(wait)
        await fixture.holdBack()
        await dispatcher.sendDue()
        await fixture.passTime(wait)
      }
      assert.deepEqual(waits.slice(0, 5), [1, 3, 7, 15, 30])
      assert.equal(waits.length, 13)
      assert.equal(fixture.retries.length, 14)
      assert.equal(app.received.length, 14, 'nothing is sent before its time')
      assert.equal(new Set(app.received.map(({ id }) => id)).size, 1)
      assert.deepEqual(
        app.received.map(({ timestamp }) => timestamp),
        fixture.claimTimes.map(Math.floor),
        'each is signed with the time of its own try',
      )
      for (const [index, wait] of waits.entries())
        assert.ok(fixture.claimTimes[index + 1]! - fixture.claimTimes[index]! >= wait)

      const [failed] = await fixture.store.outbox.listFailed(10)
      assert.deepEqual([failed?.lastError, failed?.tries, failed?.nextAt], ['http_500', 14, null])
      app.answer(status(200))
      assert.equal(await fixture.store.outbox.sendAgain([failed!.id], anAct), 1)
      await dispatcher.sendDue()
      assert.equal(app.received.length, 15)
      assert.equal(app.received.at(-1)!.id, failed!.id)
      assert.deepEqual(await fixture.store.outbox.listFailed(10), [])
      await dispatcher.close()
    })

    test('Retry-After is respected', async () => {
      app.answer(status(429, { 'retry-after': '120' }))
      await settled()
      const dispatcher = fixture.dispatcher(app.url)
      await dispatcher.sendDue()
      assert.deepEqual(fixture.retries, [{ failure: 'http_429', seconds: 120 }])
      await dispatcher.close()
    })

    test('410 disables the endpoint until an operator sends again; another URL is not affected', async () => {
      app.answer(status(410))
      await settled()
      await settled()
      const dispatcher = fixture.dispatcher(app.url)
      await dispatcher.sendDue()
      const sent = app.received.length
      await settled()
      await dispatcher.sendDue()
      assert.equal(app.received.length, sent)
      const failed = await fixture.store.outbox.listFailed(10)
      assert.deepEqual(
        failed.map(({ lastError }) => lastError),
        ['gone', 'gone', 'gone'],
      )

      app.answer(status(200))
      await settled()
      const moved = fixture.dispatcher(`${app.url}&moved`)
      await moved.sendDue()
      assert.equal(app.received.length, sent + 1)

      assert.equal(await fixture.store.outbox.sendAgain('all', anAct), 3)
      await dispatcher.sendDue()
      assert.equal(app.received.length, sent + 4)
      await Promise.all([dispatcher.close(), moved.close()])
    })

    test('a message whose dispatcher died is sent by another, under the same id', async () => {
      await settled()
      const [taken] = await fixture.store.outbox.claim(1, 30)
      const dispatcher = fixture.dispatcher(app.url)
      await dispatcher.sendDue()
      assert.equal(app.received.length, 0, 'its lease has not ended')
      await fixture.passTime(30)
      await dispatcher.sendDue()
      assert.deepEqual(
        app.received.map(({ id }) => id),
        [taken!.id],
      )
      await dispatcher.close()
    })

    test('two dispatchers share the messages, and none is sent by both', async () => {
      const ids = await Promise.all(Array.from({ length: 120 }, settled))
      const held: (() => void)[] = []
      app.answer((response) => held.push(() => response.end()))
      const here = fixture.dispatcher(app.url)
      const there = fixture.dispatcher(app.url, { secrets: [OLD_SECRET] })
      const rounds = Promise.all([here.sendDue(), there.sendDue()])
      await app.until(100)
      assert.equal(new Set(app.received.map(({ id }) => id)).size, 100)
      for (const secret of [SECRET, OLD_SECRET]) {
        const its = app.received.filter((one) => isSigned(one, secret))
        assert.equal(its.length, 50, 'a dispatcher claims no more than it can post at once')
      }
      app.answer(status(200))
      for (const release of held) release()
      await rounds
      const told = app.received.map(({ body }) => JSON.parse(body).data.id)
      assert.deepEqual(told.sort(), ids.sort())
      await Promise.all([here.close(), there.close()])
    })

    test('a message is signed by the clock of the database, whatever the clock of this machine', async (t) => {
      const databaseTime = async () =>
        (await database().query<{ at: number }>('select extract(epoch from clock_timestamp())::float8 as at'))[0]!.at
      await settled()
      t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 15 * 60_000 })
      const dispatcher = fixture.dispatcher(app.url)
      await dispatcher.sendDue()
      const expected = await databaseTime()
      assert.ok(Math.abs(app.received[0]!.timestamp - expected) < 60)
      await dispatcher.close()
    })

    test('while secrets change, the app may verify by the old one or the new', async () => {
      await settled()
      const dispatcher = fixture.dispatcher(app.url, { secrets: [SECRET, OLD_SECRET] })
      await dispatcher.sendDue()
      assert.deepEqual(verify(app.received[0]!, SECRET), verify(app.received[0]!, OLD_SECRET))
      await dispatcher.close()
    })

    test('a change on this instance is sent at once, not at the next poll', { timeout: 60_000 }, async () => {
      const noTicks = { now: () => 0, after: () => () => {} }
      const stop = startPoller(fixture.dispatcher(app.url), fixture.store.notifier, noTicks)
      await settled()
      await app.until(1)
      await stop()
      await settled()
      assert.equal(app.received.length, 1, 'after the stop nothing is sent')
    })

    test('an endpoint that hangs keeps no other service waiting, and has more again as its requests end', async () => {
      const others = { svc_slow: `${app.url}&slow`, svc_slow_too: `${app.url}&slow-too` }
      const held = holdSlow()
      for (const service of Object.keys(others)) await Promise.all(Array.from({ length: 60 }, () => settled(service)))
      const dispatcher = fixture.dispatcher(app.url, { others })
      const sent = dispatcher.sendDue()
      await app.until(2 * 17)
      for (let count = 0; count < 3; count++) {
        const at = performance.now()
        await settled()
        dispatcher.wake()
        await app.until(2 * 17 + count + 1)
        const took = performance.now() - at
        assert.ok(took < BEFORE_GIVEN_UP_MS, `${took} ms`)
        assert.ok(!app.received.at(-1)!.path.includes('slow'))
      }
      assert.equal(held.length, 2 * 17)
      app.answer(status(200))
      for (const release of held) release()
      await sent
      assert.equal(app.received.length, 123)
      assert.deepEqual(await fixture.pending(), [])
      await dispatcher.close()
    })

    for (const hanging of [7, 60])
      test(`${hanging} endpoints that hang keep no other service waiting`, async () => {
        const names = Array.from({ length: hanging }, (_, index) => `svc_slow${index}`)
        const others = Object.fromEntries(names.map((name) => [name, `${app.url}&slow`]))
        const held = holdSlow()
        const dispatcher = fixture.dispatcher(app.url, { others })
        for (const name of names) await Promise.all(Array.from({ length: hanging > 7 ? 2 : 30 }, () => settled(name)))
        const sent = dispatcher.sendDue()
        await app.until(Math.max(hanging, 42))
        for (let count = 0; count < 3; count++) {
          const at = performance.now()
          await settled()
          dispatcher.wake()
          while (app.received.filter(({ path }) => !path.includes('slow')).length <= count)
            await app.until(app.received.length + 1)
          const took = performance.now() - at
          assert.ok(took < BEFORE_GIVEN_UP_MS, `${took} ms`)
        }
        app.answer(status(200))
        for (const release of held) release()
        await sent
        assert.deepEqual(await fixture.pending(), [])
        await dispatcher.close()
      })

    test('close waits for open requests', async () => {
      await settled()
      const dispatcher = fixture.dispatcher(app.url)
      const { promise, resolve } = Promise.withResolvers<() => void>()
      app.answer((response) => resolve(() => response.end()))
      void dispatcher.sendDue()
      const release = await promise
      const closed = dispatcher.close()
      const first = Promise.race([closed.then(() => 'closed'), fixture.pending().then(() => 'still open')])
      assert.equal(await first, 'still open')
      release()
      await closed
      assert.deepEqual(await fixture.pending(), [])
      assert.deepEqual(fixture.retries, [])
    })

    test('the message of a deleted challenge is given up', async () => {
      const id = await settled()
      await database().query('delete from challenges where id = $1', [id])
      const dispatcher = fixture.dispatcher(app.url)
      await dispatcher.sendDue()
      assert.equal(app.received.length, 0)
      assert.equal((await fixture.store.outbox.listFailed(1))[0]?.lastError, 'forgotten')
      await dispatcher.close()
    })
  }),
)

function isSigned(...[message, secret]: Parameters<typeof verify>): boolean {
  try {
    verify(message, secret)
    return true
  } catch {
    return false
  }
}
