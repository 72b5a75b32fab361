import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { eventStream, hasSeenOutcome } from '../../src/http/challenge-stream.ts'
import { challengeView } from '../../src/http/challenge-view.ts'
import { realClock } from '../../src/time/clock.ts'
import { stored } from './challenge-sample.ts'

const pending = stored({ version: 3 })
const approved = stored({ version: 4, outcome: { status: 'approved', reason: 'code_matched' }, outcomeVersion: 4 })

function watching(changes: (gone: AbortSignal) => AsyncGenerator<ReturnType<typeof stored>, void, void>) {
  const ends: string[] = []
  const answer = eventStream({
    watch: changes,
    clock: realClock,
    view: challengeView,
    ended: () => ends.push('ended'),
    failed: (fault) => ends.push(fault.message),
  })
  return { answer, ends }
}

test('each event names its version before its data, and the outcome is the last', async () => {
  const { answer, ends } = watching(async function* () {
    yield pending
    yield approved
    yield pending
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
  let left = false
  const { answer } = watching(async function* () {
    try {
      yield approved
    } finally {
      left = true
    }
  })
  await answer.text()
  assert.equal(left, true)
})

test('text with line breaks stays in one data line', async () => {
  const { answer } = watching(async function* () {
    yield stored({ outcome: { status: 'expired', reason: 'expired' }, details: 'a\nevent: x\r\n\r\ndata: y' })
  })
  assert.equal((await answer.text()).match(/^(data|event):/gm)?.length, 2)
})

test('a stream without events is kept open by comments', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { answer } = watching(async function* () {
    yield pending
    await new Promise(() => {})
  })
  const reader = answer.body!.getReader()
  const next = async () => new TextDecoder().decode((await reader.read()).value)
  assert.match(await next(), /id: 3/)
  for (let beat = 0; beat < 2; beat++) {
    const quiet = next()
    await new Promise(setImmediate)
    t.mock.timers.tick(15_000)
    assert.match(await quiet, /^:.*\n\n$/)
  }
  await reader.cancel()
})

test('a reader that cancels ends the subscription', async () => {
  let gone: AbortSignal | undefined
  const { answer, ends } = watching(async function* (signal) {
    gone = signal
    yield pending
    await new Promise(() => {})
  })
  const reader = answer.body!.getReader()
  await reader.read()
  const waiting = reader.read()
  await reader.cancel()
  await waiting
  assert.equal(gone?.aborted, true)
  assert.deepEqual(ends, ['ended'])
})

test('nothing is subscribed before the first read, so that a HEAD holds nothing open', async () => {
  const watch = mock.fn(async function* () {})
  watching(watch)
  await new Promise(setImmediate)
  assert.equal(watch.mock.callCount(), 0)
})

test('an exception closes the stream, so that the reader reconnects', async () => {
  const { answer, ends } = watching(async function* () {
    yield pending
    throw new Error('no database')
  })
  assert.match(await answer.text(), /id: 3/)
  assert.deepEqual(ends, ['no database', 'ended'])
})

test('only a version at or after the outcome has seen it', () => {
  const grown = stored({ version: 6, outcome: { status: 'denied', reason: 'rejected' }, outcomeVersion: 4 })
  assert.deepEqual(
    ['3', '4', '5', '6', '', 'abc', '-4', '4.5', undefined].map((id) => hasSeenOutcome(grown, id)),
    [false, true, true, true, false, false, false, false, false],
  )
  assert.equal(hasSeenOutcome(pending, '999'), false)
})
