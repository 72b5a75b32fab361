// Server-sent events (html.spec.whatwg.org, 9.2): a challenge at once and after every change, until its outcome. Written by
// hand, since Hono's `streamSSE` takes 38 KiB a waiter and this 28.

import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { ChallengeView } from './challenge-view.ts'

const RETRY_MS = 2_000

type Parts = {
  /** Begun by the first read; the signal ends when the reader goes. */
  watch: (gone: AbortSignal) => AsyncGenerator<ChallengeRecord, void, void>
  /** As its reader may see it. */
  view: (record: ChallengeRecord) => ChallengeView
  ended: () => void
  failed: (fault: Error) => void
  clock: Clock
}

/** No event holds a display code: events are kept by browsers and proxies longer than an answer is. */
export function eventStream({ watch, view, ended, failed, clock }: Parts): Response {
  const gone = new AbortController()
  let changes: AsyncGenerator<ChallengeRecord, void, void> | undefined
  let next: Promise<IteratorResult<ChallengeRecord, void>> | undefined
  const end = () => {
    gone.abort()
    void changes?.return().catch(() => {})
    ended()
  }

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const first = changes === undefined
        changes ??= watch(gone.signal)
        next ??= changes.next()
        try {
          const change = await withTimeout(clock, DEADLINES.streamKeepAlive, next, 'quiet' as const)
          if (gone.signal.aborted) return
          if (change === 'quiet') return controller.enqueue(encode(': still here\n\n'))
          next = undefined
          if (!change.done) {
            controller.enqueue(encode((first ? `retry: ${RETRY_MS}\n` : '') + frame(view(change.value))))
            if (change.value.challenge.outcome === null) return
          }
        } catch (fault) {
          // The reader comes back by itself, and reads the whole state again.
          failed(fault as Error)
        }
        if (gone.signal.aborted) return
        end()
        controller.close()
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
  // nginx holds a stream back unless told not to, and proxies that compress do so unless it may not be transformed.
  const headers = { 'X-Accel-Buffering': 'no', 'Cache-Control': 'no-store, no-transform' }
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream', ...headers } })
}

/** Whether a reader that comes back has had the event that bears the outcome. */
export function hasSeenOutcome(record: ChallengeRecord, lastEventId: string | undefined): boolean {
  if (record.outcomeVersion === null || !/^\d{1,9}$/.test(lastEventId ?? '')) return false
  return Number(lastEventId) >= record.outcomeVersion
}

function frame(view: ChallengeView): string {
  return `event: challenge\nid: ${view.version}\ndata: ${JSON.stringify(view)}\n\n`
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
