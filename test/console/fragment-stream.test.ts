// How long a stream of the console goes on.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import { html } from 'hono/html'
import type { ConsoleEnv } from '../../src/console/console-parts.ts'
import { fragmentStream } from '../../src/console/fragment-stream.ts'
import { silentLogger } from '../../src/log/logger.ts'

/** How many seconds a stream lasts where the session ends after so many, on a clock that waits for nothing. */
async function secondsOf(session: number): Promise<number> {
  let now = 0
  const clock = {
    now: () => now,
    after(ms: number, run: () => void) {
      const timer = setImmediate(() => {
        now += ms
        run()
      })
      return () => clearImmediate(timer)
    },
  }
  const notifier = { onPublish: () => () => {} }
  const parts = { notifier, stopping: new AbortController().signal, clock, log: silentLogger }
  const app = new Hono<ConsoleEnv>().get('/', (c) => {
    c.set('isStillSignedIn', async () => now < session * 1_000)
    return fragmentStream(c, parts, async () => ({ html: html`<p>shown</p>`, isLast: false }))
  })
  await (await app.request('/')).text()
  return now / 1_000
}

test('a stream ends within half a minute of its session, and after ten minutes in any case', async () => {
  const short = await secondsOf(60)
  assert.ok(short >= 60 && short <= 92, `${short} s`)
  const long = await secondsOf(Number.POSITIVE_INFINITY)
  assert.ok(long >= 600 && long <= 602, `${long} s`)
})
