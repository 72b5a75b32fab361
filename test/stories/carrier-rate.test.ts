// What happens when an account may start no more calls now: the wait, the next carrier, or an honest 503.

import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import type { Clock } from '../../src/time/clock.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { insertCounters } from '../support/rate-limit-counters.ts'

/** The answer's own deadline passes at once; a wait for a slot in the rate ends when the test says. */
function stoppedClock(): { clock: Clock; pass(): void } {
  const waits = new Set<() => void>()
  let hasPassed = false
  const clock: Clock = {
    now: () => performance.now(),
    after(ms, run) {
      // One that begins after the test has let the time pass, since the database was slow, ends at once too.
      const isWait = ms >= 4_000 && !hasPassed
      const timer = isWait ? null : setTimeout(run, ms > 3_000 ? 30 : ms)
      if (isWait) waits.add(run)
      return () => (timer === null ? void waits.delete(run) : clearTimeout(timer))
    },
  }
  return {
    clock,
    pass() {
      hasPassed = true
      for (const run of waits) run()
      waits.clear()
    },
  }
}

describe('an account with its next slot in 20 s', () => {
  let server: Server
  before(async () => {
    const limits = { number: [{ max: 1, seconds: 600 }], prefix: [], ip: [] }
    server = await startServer({ limits }, ['twilio', 'plivo'], undefined, { call: 0.05, sms: null })
  })
  after(() => server.stop())

  test('the next call goes through the next carrier, and no delivery failed', async () => {
    const first = await server.create({ flow: 'approve' })
    assert.deepEqual(
      first.json.deliveries.map(({ carrier }) => carrier),
      ['twilio'],
    )
    const second = await server.create({ flow: 'approve' })
    assert.deepEqual(
      second.json.deliveries.map(({ carrier, result }) => [carrier, result]),
      [['plivo', null]],
    )
  })

  test('with no carrier left the answer is 503, and nothing was charged', async () => {
    const to = nextNumber()
    const refused = await server.create({ to, flow: 'approve', carrier: 'twilio' })
    assert.deepEqual([refused.status, refused.json.code], [503, 'carrier_unavailable'])
    assert.match(refused.headers.get('Retry-After') ?? '', /^\d+$/)
    assert.equal(server.phones.phone(to).calls.length, 0)
    await server.challenges.stop()
    assert.equal((await server.create({ to, flow: 'approve' })).status, 201, 'the one try of the number is left')
  })

  test('messages have a rate of their own: sixteen at once are all sent', async () => {
    const numbers = Array.from({ length: 16 }, nextNumber)
    const texts = await Promise.all(numbers.map((to) => server.create({ to, channel: 'sms', carrier: 'twilio' })))
    for (const { json } of texts) {
      const [delivery] = json.deliveries
      // A receipt may overtake the carrier's answer, and then the message has been delivered already.
      assert.equal(delivery?.state, delivery?.result === 'delivered' ? 'ended' : 'sent')
    }
    for (const to of numbers) await server.phones.phone(to).receives(/\d{6}/)
  })

  test('a redelivery that finds no slot is 503, and may be asked for again', async (t) => {
    const other = await startServer({ cooldown: 0 }, ['twilio'], undefined, { call: 0.05, sms: null })
    t.after(() => other.stop())
    await other.create({ flow: 'approve' })
    const { json } = await other.create({ channel: 'sms' })
    const again = await other.ask('POST', `/v1/challenges/${json.id}/deliveries`, { channel: 'call' })
    assert.deepEqual([again.status, again.json.code], [503, 'carrier_unavailable'])
    assert.equal((await other.ask('GET', `/v1/challenges/${json.id}`)).json.deliveries.length, 1)
  })
})

