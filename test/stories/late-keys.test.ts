// The carrier tells that the call is over before it tells which key was pressed on it.

import assert from 'node:assert/strict'
import { withoutPostgres } from '../support/fresh-database.ts'
import { later } from './later.ts'
import { stage } from './story.ts'

const story = stage()
const LATE = { documents: { keysAfterEnd: true } }

story('1 and a hang-up at once approve', async ({ server, verify }) => {
  server.phones.injectFaults(LATE)
  const login = await verify({ flow: 'approve' })
  await login.phone.answers()
  await login.phone.hears(/press 1/)
  await login.phone.keys('1')
  await login.phone.hangsUp()
  await login.ends('approved', 'key_pressed')
})

story('9 and a hang-up at once are a report of fraud, and no code is texted', async ({ server, verify }) => {
  server.phones.injectFaults(LATE)
  const login = await verify({ flow: 'send_code', fallback: ['sms'] })
  await login.phone.answers()
  await login.phone.hears(/press 9/)
  await login.phone.keys('9')
  await login.phone.hangsUp()
  await login.ends('denied', 'fraud_reported')
  assert.deepEqual(await login.results(), ['hung_up'])
  assert.deepEqual(login.phone.messages, [])
})

story(
  'a hang-up without a key is followed by the fallback once keys can no longer come',
  async ({ server, verify, calm }) => {
    const login = await verify({ flow: 'send_code', fallback: ['sms'] })
    await login.phone.answers()
    await login.phone.hears(/press 9/)
    await login.phone.hangsUp()
    await login.stays()
    assert.deepEqual(login.phone.messages, [])
    await later(server, login.id, 6)
    await calm()
    assert.equal(login.phone.messages.length, 1)
    await login.cancel()
  },
  { skip: withoutPostgres },
)

story(
  'a check that came due just before the hang-up does not cut the wait for keys',
  async ({ server, verify, calm }) => {
    const login = await verify({ flow: 'approve' })
    await login.phone.answers()
    await login.phone.hears(/press 1/)
    await calm()
    const { id, version } = (await login.stored()).challenge
    await login.phone.hangsUp()
    await login.stays()
    const { claimDue } = server.store.challenges
    server.store.challenges.claimDue = async () => [{ id, version }]
    try {
      await server.challenges.reconcile()
    } finally {
      server.store.challenges.claimDue = claimDue
    }
    await login.stays()
    await login.cancel()
  },
  { skip: withoutPostgres },
)
