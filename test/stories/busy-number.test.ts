import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'

test('a creation that is refused because its number is being called spends none of the limits', async (t) => {
  const server = await startServer({ limits: { number: [{ max: 2, seconds: 600 }], prefix: [], ip: [] } })
  t.after(() => server.stop())
  const to = nextNumber()
  const { json } = await server.create({ to, flow: 'approve' })
  for (let tries = 0; tries < 3; tries++) {
    assert.equal((await server.create({ to, flow: 'approve' })).status, 409)
    await server.challenges.stop()
  }
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`)
  await server.calm()
  assert.equal((await server.create({ to, flow: 'approve' })).status, 201)
})

test('a number is called for one of its inside lines at a time', async (t) => {
  const server = await startServer({ limits: { number: [], prefix: [], ip: [] } })
  t.after(() => server.stop())
  const to = nextNumber()
  const { json } = await server.create({ to, flow: 'approve', extension: '11' })
  const second = { to, flow: 'approve', extension: '22' }
  const refused = await server.create(second)
  assert.deepEqual([refused.status, refused.json.code], [409, 'conflict'])
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`)
  await server.phones.settled()
  await server.challenges.stop()
  assert.equal((await server.create(second)).status, 201)
})
