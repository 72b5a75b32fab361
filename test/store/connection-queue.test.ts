import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConnectionQueue, type Load } from '../../src/store/connection-queue.ts'

type Named = Load & { name: string }

const connection = (name: string): Named => ({ name, busy: false, takenAt: 0 })

function queueOf(...open: Named[]) {
  const timers: (() => void)[] = []
  const clock = {
    now: () => 0,
    after(_: number, run: () => void) {
      timers.push(run)
      return () => {}
    },
  }
  const queue = createConnectionQueue<Named>(clock, () => open)
  const take = async () => (await queue.take(10))?.name ?? null
  return { open, timers, queue, take }
}

test('a connection that comes free as the time of one runs out goes to the next', { timeout: 60_000 }, async () => {
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
  assert.equal(one.busy, false)
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