describe('a redelivery that is refused', () => {
  /** A text to a number, and what refuses a call to it from then on. */
  const refusals: { why: string; status: number; refuse(server: Server, to: string): Promise<unknown> }[] = [
    {
      why: 'by a live call of another challenge',
      status: 409,
      refuse: (server, to) => server.ask('POST', '/v1/challenges', { to, flow: 'approve' }),
    },
    {
      why: 'by an opt-out',
      status: 403,
      refuse: (server, to) => server.ask('POST', '/v1/numbers/opt-out', { to, channel: 'call' }),
    },
    {
      why: 'by wrong gates',
      status: 403,
      refuse: (server) =>
        server.query(
          insertCounters(`select 'gate:' || number_hash from challenges`, {
            seconds: 86_400,
            count: 3,
            endsIn: '1 day',
          }),
        ),
    },
  ]

  for (const { why, status, refuse } of refusals)
    test(`${why} takes no slot from others, however many there are at once`, { skip: withoutPostgres }, async (t) => {
      const server = await startServer({ cooldown: 0 }, ['twilio'], undefined, { call: 1, sms: null })
      t.after(() => server.stop())
      const to = nextNumber()
      const { json } = await server.create({ to, channel: 'sms' })
      await server.phones.phone(to).receives()
      await refuse(server, to)
      const redeliver = () =>
        server.ask('POST', `/v1/challenges/${json.id}/deliveries`, { channel: 'call' }, as(json.page_token))
      const tries = Array.from({ length: 40 }, redeliver)
      const others = await Promise.all(Array.from({ length: 3 }, () => server.create({ flow: 'approve' })))
      assert.deepEqual(new Set((await Promise.all(tries)).map((refused) => refused.status)), new Set([status]))
      assert.deepEqual(
        others.map((other) => other.status),
        [201, 201, 201],
      )
    })
})

describe('an account with a call every 5 s', () => {
  const stateOfNext = async (server: Server) => (await server.create({ flow: 'approve' })).json.deliveries[0]?.state

  async function start(t: TestContext) {
    const { clock, pass } = stoppedClock()
    const server = await startServer({}, ['twilio'], clock, { call: 0.2, sms: null })
    t.after(() => {
      // What still waits would keep the server from stopping.
      pass()
      return server.stop()
    })
    return { server, pass }
  }

  test('challenges that are canceled give their slots back at once, and are not called', async (t) => {
    const { server, pass } = await start(t)
    const numbers = [nextNumber(), nextNumber()]
    await server.create({ flow: 'approve' })
    const started = await Promise.all(numbers.map((to) => server.create({ to, flow: 'approve' })))
    assert.equal(
      (await server.create({ flow: 'approve' })).status,
      503,
      'two calls wait, and a third would wait over 10 s',
    )
    for (const { json } of started)
      assert.equal((await server.ask('POST', `/v1/challenges/${json.id}/cancel`)).status, 200)
    await server.challenges.stop()
    assert.equal(await stateOfNext(server), 'placing')
    assert.equal(await stateOfNext(server), 'placing')
    pass()
    await server.challenges.stop()
    for (const to of numbers) assert.deepEqual(server.phones.phone(to).calls, [])
  })

  test('a call that waits for its slot is not placed when the notification of its cancel was lost', async (t) => {
    const { server, pass } = await start(t)
    const [canceled, kept] = [nextNumber(), nextNumber()]
    await server.create({ flow: 'approve' })
    server.store.notifier.subscribe = () => () => {}
    const { json } = await server.create({ to: canceled, flow: 'approve' })
    await server.create({ to: kept, flow: 'approve' })
    assert.equal((await server.ask('POST', `/v1/challenges/${json.id}/cancel`)).status, 200)
    pass()
    await server.challenges.stop()
    await server.phones.phone(kept).rings()
    assert.deepEqual(server.phones.phone(canceled).calls, [])
  })

  test('a redelivery is refused when its challenge is canceled before it is saved', async (t) => {
    const { server } = await start(t)
    const to = nextNumber()
    const { json } = await server.create({ to, channel: 'sms' })
    await server.phones.phone(to).receives()
    await server.challenges.stop()
    const { saveDelivery } = server.store.challenges
    server.store.challenges.saveDelivery = async (...asked) => {
      assert.equal((await server.ask('POST', `/v1/challenges/${json.id}/cancel`)).status, 200)
      return saveDelivery(...asked)
    }
    const refused = await server.ask('POST', `/v1/challenges/${json.id}/deliveries`, { channel: 'call' })
    server.store.challenges.saveDelivery = saveDelivery
    assert.equal(refused.status, 409)
    await server.challenges.stop()
    await server.phones.settled()
    assert.deepEqual(server.phones.phone(to).calls, [])
    await server.create({ to, flow: 'approve' })
    await server.phones.phone(to).rings()
  })

  test('a creation that is refused gives its slot back', async (t) => {
    const { server, pass } = await start(t)
    const to = nextNumber()
    await server.create({ to, flow: 'approve' })
    for (let tries = 0; tries < 5; tries++) {
      assert.equal((await server.create({ to, flow: 'approve' })).status, 409)
      await server.challenges.stop()
    }
    assert.equal(await stateOfNext(server), 'placing')
    pass()
  })
})
