// Who is served when more sign in than may at once.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { signInQueue } from '../../src/console/sign-in-queue.ts'

/** A queue whose work ends when the test says so. */
function heldQueue() {
  const queue = signInQueue()
  const running: { name: string; end: () => void }[] = []
  const ended = new Map<string, string>()
  return {
    running: () => running.map(({ name }) => name),
    ended,
    enter(address: string, name: string) {
      const work = () => new Promise<string>((resolve) => running.push({ name, end: () => resolve('served') }))
      void queue.run(address, work).then((result) => ended.set(name, result))
    },
    async endFirst() {
      running.shift()!.end()
      await setImmediate()
    },
  }
}

test('one address has half of the places, so that another is served at once', async () => {
  const queue = heldQueue()
  for (const name of ['a1', 'a2', 'a3', 'a4']) queue.enter('a', name)
  assert.deepEqual(queue.running(), ['a1', 'a2'])
  queue.enter('b', 'b1')
  assert.deepEqual(queue.running(), ['a1', 'a2', 'b1'])
  await queue.endFirst()
  assert.deepEqual(queue.running(), ['a2', 'b1', 'a3'])
  assert.equal(queue.ended.get('a1'), 'served')
})

test('of one address the newest wait, and the oldest of them is turned away', async () => {
  const queue = heldQueue()
  for (let count = 1; count <= 8; count++) queue.enter('a', `a${count}`)
  await setImmediate()
  assert.deepEqual(
    [...queue.ended],
    [
      ['a3', 'full'],
      ['a4', 'full'],
    ],
  )
  for (let count = 0; count < 6; count++) await queue.endFirst()
  assert.deepEqual([...queue.ended.keys()], ['a3', 'a4', 'a1', 'a2', 'a5', 'a6', 'a7', 'a8'])
})

test('addresses take turns, and what waits is bounded: of the address with the most the oldest goes', async () => {
  const queue = heldQueue()
  for (const address of ['a', 'b', 'c', 'd'])
    for (let count = 1; count <= 6; count++) queue.enter(address, `${address}${count}`)
  assert.deepEqual(queue.running(), ['a1', 'a2', 'b1', 'b2'])
  await queue.endFirst()
  await queue.endFirst()
  assert.deepEqual(queue.running(), ['b1', 'b2', 'c3', 'a3'], 'with none running, who was served longest ago')
  for (let count = 0; count < 100; count++) queue.enter(`other ${count}`, `other ${count}`)
  await setImmediate()
  const turnedAway = [...queue.ended].filter(([, result]) => result === 'full').map(([name]) => name)
  assert.equal(turnedAway.length, 24 + 100 - 6 - 64)
  assert.ok(
    ['b3', 'b4', 'c4', 'd4'].every((name) => turnedAway.includes(name)),
    turnedAway.join(' '),
  )
  assert.ok(!turnedAway.includes('other 99'), 'the newest waits')
})
