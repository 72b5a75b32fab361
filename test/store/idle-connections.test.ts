import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIdleConnections } from '../../src/store/idle-connections.ts'

function pool(isOpen: (connection: string) => boolean = () => true) {
  const timers: (() => void)[] = []
  const clock = {
    now: () => 0,
    after(_: number, run: () => void) {
      timers.push(run)
      return () => {}
    },
  }
  return { timers, connections: createIdleConnections<string>(clock, isOpen) }
}

test('a connection that comes free as the time of one runs out goes to the next', { timeout: 5_000 }, async () => {
  const { timers, connections } = pool()
  const [late, next] = [connections.take(10), connections.take(10)]
  timers[0]!()
  connections.put('one')
  assert.equal(await late, null)
  assert.equal(await next, 'one')
})

test('where no one else waits it is idle again', async () => {
  const { timers, connections } = pool()
  const late = connections.take(10)
  timers[0]!()
  connections.put('one')
  assert.equal(await late, null)
  assert.equal(await connections.take(10), 'one')
})

test('those who wait are served in order, and not once the time is over', async () => {
  const { timers, connections } = pool()
  const [late, first, second] = [connections.take(10), connections.take(10), connections.take(10)]
  timers[0]!()
  assert.equal(await late, null)
  connections.put('one')
  connections.put('two')
  assert.deepEqual(await Promise.all([first, second]), ['one', 'two'])
  assert.deepEqual(connections.all(), [])
})

test('a connection that was closed while it was handed over is dropped', async () => {
  const open = new Set(['one'])
  const { timers, connections } = pool((connection) => open.has(connection))
  const late = connections.take(10)
  timers[0]!()
  connections.put('one')
  open.delete('one')
  assert.equal(await late, null)
  assert.deepEqual(connections.all(), [])
})
