// What is asked for at once is asked of the database together, and each gets its own answer.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestContext } from '../../src/log/request-context.ts'
import { batched } from '../../src/store/batching.ts'
import { realClock } from '../../src/time/clock.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Statements that are answered when the test says so; a batch is sent as its items, joined. */
function statements({ refused = (_: string): boolean => false, keysOf = (item: string) => [item] } = {}) {
  const open = new Map<string, PromiseWithResolvers<void>>()
  const sent: { text: string; request: string | undefined }[] = []
  const timers: (() => void)[] = []
  const send = async (text: string) => {
    sent.push({ text, request: requestContext.getStore()?.request })
    const answer = Promise.withResolvers<void>()
    open.set(text, answer)
    await answer.promise
  }
  const clock = {
    ...realClock,
    after(_: number, run: () => void) {
      timers.push(run)
      return () => void timers.splice(timers.indexOf(run), 1)
    },
  }
  const ask = batched<string, string>(
    {
      async alone(item) {
        await send(item)
        return `${item} alone`
      },
      async together(items) {
        await send(items.join(' '))
        return items.map((item) => (refused(item) ? undefined : `${item} of ${items.length}`))
      },
      mayBeOfOne: (error) => error === 'of one',
      keysOf,
    },
    clock,
  )
  return {
    ask,
    timers,
    sent: () => sent.splice(0).map(({ text }) => text),
    requests: () => sent.splice(0).map(({ request }) => request),
    async answer(text: string) {
      open.get(text)!.resolve()
      await turn()
    },
    async fail(text: string, error: unknown) {
      open.get(text)!.reject(error)
      await turn()
    },
  }
}

test('what is asked in one turn leaves at its end as one statement, and alone by itself', async () => {
  const { ask, sent, answer } = statements()
  const all = ['a', 'b', 'c'].map(ask)
  assert.deepEqual(sent(), [])
  await turn()
  assert.deepEqual(sent(), ['a b c'])
  const d = ask('d')
  await turn()
  assert.deepEqual(sent(), ['d'])
  await answer('d')
  await answer('a b c')
  assert.deepEqual([await d, ...(await Promise.all(all))], ['d alone', 'a of 3', 'b of 3', 'c of 3'])
})

test('what is asked while two are under way joins neither, and leaves when one is answered', async () => {
  const { ask, sent, answer } = statements()
  const [a] = [ask('a'), await turn()]
  const [b] = [ask('b'), await turn()]
  const c = ask('c')
  await turn()
  const d = ask('d')
  await turn()
  assert.deepEqual(sent(), ['a', 'b'])
  await answer('b')
  assert.deepEqual(sent(), ['c d'])
  await answer('c d')
  await answer('a')
  assert.deepEqual(await Promise.all([a, b, c, d]), ['a alone', 'b alone', 'c of 2', 'd of 2'])
})

test('two of one key never leave together', async () => {
  const { ask, sent, answer } = statements({ keysOf: (item) => [item[0]!] })
  const all = ['a1', 'b1', 'a2', 'a3'].map(ask)
  await turn()
  assert.deepEqual(sent(), ['a1 b1', 'a2'])
  await answer('a1 b1')
  assert.deepEqual(sent(), ['a3'])
  await answer('a2')
  await answer('a3')
  assert.deepEqual(await Promise.all(all), ['a1 of 2', 'b1 of 2', 'a2 alone', 'a3 alone'])
})

test('one that the statement for all has left out is asked alone', async () => {
  const { ask, sent, answer } = statements({ refused: (item) => item === 'b' })
  const all = ['a', 'b', 'c'].map(ask)
  await turn()
  await answer('a b c')
  assert.deepEqual(sent(), ['a b c', 'b'])
  await answer('b')
  assert.deepEqual(await Promise.all(all), ['a of 3', 'b alone', 'c of 3'])
})

test('an error that may be for the sake of one is that of the one alone', async () => {
  const { ask, sent, answer, fail } = statements()
  const all = Promise.allSettled(['a', 'b', 'c'].map(ask))
  await turn()
  await fail('a b c', 'of one')
  assert.deepEqual(sent(), ['a b c', 'a', 'b', 'c'])
  await answer('a')
  await fail('b', 'of one')
  await answer('c')
  assert.deepEqual(
    (await all).map((settled) => (settled.status === 'fulfilled' ? settled.value : settled.reason)),
    ['a alone', 'of one', 'c alone'],
  )
})

test('any other error is that of all, and nothing is asked again', async () => {
  const { ask, sent, fail } = statements()
  const all = Promise.allSettled(['a', 'b'].map(ask))
  await turn()
  await fail('a b', 'unavailable')
  assert.deepEqual(sent(), ['a b'])
  assert.deepEqual(
    (await all).map((settled) => settled.status === 'rejected' && settled.reason),
    ['unavailable', 'unavailable'],
  )
})

test('nothing waits for long for statements that are not answered', async () => {
  const { ask, sent, timers, answer } = statements()
  void ask('a')
  await turn()
  void ask('b')
  await turn()
  const waiting = [ask('c'), ask('d')]
  await turn()
  assert.deepEqual([sent(), timers.length], [['a', 'b'], 1])
  timers.shift()!()
  assert.deepEqual(sent(), ['c d'])
  await answer('c d')
  assert.deepEqual([await Promise.all(waiting), timers.length], [['c of 2', 'd of 2'], 0])
})

test('a statement belongs to the request that it is sent for, and one for several to none', async () => {
  const { ask, requests, answer } = statements({ refused: (item) => item === 'b' })
  const of = (request: string, item: string) => requestContext.run({ request }, () => ask(item))
  void of('first', 'a')
  await turn()
  void of('second', 'b')
  void of('third', 'c')
  await turn()
  void of('fourth', 'd')
  await turn()
  await answer('a')
  await answer('b c')
  assert.deepEqual(requests(), ['first', undefined, 'fourth', 'second'])
})
