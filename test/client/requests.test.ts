import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Answerback, AnswerbackError, AnswerbackUnreachable } from '../../src/client/client.ts'
import { bodyOf, busy, pending, serve, TestClock } from './fake-server.ts'

test('each call is one request with the key in its header and no secret in its URL', async (t) => {
  const seen: unknown[] = []
  const baseUrl = await serve(t, async (request, response) => {
    const { method, url, headers } = request
    assert.equal(headers.authorization, 'Bearer key')
    seen.push([method, url, method === 'GET' ? null : await bodyOf(request)])
    response.end(JSON.stringify(pending()))
  })
  const client = new Answerback({ baseUrl: `${baseUrl}/`, key: 'key' })
  await client.create({ to: '+12025550123', flow: 'approve' })
  await client.get('chl_1')
  await client.check('chl_1', '012345')
  await client.cancel('chl_1')
  await client.redeliver('chl_1', 'sms')
  await client.numbers.unblock({ to: '+12025550123', reason: 'a slip' })
  await client.numbers.optOut({ to: '+12025550123', channel: 'call' })
  await client.consume('chl_1')
  await client.consume('chl_1', { scope: 'transfer', details: null })
  assert.deepEqual(seen, [
    ['POST', '/v1/challenges', { to: '+12025550123', flow: 'approve' }],
    ['GET', '/v1/challenges/chl_1', null],
    ['POST', '/v1/challenges/chl_1/check', { code: '012345' }],
    ['POST', '/v1/challenges/chl_1/cancel', {}],
    ['POST', '/v1/challenges/chl_1/deliveries', { channel: 'sms' }],
    ['POST', '/v1/numbers/unblock', { to: '+12025550123', reason: 'a slip' }],
    ['POST', '/v1/numbers/opt-out', { to: '+12025550123', channel: 'call' }],
    ['POST', '/v1/challenges/chl_1/consume', {}],
    ['POST', '/v1/challenges/chl_1/consume', { scope: 'transfer', details: null }],
  ])
})

test('an id cannot lead to another path', async () => {
  const urls: string[] = []
  const fetch = (url: string) => {
    urls.push(url)
    return Response.json(pending())
  }
  await new Answerback({ baseUrl: 'http://a', key: 'key', fetch }).get('../x?wait=1')
  assert.deepEqual(urls, ['http://a/v1/challenges/..%2Fx%3Fwait%3D1'])
})

test('a create whose answer is lost is sent once more, with the same idempotency key', async (t) => {
  const keys: unknown[] = []
  const baseUrl = await serve(t, (request, response) => {
    keys.push(request.headers['idempotency-key'])
    if (keys.length === 1) response.destroy()
    else response.writeHead(201).end(JSON.stringify({ ...pending(), page_token: 'pt' }))
  })
  const client = new Answerback({ baseUrl, key: 'key', clock: new TestClock() })
  assert.equal((await client.create({ to: '+12025550123' })).page_token, 'pt')
  assert.equal(keys.length, 2)
  assert.equal(keys[0], keys[1])
  assert.match(String(keys[0]), /^[0-9a-f-]{36}$/)

  await client.create({ to: '+12025550123' })
  assert.notEqual(keys[2], keys[0])
  await client.create({ to: '+12025550123' }, { idempotencyKey: 'order-17' })
  assert.equal(keys[3], 'order-17')
})

test('an approval is used under one key, though the answer is lost', async (t) => {
  const keys: unknown[] = []
  const baseUrl = await serve(t, (request, response) => {
    keys.push(request.headers['idempotency-key'])
    if (keys.length === 1) response.destroy()
    else response.end(JSON.stringify({ receipt: 'a.b.c', number_key: 'k', consumed_at: '' }))
  })
  const client = new Answerback({ baseUrl, key: 'key', clock: new TestClock() })
  assert.equal((await client.consume('chl_1', {}, { idempotencyKey: 'transfer-17' })).receipt, 'a.b.c')
  assert.deepEqual(keys, ['transfer-17', 'transfer-17'])
})

