import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { Challenge } from '../../src/domain/challenge.ts'
import type { ChallengeEvent } from '../../src/domain/events.ts'
import { challengeView } from '../../src/http/challenge-view.ts'
import { startPoller } from '../../src/webhooks/poller.ts'
import { onEachDatabase } from '../store/each-database.ts'
import { type House, openHouse } from './house.ts'
import { OLD_SECRET, type Receiver, SECRET, startReceiver, status, verified } from './receiver.ts'

/** How each outcome comes about, from a call that is being placed. */
const OUTCOMES: Record<string, (challenge: Challenge) => ChallengeEvent[]> = {
  approved: () => [{ type: 'code_submitted', right: true }],
  denied: () => Array.from({ length: 5 }, () => ({ type: 'code_submitted', right: false })),
  undelivered: ({ deliveries: [call] }) => [{ type: 'ended', delivery: call!.id, result: 'busy' }],
  expired: () => [{ type: 'expired' }],
  canceled: () => [{ type: 'canceled' }],
}

onEachDatabase((database) =>
  describe('the sender', () => {
    let house: House
    let app: Receiver

    before(async () => {
      house = await openHouse(database())
    })
    beforeEach(async () => {
      await house.empty()
      app = await startReceiver()
    })
    afterEach(() => app.close())
    after(() => house.close())

    const settled = async () => {
      const { id } = await house.begin()
      await house.happens(id, { type: 'canceled' })
      return id
    }

    for (const [outcome, events] of Object.entries(OUTCOMES)) {
      test(`challenge.${outcome} arrives once, signed, with the challenge in it`, async () => {
        const challenge = await house.begin()
        await house.happens(challenge.id, ...events(challenge))
        const sender = house.sender(app.url)
        await sender.round()
        await sender.round()
        const [sent, ...more] = app.received.filter(({ body }) => body.includes(`"challenge.${outcome}"`))
        assert.deepEqual(more, [])
        const stored = (await house.store.challenges.find(challenge.id))!
        assert.deepEqual(verified(sent!), {
          type: `challenge.${outcome}`,
          timestamp: stored.endedAt,
          data: challengeView(stored),
        })
        assert.equal(sent!.headers['content-type'], 'application/json')
        assert.match(sent!.id, /^msg_[\w-]{33}$/)
        await sender.close()
      })
    }

    test('delivery.updated tells of a delivery, and no message of a code or a number', async () => {
      const challenge = await house.begin()
      const delivery = challenge.deliveries[0]!.id
      const sender = house.sender(app.url)
      await house.happens(challenge.id, { type: 'ringing', delivery, ref: 'CA1' })
      await sender.round()
      const { type, data } = verified(app.received[0]!) as { type: string; data: ReturnType<typeof challengeView> }
      assert.deepEqual([type, data.deliveries[0]?.state, data.version], ['delivery.updated', 'ringing', 2])
      await house.happens(challenge.id, { type: 'ended', delivery, result: 'no_answer' })
      await sender.round()
      assert.deepEqual(app.types(), ['challenge.undelivered', 'delivery.updated', 'delivery.updated'])
      assert.ok(!app.received.some(({ body }) => body.includes('2025550123')))
      assert.ok(!house.logged.join().includes('2025550123'))
      await sender.close()
    })

    test('a message is tried again under its id, at the time of the try, until it is given up', async () => {
      app.answer(status(500))
      await settled()
      const sender = house.sender(app.url)
      const waits: number[] = []
      for (;;) {
        await sender.round()
        const [wait] = await house.waits()
        if (wait === undefined) break
        waits.push(wait)
        await sender.round()
        await house.timePasses(wait)
      }
      assert.deepEqual(waits.slice(0, 5), [1, 3, 7, 15, 30])
      assert.equal(waits.length, 13)
      assert.equal(app.received.length, 14, 'nothing is sent before its time')
      assert.equal(new Set(app.received.map(({ id }) => id)).size, 1)
      const times = app.received.map(({ timestamp }) => timestamp)
      assert.deepEqual(
        times.slice(1).map((time, index) => time - times[index]!),
        waits,
      )

      const [failed] = await house.store.outbox.listFailed(10)
      assert.deepEqual([failed?.lastError, failed?.tries, failed?.nextAt], ['http_500', 14, null])
      app.answer(status(200))
      assert.equal(await house.store.outbox.sendAgain([failed!.id]), 1)
      await sender.round()
      assert.equal(app.received.length, 15)
      assert.equal(app.received.at(-1)!.id, failed!.id)
      assert.deepEqual(await house.store.outbox.listFailed(10), [])
      await sender.close()
    })

    test('the receiver is given the patience that it asks for', async () => {
      app.answer(status(429, { 'retry-after': '120' }))
      await settled()
      const sender = house.sender(app.url)
      await sender.round()
      assert.deepEqual(await house.waits(), [120])
      await sender.close()
    })

    test('410 ends all sending there, until an operator sends again; another URL is open', async () => {
      app.answer(status(410))
      await settled()
      await settled()
      const sender = house.sender(app.url)
      await sender.round()
      const sent = app.received.length
      await settled()
      await sender.round()
      assert.equal(app.received.length, sent)
      const failed = await house.store.outbox.listFailed(10)
      assert.deepEqual(
        failed.map(({ lastError }) => lastError),
        ['gone', 'gone', 'gone'],
      )

      app.answer(status(200))
      await settled()
      const moved = house.sender(`${app.url}&moved`)
      await moved.round()
      assert.equal(app.received.length, sent + 1)

      assert.equal(await house.store.outbox.sendAgain('all'), 3)
      await sender.round()
      assert.equal(app.received.length, sent + 4)
      await Promise.all([sender.close(), moved.close()])
    })

    test('what a sender took and did not live to note is sent by another, under the same id', async () => {
      await settled()
      const [taken] = await house.store.outbox.claim(1, 30)
      const sender = house.sender(app.url)
      await sender.round()
      assert.equal(app.received.length, 0, 'it is still in hand')
      await house.timePasses(30)
      await sender.round()
      assert.deepEqual(
        app.received.map(({ id }) => id),
        [taken!.id],
      )
      await sender.close()
    })

    test('two senders share the work, and no message is in two hands', async () => {
      const ids = await Promise.all(Array.from({ length: 120 }, settled))
      const held: (() => void)[] = []
      app.answer((response) => held.push(() => response.end()))
      const here = house.sender(app.url)
      const there = house.sender(app.url, { secrets: [OLD_SECRET] })
      const rounds = Promise.all([here.round(), there.round()])
      await app.until(100)
      assert.equal(new Set(app.received.map(({ id }) => id)).size, 100)
      for (const secret of [SECRET, OLD_SECRET]) {
        const its = app.received.filter((one) => isSigned(one, secret))
        assert.equal(its.length, 50, 'a sender takes no more than it can post at once')
      }
      app.answer(status(200))
      for (const release of held) release()
      await rounds
      const told = app.received.map(({ body }) => JSON.parse(body).data.id)
      assert.deepEqual(told.sort(), ids.sort())
      await Promise.all([here.close(), there.close()])
    })

    test('while secrets change, the app may verify by the old one or the new', async () => {
      await settled()
      const sender = house.sender(app.url, { secrets: [SECRET, OLD_SECRET] })
      await sender.round()
      assert.deepEqual(verified(app.received[0]!, SECRET), verified(app.received[0]!, OLD_SECRET))
      await sender.close()
    })

    test('what happens here is sent at once, not at the next round', { timeout: 10_000 }, async (t) => {
      t.mock.timers.enable({ apis: ['setInterval'] })
      const stop = startPoller(house.sender(app.url), house.store.notifier)
      await settled()
      await app.until(1)
      t.mock.timers.reset()
      await stop()
      await settled()
      assert.equal(app.received.length, 1, 'after the stop nothing is sent')
    })

    test('the end waits for what is in hand', async () => {
      await settled()
      const sender = house.sender(app.url)
      const { promise, resolve } = Promise.withResolvers<() => void>()
      app.answer((response) => resolve(() => response.end()))
      const round = sender.round()
      const release = await promise
      const closed = sender.close()
      release()
      await Promise.all([round, closed])
      assert.deepEqual(await house.waits(), [])
      assert.deepEqual(await house.store.outbox.listFailed(1), [])
    })

    test('a challenge that is kept no more has nothing to tell', async () => {
      const id = await settled()
      await database().query('delete from challenges where id = $1', [id])
      const sender = house.sender(app.url)
      await sender.round()
      assert.equal(app.received.length, 0)
      assert.equal((await house.store.outbox.listFailed(1))[0]?.lastError, 'forgotten')
      await sender.close()
    })
  }),
)

function isSigned(...[message, secret]: Parameters<typeof verified>): boolean {
  try {
    verified(message, secret)
    return true
  } catch {
    return false
  }
}
