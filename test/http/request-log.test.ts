import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Server, startServer } from './test-server.ts'

let server: Server
before(async () => {
  server = await startServer()
})
after(() => server.stop())

test('every answer has a request id, and every line logged in its course has it too', async () => {
  const { headers, json } = await server.create()
  const id = headers.get('x-request-id')
  assert.match(id ?? '', /^[\w-]{8,64}$/)
  const lines = server.logged.map((line) => JSON.parse(line)).filter(({ request }) => request === id)
  const asked = lines.find(({ msg }) => msg === 'carrier asked')
  assert.equal(asked.challenge, json.id)
  const answered = lines.find(({ msg }) => msg === 'request answered')
  assert.deepEqual([answered.method, answered.status], ['POST', 201])
})

test('an answer that no route gives has its request id too', async () => {
  const asked = [
    ['GET', '/nothing'],
    ['GET', '/metrics'],
    ['GET', '/console/nothing'],
    ['GET', '/v1/nothing'],
    ['DELETE', '/v1/challenges'],
    ['POST', '/voice/twilio/en-US/chl_x/dlv_x/answer'],
    ['POST', '/v1/challenges'],
  ] as const
  for (const [method, path] of asked) {
    const { status, headers } = await server.app.request(path, { method })
    assert.ok(status >= 400, `${path}: ${status}`)
    assert.match(headers.get('x-request-id') ?? '', /^[\w-]{8,64}$/, `${method} ${path}`)
  }
})

test('one line is logged for the outcome, with its reason and how long it took', async () => {
  const { json } = await server.create()
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`)
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`)
  const ended = server.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'challenge ended')
  const [line, ...others] = ended.filter(({ challenge }) => challenge === json.id)
  assert.deepEqual([line.status, line.reason, others.length], ['canceled', 'canceled', 0])
  assert.ok(line.ms >= 0 && line.ms < 60_000)
})

test('a request id that a proxy sent is kept, one that could break a line is not', async () => {
  const answer = (id: string) => server.ask('GET', '/healthz', undefined, { 'X-Request-Id': id })
  assert.equal((await answer('proxy-1')).headers.get('x-request-id'), 'proxy-1')
  for (const id of ['a b', '"}', 'a'.repeat(65)]) assert.notEqual((await answer(id)).headers.get('x-request-id'), id)
})
