import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { mock, test } from 'node:test'
import { Hono } from 'hono'
import type { Watcher } from '../../src/challenges/subscriptions.ts'
import { challengeStream, hasSeenOutcome } from '../../src/http/challenge-stream.ts'
import { challengeView } from '../../src/http/challenge-view.ts'
import { listen } from '../../src/http/listen.ts'
import { createOpenStreams } from '../../src/http/open-streams.ts'
import { eventStream } from '../../src/http/server-sent-events.ts'
import { realClock } from '../../src/time/clock.ts'
import { stored } from './challenge-sample.ts'

const KEEP_ALIVE_MS = 15_000

const pending = stored({ version: 3 })
const approved = stored({ version: 4, outcome: { status: 'approved', reason: 'code_matched' }, outcomeVersion: 4 })

/** `begun` is called with the stream's watcher, once it has subscribed. */
function watching(begun: (watcher: Watcher) => void, view = challengeView) {
  const ends: string[] = []
  const stopping = new AbortController()
  const unwatch = mock.fn()
  const watch = mock.fn((watcher: Watcher) => {
    queueMicrotask(() => begun(watcher))
    return unwatch
  })
  const stream = challengeStream({
    watch,
    view,
    openStreams: createOpenStreams(realClock, KEEP_ALIVE_MS, stopping.signal),
    ended: () => ends.push('ended'),
    failed: (fault) => ends.push(fault.message),
  })
  return { answer: eventStream(stream), ends, stop: stream.stop, stopping, watch, unwatch }
}

test('each event names its version before its data, and the outcome is the last', async () => {
  const { answer, ends } = watching((watcher) => {
    for (const record of [pending, approved, pending]) watcher.update(record)
  })
  assert.equal(answer.headers.get('content-type'), 'text/event-stream')
  assert.equal(answer.headers.get('x-accel-buffering'), 'no')
  assert.match(answer.headers.get('cache-control') ?? '', /\bno-transform\b/)
  const [first, second, ...rest] = (await answer.text()).split('\n\n')
  assert.match(first!, /^retry: \d+\nevent: challenge\nid: 3\ndata: \{.*"status":"pending".*\}$/)
  assert.match(second!, /^event: challenge\nid: 4\ndata: \{.*"reason":"code_matched".*\}$/)
  assert.deepEqual(rest, [''])
  assert.deepEqual(ends, ['ended'])
})

test('the subscription ends with the outcome', async () => {
  const { answer, unwatch } = watching((watcher) => watcher.update(approved))
  await answer.text()
  assert.equal(unwatch.mock.callCount(), 1)
})

test('text with line breaks stays in one data line', async () => {
  const { answer } = watching((watcher) =>
    watcher.update(
      stored({ outcome: { status: 'expired', reason: 'expired' }, details: 'a\nevent: x\r\n\r\ndata: y' }),
    ),
  )
  assert.equal((await answer.text()).match(/^(data|event):/gm)?.length, 2)
})

test('a stream without events is kept open by comments', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { answer } = watching((watcher) => watcher.update(pending))
  const reader = answer.body!.getReader()
  const next = async () => new TextDecoder().decode((await reader.read()).value)
  assert.match(await next(), /id: 3/)
  for (let beat = 0; beat < 2; beat++) {
    const quiet = next()
    let comments = 0
    void quiet.then(() => comments++)
    for (let passed = 0; passed < KEEP_ALIVE_MS; passed += 250) t.mock.timers.tick(250)
    assert.match(await quiet, /^:.*\n\n$/)
    assert.equal(comments, 1)
  }
  await reader.cancel()
})

test('no comment comes before the first event, which says when to come back', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const told = Promise.withResolvers<Watcher>()
  const { answer } = watching(told.resolve)
  const text = answer.text()
  const watcher = await told.promise
  for (let passed = 0; passed < KEEP_ALIVE_MS; passed += 250) t.mock.timers.tick(250)
  watcher.update(approved)
  assert.match(await text, /^retry: \d+\nevent: challenge\nid: 4\n/)
})

test('many streams are not all written to at once', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const streams = createOpenStreams(realClock, KEEP_ALIVE_MS, new AbortController().signal)
  let written = 0
  const removes = Array.from({ length: 600 }, () => streams.add({ keepAlive: () => written++, stop() {} }))
  const each: number[] = []
  for (let passed = 0; passed < KEEP_ALIVE_MS; passed += 250) {
    written = 0
    t.mock.timers.tick(250)
    each.push(written)
  }
  assert.deepEqual([...new Set(each)], [10])
  for (const remove of removes) remove()
  t.mock.timers.tick(KEEP_ALIVE_MS)
  assert.equal(written, 10, 'none is left')
})

