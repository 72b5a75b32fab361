import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { Answerback, type AnswerbackError, type Challenge } from '../../src/client/client.ts'
import { busy, pending, serve, TestClock } from './fake-server.ts'

const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8' }

const frame = (challenge: Challenge) =>
  `event: challenge\nid: ${challenge.version}\ndata: ${JSON.stringify(challenge)}\n\n`

async function all(watching: AsyncIterable<Challenge>): Promise<Challenge[]> {
  const seen: Challenge[] = []
  for await (const challenge of watching) seen.push(challenge)
  return seen
}

function streamOf(chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  const rest = chunks.values()
  return new ReadableStream({
    pull(controller) {
      const { done, value } = rest.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}

/** The ends in turn. An LF right after a CR would not end a line of its own, so it is written in full there. */
function withEnds(text: string, ends: string[]): string {
  let line = 0
  let written = ''
  for (const part of text.split('\n').slice(0, -1)) {
    const end = ends[line++ % ends.length]!
    written += part + (end === '\n' && part === '' && written.endsWith('\r') ? '\r\n' : end)
  }
  return written
}

const versions = async (watching: AsyncIterable<Challenge>) => (await all(watching)).map(({ version }) => version)

test('any stream, cut anywhere, with any line ends, reads the same', async () => {
  const noise = fc.constantFrom(
    '',
    ': keep-alive\n',
    ':\n',
    'retry: 20\n',
    'retry: soon\n',
    'unknown: x\n',
    'nothing\n',
  )
  const shape = fc.record({ details: fc.string({ unit: 'grapheme' }), noise, pretty: fc.boolean() })
  const end = fc.constantFrom('\n', '\r', '\r\n')
  const cuts = fc.array(fc.nat({ max: 4000 }), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(shape, { maxLength: 4 }),
      fc.array(end, { minLength: 1 }),
      cuts,
      async (shapes, ends, cuts) => {
        const sent = [...shapes.map(({ details }, i) => pending(i + 1, details)), busy(shapes.length + 1)]
        const text = sent.map((challenge, i) => {
          const json = JSON.stringify(challenge, null, shapes[i]?.pretty ? 2 : 0)
          const data = json.split('\n').map((line) => `data: ${line}\n`)
          return `${shapes[i]?.noise ?? ''}event:challenge\nid: ${challenge.version}\n${data.join('')}\n`
        })
        const bytes = Buffer.from(`\uFEFF${withEnds(text.join(''), ends)}`)
        const points = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length]
        const chunks = points.slice(1).map((point, i) => bytes.subarray(points[i], point))
        const fetch = () => new Response(streamOf(chunks), { headers: EVENTS })
        const client = new Answerback({ baseUrl: 'http://a', key: 'key', fetch, clock: new TestClock() })
        assert.deepEqual(await all(client.watch('chl_1')), sent)
      },
    ),
    { numRuns: 200 },
  )
})

test('an event is passed on when its last line ends, also in a bare CR', async (t) => {
  let response: ServerResponse | undefined
  const baseUrl = await serve(t, (_, answer) => {
    response = answer
    answer.writeHead(200, EVENTS).write(frame(pending(1)).replaceAll('\n', '\r'))
  })
  const watching = new Answerback({ baseUrl, key: 'key' }).watch('chl_1')
  assert.equal((await watching.next()).value?.version, 1)
  response!.write(`\n${frame(busy(2))}`)
  assert.equal((await watching.next()).value?.version, 2)
  assert.equal((await watching.next()).done, true)
})

test('a broken stream is resumed after the last whole event, and each version comes once', async (t) => {
  const asked: unknown[] = []
  const baseUrl = await serve(t, (request, response) => {
    asked.push([request.headers.authorization, request.headers['last-event-id']])
    response.writeHead(200, EVENTS)
    if (asked.length === 1) {
      response.write(`retry: 40\n\n${frame(pending(1))}id: 2\ndata: {"half":`, () => response.destroy())
    } else if (asked.length === 2) response.end(frame(pending(1)) + frame(pending(2)))
    else response.end(frame(pending(2)) + frame(busy(5)) + frame(pending(6)))
  })
  const clock = new TestClock()
  const connectionErrors: (AnswerbackError | null)[] = []
  const client = new Answerback({ baseUrl, key: 'key', clock })
  const seen = await versions(client.watch('chl_1', { onConnectionError: (error) => connectionErrors.push(error) }))
  assert.deepEqual(seen, [1, 2, 5])
  assert.deepEqual(asked, [
    ['Bearer key', undefined],
    ['Bearer key', '1'],
    ['Bearer key', '2'],
  ])
  assert.deepEqual(
    connectionErrors.map((error) => error?.code ?? 'back'),
    ['unreachable', 'back', 'unreachable', 'back'],
  )
  assert.equal(clock.pauses.length, 2)
  assert(clock.pauses.every((pause) => pause >= 20 && pause <= 40))
})

test('204 ends it: the outcome was seen before', async (t) => {
  let requests = 0
  const baseUrl = await serve(t, (_, response) => {
    requests += 1
    response.writeHead(204).end()
  })
  assert.deepEqual(await versions(new Answerback({ baseUrl, key: 'key' }).watch('chl_1')), [])
  assert.equal(requests, 1)
})

test('a refusal ends it at once', async () => {
  let requests = 0
  const fetch = () => {
    requests += 1
    return new Response('{"code":"not_found","detail":"No such challenge."}', { status: 404 })
  }
  const client = new Answerback({ baseUrl: 'http://a', key: 'key', fetch, clock: new TestClock() })
  await assert.rejects(versions(client.watch('chl_1')), { status: 404, code: 'not_found' })
  assert.equal(requests, 1)
})

test('an outage is retried with growing pauses, then thrown', async () => {
  const clock = new TestClock()
  let requests = 0
  const fetch = () => {
    requests += 1
    return new Response('{}', { status: 503, headers: requests === 1 ? { 'retry-after': '30' } : {} })
  }
  const client = new Answerback({ baseUrl: 'http://a', key: 'key', fetch, clock })
  await assert.rejects(versions(client.watch('chl_1')), { status: 503 })
  assert.equal(requests, 10)
  assert.equal(clock.pauses[0], 30_000)
  assert(clock.pauses[1]! >= 1000 && clock.pauses[1]! <= 2000)
  assert(clock.pauses.slice(4).every((pause) => pause >= 7500 && pause <= 15_000))
})

test('a page that is no stream of events is not read as one', async () => {
  const fetch = () => new Response('<h1>Welcome</h1>', { headers: { 'content-type': 'text/html' } })
  const client = new Answerback({ baseUrl: 'http://a', key: 'key', fetch })
  await assert.rejects(versions(client.watch('chl_1')), { code: 'unexpected' })
})

test('a stream that has gone silent is dropped and opened again', async (t) => {
  const clock = new TestClock()
  let requests = 0
  const baseUrl = await serve(t, (_, response) => {
    requests += 1
    response.writeHead(200, EVENTS).write(frame(requests === 1 ? pending(1) : busy(2)))
  })
  const watching = new Answerback({ baseUrl, key: 'key', clock }).watch('chl_1')
  await watching.next()
  const next = watching.next()
  await turn()
  clock.ring(50_000)
  assert.equal((await next).value?.version, 2)
})

test('leaving the loop, or the signal, closes the connection', async (t) => {
  const closed: Promise<unknown>[] = []
  const baseUrl = await serve(t, (_, response) => {
    closed.push(once(response, 'close'))
    response.writeHead(200, EVENTS).write(frame(pending(1)))
  })
  const client = new Answerback({ baseUrl, key: 'key' })
  for await (const _ of client.watch('chl_1')) break
  await closed[0]

  const leaving = new AbortController()
  const watching = client.watch('chl_1', { signal: leaving.signal })
  await watching.next()
  const next = watching.next()
  leaving.abort(new Error('page closed'))
  await assert.rejects(next, { message: 'page closed' })
  await closed[1]
})