test('what a server without its database may have taken is sent once more under the same key', async (t) => {
  const keys: unknown[] = []
  const baseUrl = await serve(t, (request, response) => {
    keys.push(request.headers['idempotency-key'])
    const away = { code: 'database_unavailable', detail: 'Please try again in a moment.' }
    if (keys.length % 2) response.writeHead(503, { 'retry-after': '2' }).end(JSON.stringify(away))
    else response.end(JSON.stringify({ ...pending(), receipt: 'a.b.c' }))
  })
  const clock = new TestClock()
  const client = new Answerback({ baseUrl, key: 'key', clock })
  assert.equal((await client.consume('chl_1')).receipt, 'a.b.c')
  await client.create({ to: '+12025550123' })
  assert.deepEqual([keys[0], keys[2]], [keys[1], keys[3]])
  assert.notEqual(keys[0], keys[2])
})

test('a create that stays unanswered fails after its one retry, and a refusal is not retried', async (t) => {
  let requests = 0
  const away = await serve(t, (_, response) => {
    requests += 1
    response.destroy()
  })
  const clock = new TestClock()
  await assert.rejects(new Answerback({ baseUrl: away, key: 'key', clock }).create({ to: '+1' }), AnswerbackUnreachable)
  assert.equal(requests, 2)

  const refusing = await serve(t, (_, response) => {
    requests += 1
    response.writeHead(503).end('{}')
  })
  await assert.rejects(new Answerback({ baseUrl: refusing, key: 'key', clock }).create({ to: '+1' }), { status: 503 })
  assert.equal(requests, 3)
})

test('a guess, a cancel and a second delivery are never repeated', async (t) => {
  let requests = 0
  const baseUrl = await serve(t, (_, response) => {
    requests += 1
    response.destroy()
  })
  const client = new Answerback({ baseUrl, key: 'key', clock: new TestClock() })
  const unreachable = { name: 'AnswerbackUnreachable', status: 0, code: 'unreachable' }
  await assert.rejects(client.check('chl_1', '123456'), unreachable)
  await assert.rejects(client.cancel('chl_1'), unreachable)
  await assert.rejects(client.redeliver('chl_1', 'call'), unreachable)
  assert.equal(requests, 3)
})

test('a problem document becomes an error that keeps all of it', async () => {
  const problem = {
    type: 'about:blank',
    title: 'Invalid',
    status: 422,
    code: 'invalid',
    detail: 'The number has too few digits.',
    errors: [{ path: 'to', message: 'too short' }],
  }
  const headers = { 'content-type': 'application/problem+json', 'retry-after': '7' }
  const fetch = () => new Response(JSON.stringify(problem), { status: 422, headers })
  await assert.rejects(new Answerback({ baseUrl: 'http://a', key: 'key', fetch }).get('chl_1'), (error) => {
    assert(error instanceof AnswerbackError)
    assert(!(error instanceof AnswerbackUnreachable))
    const { status, code, detail, message, errors, retryAfter } = error
    assert.deepEqual(
      { status, code, detail, message, errors, retryAfter },
      {
        status: 422,
        code: 'invalid',
        detail: problem.detail,
        message: problem.detail,
        errors: problem.errors,
        retryAfter: 7,
      },
    )
    return true
  })
})

test('an answer that is not Answerback’s has the code "unexpected"', async () => {
  const answers = (body: string, status: number) => () => new Response(body, { status })
  const get = (fetch: () => Response) => new Answerback({ baseUrl: 'http://a', key: 'key', fetch }).get('chl_1')
  await assert.rejects(get(answers('<h1>Bad gateway</h1>', 502)), { status: 502, code: 'unexpected', errors: [] })
  await assert.rejects(get(answers('null', 500)), { status: 500, code: 'unexpected' })
  await assert.rejects(get(answers('<h1>Welcome</h1>', 200)), { status: 200, code: 'unexpected' })
})

