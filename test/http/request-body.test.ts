import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { Hono } from 'hono'
import { withArrival } from '../../src/http/middleware/arrival.ts'
import { jsonBody } from '../../src/http/middleware/json-body.ts'
import { validationHook } from '../../src/http/validation.ts'
import { realClock } from '../../src/time/clock.ts'

const schema = z.strictObject({ a: z.string().optional() })
const route = createRoute({
  method: 'post',
  path: '/',
  request: { body: { required: true, content: { 'application/json': { schema } } } },
  responses: { 200: { description: 'The body.', content: { 'application/json': { schema } } } },
})
const app = new OpenAPIHono({ defaultHook: validationHook })
app.use(withArrival(realClock))
app.openapi({ ...route, middleware: jsonBody(realClock) }, (c) => c.json(c.req.valid('json'), 200))

async function read(body: string | Uint8Array | ReadableStream | null, headers: Record<string, string> = {}) {
  const request = new Request('http://answerback.test/', {
    method: 'POST',
    body: body as BodyInit | null,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  })
  const response = await app.request(request)
  const json = (await response.json()) as { code?: string }
  return response.status === 200 ? json : json.code
}

test('the time that a client takes to send its body is not counted', async () => {
  let now = 1_000
  const clock = { ...realClock, now: () => now }
  const slow = new Hono().use(withArrival(clock)).post('/', jsonBody(clock), (c) => c.text(String(c.var.arrivedAt)))
  const body = new ReadableStream({
    pull(controller) {
      now += 7_000
      controller.enqueue(new TextEncoder().encode('{}'))
      controller.close()
    },
  })
  const headers = { 'Content-Type': 'application/json' }
  const answer = await slow.request('/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
  assert.equal(await answer.text(), '8000')
})

function chunks(count: number, size: number): { stream: ReadableStream; pulled: () => number } {
  let pulled = 0
  const stream = new ReadableStream(
    {
      pull(controller) {
        if (++pulled > count) controller.close()
        else controller.enqueue(new Uint8Array(size).fill(0x20))
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, pulled: () => pulled }
}

test('a body is one JSON object in UTF-8', async () => {
  assert.deepEqual(await read('{"a":"ü"}'), { a: 'ü' })
  for (const broken of ['', ' ', '{', '{"a":}', '{"a":"b"}}', "{'a':1}", 'undefined', 'NaN', '{"a":"b",}']) {
    assert.equal(await read(broken), 'malformed', broken)
  }
  assert.equal(await read(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 'malformed')
  assert.equal(await read('[{"a":'.repeat(9000)), 'malformed')
  for (const deep of ['['.repeat(30_000) + ']'.repeat(30_000), `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`]) {
    assert.equal(await read(deep), 'malformed')
  }
})

test('JSON that is no object, or has an unknown field, is invalid', async () => {
  for (const other of ['null', '[]', '"a"', '1', 'true', '{"b":1}', '{"__proto__":{"a":"b"}}', '{"constructor":1}']) {
    assert.equal(await read(other), 'invalid', other)
  }
  assert.equal(await read('{"a":{"__proto__":{}}}'), 'invalid')
})

test('only JSON is taken, whatever the case it is announced in', async () => {
  const good = [
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ]
  for (const type of good) assert.deepEqual(await read('{}', { 'Content-Type': type }), {}, type)
  const bad = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'application/json; charset=latin1',
    '',
  ]
  for (const type of bad) assert.equal(await read('{}', { 'Content-Type': type }), 'unsupported_media_type', type)
  assert.equal(await read('{}', { 'Content-Encoding': 'gzip' }), 'unsupported_media_type')
})

test('64 KiB are the most, in bytes, however they are announced', async () => {
  const padded = (bytes: number) => `{"a":"${'ü'.repeat((bytes - 8) / 2)}"}`
  assert.equal(Buffer.byteLength(padded(65_536)), 65_536)
  assert.equal(typeof (await read(padded(65_536))), 'object')
  assert.equal(await read(padded(65_538)), 'too_large')
  assert.equal(await read('{}', { 'Content-Length': '65537' }), 'too_large')
  const endless = chunks(1_000_000, 4096)
  assert.equal(await read(endless.stream), 'too_large')
  assert.ok(endless.pulled() <= 18, `stopped after ${endless.pulled()} chunks`)
  const lying = chunks(1_000_000, 4096)
  assert.equal(await read(lying.stream, { 'Content-Length': '2' }), 'too_large')
})

test('a body that breaks off is malformed, and no 500', async () => {
  const torn = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) })
  assert.equal(await read(torn), 'malformed')
})