test('a reader that cancels ends the subscription', async () => {
  const { answer, ends, unwatch } = watching((watcher) => watcher.update(pending))
  const reader = answer.body!.getReader()
  await reader.read()
  const waiting = reader.read()
  await reader.cancel()
  await waiting
  assert.equal(unwatch.mock.callCount(), 1)
  assert.deepEqual(ends, ['ended'])
})

test('nothing is subscribed before the first read, so that a HEAD holds nothing open', async () => {
  const { watch, answer, ends } = watching(() => {})
  await new Promise(setImmediate)
  assert.equal(watch.mock.callCount(), 0)
  await answer.body!.cancel()
  assert.deepEqual(ends, ['ended'], 'its place is free again')
})

test('an exception closes the stream, so that the reader reconnects', async () => {
  const { answer, ends } = watching((watcher) => {
    watcher.update(pending)
    watcher.failed(new Error('no database'))
  })
  assert.match(await answer.text(), /id: 3/)
  assert.deepEqual(ends, ['no database', 'ended'])
})

test('a challenge that cannot be shown closes the stream too, and nothing is thrown at the one who told of it', async () => {
  const { answer, ends } = watching(
    (watcher) => watcher.update(pending),
    () => {
      throw new Error('no secret')
    },
  )
  assert.equal(await answer.text(), '')
  assert.deepEqual(ends, ['no secret', 'ended'])
})

test('a stop comes after the present state, and closes a stream that has it', async () => {
  for (const how of ['replaced', 'stopping'] as const) {
    const early = watching((watcher) => watcher.update(pending))
    const reading = early.answer.text()
    if (how === 'replaced') early.stop()
    else early.stopping.abort()
    assert.match(await reading, /^retry: \d+\nevent: challenge\nid: 3\n[^\n]*\n\n$/, how)
    const late = watching((watcher) => {
      watcher.update(pending)
      if (how === 'replaced') late.stop()
      else late.stopping.abort()
    })
    assert.match(await late.answer.text(), /id: 3/, how)
    assert.deepEqual([early.ends, late.ends], [['ended'], ['ended']], how)
  }
})

test('on a socket the same is written to the response of Node, with all headers, and no ReadableStream is begun', async () => {
  const { answer, ends, unwatch } = watching((watcher) => {
    watcher.update(pending)
    setImmediate(() => watcher.update(approved))
  })
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.res.headers.set('X-Request-Id', 'r-1')
  })
  app.get('/', () => answer)
  await overSocket(app, async (socket) => {
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    let text = ''
    for await (const some of socket) {
      text += some
      if (text.endsWith('\r\n0\r\n\r\n')) break
    }
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n/)
    for (const header of [
      /^content-type: text\/event-stream\r$/im,
      /^x-accel-buffering: no\r$/im,
      /^x-request-id: r-1\r$/im,
    ])
      assert.match(text, header)
    assert.deepEqual(
      [...text.matchAll(/^(?:id|retry): (\d+)$/gm)].map(([, number]) => number),
      ['2000', '3', '4'],
    )
  })
  assert.equal(answer.bodyUsed, false)
  assert.deepEqual(ends, ['ended'])
  assert.equal(unwatch.mock.callCount(), 1)
})

test('a client that goes ends the subscription, and is written to no more', async () => {
  const told = Promise.withResolvers<Watcher>()
  const { answer, ends, unwatch } = watching((watcher) => {
    watcher.update(pending)
    told.resolve(watcher)
  })
  const app = new Hono()
  app.get('/', () => answer)
  await overSocket(app, async (socket) => {
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(socket, 'data')
    const watcher = await told.promise
    socket.destroy()
    while (unwatch.mock.callCount() === 0) await new Promise(setImmediate)
    watcher.update(approved)
  })
  assert.deepEqual(ends, ['ended'])
})

async function overSocket(app: Hono, talk: (socket: ReturnType<typeof connect>) => Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const listener = listen(app, { port: 0, host: '127.0.0.1' }, resolve)
  await promise
  const address = listener.address() as { port: number }
  const socket = connect(address.port, '127.0.0.1')
  socket.setEncoding('utf8')
  await talk(socket)
  socket.destroy()
  await new Promise((closed) => listener.close(closed))
}

test('only a version at or after the outcome has seen it', () => {
  const grown = stored({ version: 6, outcome: { status: 'denied', reason: 'rejected' }, outcomeVersion: 4 })
  assert.deepEqual(
    ['3', '4', '5', '6', '', 'abc', '-4', '4.5', undefined].map((id) => hasSeenOutcome(grown, id)),
    [false, true, true, true, false, false, false, false, false],
  )
  assert.equal(hasSeenOutcome(pending, '999'), false)
})
