// The console's modules are loaded by the first request for a page, or by the server itself a while after its start. The file
// is a process of its own, in which nothing else loads them.

import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { test } from 'node:test'
import { createServer } from '../../src/server.ts'
import { type Clock, realClock } from '../../src/time/clock.ts'
import { testConfig } from '../support/config.ts'
import { migratedDatabase, withoutPostgres } from '../support/fresh-database.ts'
import { recordedLogger } from '../support/test-loggers.ts'

const CONSOLE = new URL('../../src/console/console.ts', import.meta.url).href

/** How often the file is looked for, and whether it is there. */
const looks = { count: 0, found: true }
registerHooks({
  resolve(specifier, context, next) {
    if (new URL(specifier, context.parentURL).href !== CONSOLE) return next(specifier, context)
    looks.count++
    if (!looks.found) throw new Error('The file of the console is gone.')
    return next(specifier, context)
  },
})

/** Runs what is due when the test says so, and once. */
function steppedClock(): Clock & { pass(ms: number): void } {
  let due: { ms: number; run: () => void }[] = []
  return {
    now: realClock.now,
    after(ms, run) {
      const one = { ms, run }
      due.push(one)
      return () => {
        due = due.filter((other) => other !== one)
      }
    },
    pass(ms) {
      const now = due.filter((one) => one.ms === ms)
      due = due.filter((one) => one.ms !== ms)
      for (const { run } of now) run()
    },
  }
}

async function start() {
  const database = await migratedDatabase()
  const { log, logged } = await recordedLogger()
  const config = testConfig({
    SECRET: 'a secret of the late console, long enough',
    API_KEY: 'a-key-of-the-late-console',
    PUBLIC_URL: 'http://localhost:3000',
    DATABASE_URL: database.url,
  })
  const clock = steppedClock()
  const server = await createServer(config, log, { clock })
  return {
    clock,
    server,
    lines: () => logged.map((line) => JSON.parse(line)),
    /** As a browser on this machine, in which the console is open without a sign-in. */
    async ask(path: string, method = 'GET') {
      const incoming = { url: path, headers: { host: 'localhost:3000' }, socket: { remoteAddress: '127.0.0.1' } }
      const init = { method, headers: { 'X-Request-Id': `${method}${path.replaceAll('/', '-')}` } }
      const response = await server.app.request(`http://localhost:3000${path}`, init, { incoming })
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
    async stop() {
      server.stopping.abort()
      await server.drain()
      await database.drop()
    },
  }
}

const skip = withoutPostgres

test('a console that cannot be loaded is a logged problem, and the next request loads it', { skip }, async (t) => {
  const { ask, lines, stop } = await start()
  t.after(stop)
  assert.equal((await ask('/healthz')).status, 200)
  assert.equal(looks.count, 0, 'nothing else loads it')
  looks.found = false
  for (const _ of [1, 2]) {
    const { status, headers, text } = await ask('/console/live')
    assert.deepEqual([status, headers.get('content-type')], [500, 'application/problem+json'])
    assert.equal(JSON.parse(text).code, 'internal')
    assert.doesNotMatch(text, /gone/)
  }
  const failed = lines().filter(({ msg }) => msg === 'request failed')
  assert.deepEqual(
    failed.map(({ err, request }) => [err.message, request]),
    Array(2).fill(['The file of the console is gone.', 'GET-console-live']),
  )
  assert.equal((await ask('/healthz')).status, 200)
  looks.found = true
  assert.equal((await ask('/console/live')).status, 200)
})

test('requests that come first are answered like any later one, with their id and route in the log', {
  skip,
}, async (t) => {
  const { ask, lines, stop } = await start()
  t.after(stop)
  const first = await Promise.all([ask('/console/live'), ask('/console/search'), ask('/console/nothing')])
  const later = [await ask('/console/live'), await ask('/console/search'), await ask('/console/nothing')]
  assert.deepEqual(
    first.map(({ status }) => status),
    [200, 200, 404],
  )
  for (const [index, { status, headers }] of first.entries()) {
    const same = (name: string) => assert.equal(headers.get(name), later[index]!.headers.get(name), name)
    assert.equal(status, later[index]!.status)
    for (const name of ['content-type', 'content-security-policy', 'cache-control', 'x-request-id']) same(name)
  }
  const { code, detail } = JSON.parse(first[2]!.text)
  assert.deepEqual([code, detail], ['not_found', JSON.parse((await ask('/nothing')).text).detail])
  const answered = lines().filter(({ msg, request }) => msg === 'request answered' && request.includes('-console-'))
  assert.deepEqual(answered.map(({ request, route }) => `${request} ${route}`).toSorted(), [
    ...Array(2).fill('GET-console-live /console/live'),
    ...Array(2).fill('GET-console-nothing /console/*'),
    ...Array(2).fill('GET-console-search /console/search'),
  ])
  assert.equal((await ask('/console')).status, 302)
  assert.deepEqual([(await ask('/console/live', 'HEAD')).status, (await ask('/console/live', 'HEAD')).text], [200, ''])
})

test('a server loads it by itself after its start, and one that fails to is told of in the log', {
  skip,
}, async (t) => {
  const { clock, server, lines, ask, stop } = await start()
  t.after(stop)
  const before = looks.count
  server.start()
  assert.equal(looks.count, before)
  looks.found = false
  clock.pass(2_000)
  await assert.rejects(server.operatorConsole(), /gone/)
  assert.deepEqual(
    lines().flatMap(({ msg, err }) => (msg === 'console not loaded' ? [err.message] : [])),
    ['The file of the console is gone.'],
  )
  looks.found = true
  assert.equal((await ask('/console/live')).status, 200)
})

test('a server that is stopped before that loads nothing', { skip }, async () => {
  const { clock, server, stop } = await start()
  server.start()
  await stop()
  const before = looks.count
  clock.pass(2_000)
  assert.equal(looks.count, before)
})
