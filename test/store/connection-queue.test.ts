import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConnectionQueue, type Load } from '../../src/store/connection-queue.ts'

type Named = Load & { name: string }

const connection = (name: string, most = 1): Named => ({ name, most, inFlight: 0, activeAt: 0 })

function queueOf(...open: Named[]) {
  const timers: (() => void)[] = []
  let now = 0
  const clock = {
    now: () => now,
    after(_: number, run: () => void) {
      timers.push(run)
      return () => {}
    },
  }
  const queue = createConnectionQueue<Named>(clock, () => open)
  const pass = (ms: number) => {
    now += ms
  }
  const take = async () => (await queue.take(10))?.name ?? null
  return { open, timers, queue, take, pass }
}

test('a connection that comes free as the time of one runs out goes to the next', { timeout: 5_000 }, async () => {
  const one = connection('one')
  const { timers, queue, take } = queueOf(one)
  await take()
  const [late, next] = [take(), take()]
  timers[0]!()
  queue.answered(one)
  assert.equal(await late, null)
  assert.equal(await next, 'one')
})

test('where no one else waits it is idle again', async () => {
  const one = connection('one')
  const { timers, queue, take } = queueOf(one)
  await take()
  const late = take()
  timers[0]!()
  queue.answered(one)
  assert.equal(await late, null)
  assert.equal(one.inFlight, 0)
  assert.equal(await take(), 'one')
})

test('those who wait are served in order, and not once the time is over', async () => {
  const { open, timers, queue, take } = queueOf()
  const [late, first, second] = [take(), take(), take()]
  timers[0]!()
  assert.equal(await late, null)
  open.push(connection('one'), connection('two'))
  queue.serve()
  assert.deepEqual(await Promise.all([first, second]), ['one', 'two'])
})

test('a connection that was closed while it was handed over serves nobody', async () => {
  const one = connection('one')
  const { open, timers, queue, take } = queueOf(one)
  await take()
  const late = take()
  timers[0]!()
  queue.answered(one)
  open.length = 0
  assert.equal(await late, null)
  const next = take()
  timers[1]!()
  assert.equal(await next, null)
})

test('a connection gets a second statement when none is idle, the one with the fewest first', async () => {
  const { take } = queueOf(connection('single'), connection('one', 3), connection('two', 3))
  const taken: (string | null)[] = []
  for (let count = 0; count < 7; count++) taken.push(await take())
  assert.deepEqual(taken, ['single', 'one', 'two', 'one', 'two', 'one', 'two'])
})

test('behind a statement that is not answered at once nothing more is sent', { timeout: 5_000 }, async () => {
  const one = connection('one', 3)
  const { queue, take, pass } = queueOf(one)
  assert.deepEqual([await take(), await take()], ['one', 'one'])
  pass(50)
  const waiting = take()
  assert.equal(one.inFlight, 2)
  queue.answered(one)
  assert.equal(await waiting, 'one')
})
