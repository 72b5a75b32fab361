// A HEAD is answered as a GET would be, and nothing follows from it.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Hono } from 'hono'
import { silentLogger } from '../../src/log/logger.ts'
import { createServer } from '../../src/server.ts'
import { carrierOf } from '../support/carriers.ts'
import { testConfig } from '../support/config.ts'
import { migratedDatabase, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'

const KEY = 'the-api-key-of-head-requests'
const SECRET = 'a secret of head requests that is long enough'

async function start(t: TestContext, app: Hono) {
  const { url, drop } = await migratedDatabase()
  t.after(drop)
  const dialled: string[] = []
  const carrier = carrierOf('twilio', async (to) => {
    dialled.push(to)
    return new Response('', { status: 503 })
  })
  const config = testConfig({ SECRET, API_KEY: KEY, DATABASE_URL: url })
  const server = await createServer(config, silentLogger, { carriers: [carrier], apps: [{ path: '/stream', app }] })
  t.after(server.drain)
  const ask = (method: string, path: string, bearer = KEY, body?: object) =>
    server.app.request(path, {
      method,
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  return { server, dialled, ask }
}

test('a HEAD of a wait, by the page, begins no call', { skip: withoutPostgres }, async (t) => {
  const { server, dialled, ask } = await start(t, new Hono())
  const created = await ask('POST', '/v1/challenges', KEY, { to: nextNumber(), require_waiter: true })
  const { id, page_token } = (await created.json()) as { id: string; page_token: string }
  for (const path of [`/v1/challenges/${id}?wait=1`, `/v1/challenges/${id}/events`])
    assert.equal((await ask('HEAD', path, page_token)).status, 200)
  await server.challenges.stop()
  assert.deepEqual(dialled, [])
  assert.equal((await ask('GET', `/v1/challenges/${id}?wait=1`, page_token)).status, 200)
  await server.challenges.stop()
  assert.notEqual(dialled.length, 0)
})

test('a stream that a HEAD leaves unread is ended', { skip: withoutPostgres }, async (t) => {
  let open = 0
  const stream = () => {
    open++
    return new Response(new ReadableStream({ cancel: () => void open-- }))
  }
  const { ask } = await start(t, new Hono().get('/', stream))
  assert.equal((await ask('HEAD', '/stream')).status, 200)
  assert.equal(open, 0)
  const { body } = await ask('GET', '/stream')
  assert.equal(open, 1)
  await body!.cancel()
})