test('Retry-After may be a date', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 1) })
  const at = (date: string) => () => new Response('{}', { status: 429, headers: { 'retry-after': date } })
  const get = (date: string) => new Answerback({ baseUrl: 'http://a', key: 'key', fetch: at(date) }).get('chl_1')
  await assert.rejects(get('Thu, 01 Jan 2026 00:01:30 GMT'), { retryAfter: 90 })
  await assert.rejects(get('Thu, 01 Jan 1970 00:00:00 GMT'), { retryAfter: 0 })
  await assert.rejects(get('soon'), { retryAfter: null })
})

test('a silent server is given up after the limit; an abort comes out as the abort', async (t) => {
  let arrived = () => {}
  const baseUrl = await serve(t, () => arrived())
  const clock = new TestClock()
  const client = new Answerback({ baseUrl, key: 'key', clock })
  const arrival = () => new Promise<void>((resolve) => (arrived = resolve))

  const first = arrival()
  const late = client.get('chl_1')
  await first
  clock.ring(15_000)
  await assert.rejects(late, AnswerbackUnreachable)

  const second = arrival()
  const leaving = new AbortController()
  const aborted = client.get('chl_1', { signal: leaving.signal })
  await second
  leaving.abort(new Error('page closed'))
  await assert.rejects(aborted, { message: 'page closed' })
})

test('wait asks in long polls until the outcome', async (t) => {
  const urls: unknown[] = []
  const baseUrl = await serve(t, (request, response) => {
    urls.push(request.url)
    response.end(JSON.stringify(urls.length < 3 ? pending() : busy(2)))
  })
  const client = new Answerback({ baseUrl, key: 'key', clock: new TestClock() })
  const ended = await client.wait('chl_1', { timeoutSeconds: 300 })
  assert.equal(ended.reason, 'busy')
  assert.deepEqual(urls, Array(3).fill('/v1/challenges/chl_1?wait=25'))
})

test('wait ends with the time: still pending, never asking for more than is left, never more than one request a second', async () => {
  const waits: number[] = []
  const clock = new TestClock()
  const fetch = (url: string) => {
    const held = Number(new URL(url).searchParams.get('wait'))
    waits.push(held)
    // Only the second poll is held, as behind a gateway that answers by itself.
    if (waits.length === 2) clock.time += held * 1000
    return Response.json(pending())
  }
  const client = new Answerback({ baseUrl: 'http://a', key: 'key', fetch, clock })
  assert.equal((await client.wait('chl_1', { timeoutSeconds: 30 })).status, 'pending')
  assert.equal(clock.time, 30_000)
  assert.deepEqual(waits, [25, 25, 4, 3, 2, 1, 0])
})

test('wait retries through a short outage and a 429, but not after a refusal', async () => {
  const clock = new TestClock()
  const answers = [
    () => Promise.reject(new TypeError('connection reset')),
    () => new Response('{}', { status: 503 }),
    () => new Response('{}', { status: 429, headers: { 'retry-after': '9' } }),
    () => Response.json(busy(2)),
  ]
  const fetch = () => answers.shift()!()
  const client = new Answerback({ baseUrl: 'http://a', key: 'key', fetch, clock })
  assert.equal((await client.wait('chl_1')).reason, 'busy')
  assert(clock.pauses[1]! > clock.pauses[0]!)
  assert.equal(clock.pauses[2], 9000)

  answers.push(() => new Response('{"code":"not_found"}', { status: 404 }))
  await assert.rejects(client.wait('chl_1'), { code: 'not_found' })
})

test('wait without any answer throws instead of resolving as pending', async () => {
  const fetch = () => Promise.reject(new TypeError('connection refused'))
  const client = new Answerback({ baseUrl: 'http://a', key: 'key', fetch, clock: new TestClock() })
  await assert.rejects(client.wait('chl_1', { timeoutSeconds: 20 }), AnswerbackUnreachable)
})
