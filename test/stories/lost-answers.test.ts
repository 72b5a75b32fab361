// The carrier was asked to call, and its answer was lost or meant nothing. It may be calling, so the request is not repeated.

import assert from 'node:assert/strict'
import { manualClock } from '../../src/exchange/simulator/clock.ts'
import type { Phone } from '../../src/exchange/simulator/phone.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { later } from './later.ts'
import { stage } from './story.ts'

const time = manualClock()
const patient = stage({}, { now: () => time.now().getTime(), after: time.after })
/** Between stories the circuit breaker closes again. */
const story: typeof patient = (name, tell, options) =>
  patient(
    name,
    async (world) => {
      await time.advance(60_000)
      await tell(world)
    },
    options,
  )
const WANTED = { flow: 'approve' }
const ON_POSTGRES = { skip: withoutPostgres }

story('the phone rings once all the same, and its callbacks name the call', async ({ server, verify }) => {
  server.phones.injectFaults({ requests: { loseAnswer: true } })
  const login = await verify(WANTED)
  assert.deepEqual([login.created.status, login.created.deliveries[0]?.state], ['pending', 'placing'])
  await login.phone.rings()
  await login.stays()
  assert.equal((await login.now()).deliveries[0]?.state, 'ringing')
  await login.phone.answers()
  await login.phone.keys('1')
  await login.ends('approved', 'key_pressed')
  assert.equal(login.phone.calls.length, 1)
})

story(
  'no callback comes either, and the reconciler finds the call',
  async (world) => {
    const { server, verify } = world
    server.phones.injectFaults({ requests: { loseAnswer: true }, status: { lose: true } })
    const login = await verify(WANTED)
    await login.phone.rings()
    await login.stays()
    assert.equal((await login.now()).deliveries[0]?.state, 'placing')
    assert.equal((await login.again('call')).status, 409)
    await later(world.server, login.id, 1)
    assert.equal((await login.now()).deliveries[0]?.state, 'ringing')
    await login.phone.saysBusy()
    await login.stays()
    await later(world.server, login.id, 1)
    await login.ends('undelivered', 'busy')
    assert.equal(login.phone.calls.length, 1)
  },
  ON_POSTGRES,
)

story('the call is not known of, and its keys count all the same', async ({ server, verify }) => {
  server.phones.injectFaults({ requests: { loseAnswer: true }, status: { lose: true } })
  const login = await verify(WANTED)
  await login.phone.answers()
  await login.phone.keys('1')
  await login.ends('approved', 'key_pressed')
})

story('canceled before its id is known: the person who answers hears no details, and the call ends', async (world) => {
  world.server.phones.injectFaults({ requests: { loseAnswer: true }, status: { lose: true } })
  const login = await world.verify({ ...WANTED, details: 'Transfer 250 euros to Ada Byron' })
  await login.phone.rings()
  assert.equal((await login.cancel()).status, 200)
  await login.phone.answers()
  await login.phone.hears(/^This call is no longer needed\. Goodbye\.$/)
  assert.equal(await login.phone.ends(), 'completed')
  await login.ends('canceled', 'canceled')
})

story('canceled before its id is known: the first callback ends it', async ({ server, verify, pass }) => {
  server.phones.injectFaults({ requests: { loseAnswer: true }, status: { delay: 1000 } })
  const login = await verify(WANTED)
  await login.phone.rings()
  await login.cancel()
  assert.equal((await login.phone.rings()).state, 'ringing')
  await pass(1)
  assert.equal(await login.phone.ends(), 'canceled')
  await pass(1)
  await login.ends('canceled', 'canceled')
})

for (const [name, requests] of [
  ['a page of HTML', { garbage: true }],
  ['an error without a word of whether it calls', { refuse: { status: 500, code: 20500 } }],
] as const) {
  story(
    `${name} for an answer: the call is waited for, and declared absent once the carrier has said twice that it knows none`,
    async (world) => {
      world.server.phones.injectFaults({ requests })
      const login = await world.verify(WANTED)
      assert.equal(login.created.status, 'pending')
      await later(world.server, login.id, 2)
      await login.stays()
      await later(world.server, login.id, 4)
      await login.ends('undelivered', 'carrier_failed')
      assert.equal(login.phone.calls.length, 0)
    },
    ON_POSTGRES,
  )
}

story('a message whose answer was lost counts as sent', async ({ server, verify }) => {
  server.phones.injectFaults({ requests: { loseAnswer: true } })
  const login = await verify({ channel: 'sms' }, (phone) => phone.reports('none'))
  await login.phone.receives(/Acme/)
  await login.stays()
  assert.equal((await login.now()).deliveries[0]?.state, 'sent')
  await login.check(await login.code())
  await login.ends('approved', 'code_matched')
  assert.equal(login.phone.messages.length, 1)
})

story('no answer at all: the app is told within its four seconds, and the call is not made twice', async (world) => {
  world.server.phones.injectFaults({ requests: { delay: 3_600_000 } })
  let phone: Phone | null = null
  const asked = world.verify(WANTED, (its) => {
    phone = its
  })
  await phone!.rings()
  await time.advance(3_000)
  const login = await asked
  assert.equal(login.created.status, 'pending')
  await login.phone.answers()
  await login.phone.keys('1')
  await login.ends('approved', 'key_pressed')
  assert.equal(login.phone.calls.length, 1)
})
