// Server-sent events that bring a part of a page anew whenever it has changed.

import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { NOT_HELD_BACK } from '../http/server-sent-events.ts'
import type { ChangeNotifier } from '../store/change-notifier.ts'
import { type Clock, sleep } from '../time/clock.ts'
import type { ConsoleEnv, StreamParts } from './console-parts.ts'
import type { Html } from './pages/page-frame.ts'

/** What other instances have changed is seen so late: the notifier tells of this one's changes alone. */
const READ_EVERY_MS = 2_000
/** However much changes, no more often than this. */
const READ_AT_MOST_EVERY_MS = 300
/** A quiet stream sends a comment after so many reads, before proxies take the connection for dead. */
const KEEP_ALIVE_READS = 7
const RETRY_MS = 2_000
/** The browser comes back by itself. */
const LONGEST_STREAM_MS = 10 * 60_000
/** A sign-out, a reset and a disabled account end what was open before them so late. */
const SESSION_READ_EVERY_MS = 30_000

/** `isLast`: nothing will change any more. */
export type Fragment = { html: Html; isLast: boolean }

/** A read that fails ends the stream: the browser comes back by itself. */
export function fragmentStream(
  c: Context<ConsoleEnv>,
  { notifier, stopping, clock, log }: StreamParts,
  read: () => Promise<Fragment>,
): Response {
  const response = streamSSE(c, async (stream) => {
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    const changes = listenForChanges(notifier, clock, AbortSignal.any([gone.signal, stopping]))
    const end = clock.now() + LONGEST_STREAM_MS
    let sent: string | null = null
    let sessionReadAt = clock.now()
    try {
      for (let quiet = 0; !stream.aborted && !stopping.aborted && clock.now() < end; await changes.next()) {
        if (clock.now() - sessionReadAt >= SESSION_READ_EVERY_MS) {
          if (!(await c.var.isStillSignedIn())) return
          sessionReadAt = clock.now()
        }
        const { html, isLast } = await read()
        const text = String(await html)
        quiet = text === sent ? quiet + 1 : 0
        if (text !== sent) await stream.writeSSE({ data: text, retry: RETRY_MS })
        else if (quiet % KEEP_ALIVE_READS === 0) await stream.write(': still here\n\n')
        sent = text
        if (isLast) return await stream.writeSSE({ event: 'last', data: '' })
      }
    } catch (error) {
      log.warn({ err: error as Error }, 'a page of the console could not be read anew')
    } finally {
      changes.stop()
    }
  })
  for (const [name, value] of Object.entries(NOT_HELD_BACK)) response.headers.set(name, value)
  return response
}

/** Each `next` resolves when it is time to read again. */
function listenForChanges(notifier: Pick<ChangeNotifier, 'onPublish'>, clock: Clock, ended: AbortSignal) {
  let isChanged = false
  let wake = () => {}
  const stop = notifier.onPublish(() => {
    isChanged = true
    wake()
  })
  ended.addEventListener('abort', () => wake())
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, () => wake())
      wake = () => {
        cancel()
        resolve()
      }
    })
  return {
    stop,
    async next(): Promise<void> {
      await sleep(clock, READ_AT_MOST_EVERY_MS)
      if (!isChanged && !ended.aborted) await pause(READ_EVERY_MS - READ_AT_MOST_EVERY_MS)
      isChanged = false
    },
  }
}
