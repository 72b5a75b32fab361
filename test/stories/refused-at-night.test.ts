// At night the app may not begin what the person did not ask for: nothing is dialled, sent or counted.

import assert from 'node:assert/strict'
import { as } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'
import { sentencesOf, stage } from './story.ts'

/** To the United States nothing begins between 02:00 and 18:00 UTC in winter. */
const DAY = '2026-01-15T19:00:00Z'
const NIGHT = '2026-01-15T03:00:00Z'
const UNTIL = '2026-01-15T18:00:00.000Z'

const story = stage({
  quietHours: { from: 21 * 60, to: 8 * 60 },
  limits: { number: [{ max: 1, seconds: 600 }], prefix: [], ip: [] },
  cooldown: 0,
})

for (const body of [{}, { channel: 'sms' }, { require_waiter: true }])
  story(`a creation is refused and counts for nothing: ${JSON.stringify(body)}`, async ({ server }) => {
    const to = nextNumber()
    server.store.now = async () => Date.parse(NIGHT)
    const { status, json } = await server.ask('POST', '/v1/challenges', { to, initiated_by: 'app', ...body })
    assert.deepEqual([status, json.code, json.until], [403, 'quiet_hours', UNTIL])
    assert.match(json.detail, /^It is night in US, from 21:00 to 08:00, and the person did not ask for this/)
    assert.equal(server.phones.phone(to).calls.length + server.phones.phone(to).messages.length, 0)
    // The one that the person asks for is the first that is counted.
    const asked = await server.ask('POST', '/v1/challenges', { to, ...body })
    assert.equal(asked.status, 201)
    await server.ask('POST', `/v1/challenges/${asked.json.id}/cancel`, {})
  })

story('by day it begins, and a redelivery at night is refused', async ({ server, verify }) => {
  server.store.now = async () => Date.parse(DAY)
  const login = await verify({ initiated_by: 'app', channel: 'sms' })
  await login.phone.receives()
  server.store.now = async () => Date.parse(NIGHT)
  const { status, json } = await login.again('call')
  assert.deepEqual([status, json.code, json.until], [403, 'quiet_hours', UNTIL])
  assert.equal(login.phone.calls.length, 0)
  await login.cancel()
})

story('a fallback does not follow at night', async ({ server, verify }) => {
  server.store.now = async () => Date.parse(DAY)
  const login = await verify({ initiated_by: 'app', fallback: ['sms'] })
  await login.phone.rings()
  server.store.now = async () => Date.parse(NIGHT)
  await login.phone.declines()
  await login.ends('undelivered', 'call_rejected')
  assert.equal(login.phone.messages.length, 0)
  assert.match((await sentencesOf(server, login.id)).join(' '), /A message was to follow, but it was night/)
})

story('a page that opens at night begins nothing', async ({ server }) => {
  server.store.now = async () => Date.parse(DAY)
  const to = nextNumber()
  const wanted = { to, initiated_by: 'app', require_waiter: true }
  const { json } = await server.ask('POST', '/v1/challenges', wanted)
  server.store.now = async () => Date.parse(NIGHT)
  const held = await server.ask('GET', `/v1/challenges/${json.id}?wait=20`, undefined, as(json.page_token))
  assert.deepEqual([held.json.status, held.json.reason], ['undelivered', 'carrier_failed'])
  assert.equal(server.phones.phone(to).calls.length, 0)
})

story('what a person asks for begins at any hour, and the clock is not asked', async ({ server, verify }) => {
  server.store.now = () => Promise.reject(new Error('The clock was asked.'))
  const login = await verify()
  await login.phone.rings()
  await login.cancel()
})
