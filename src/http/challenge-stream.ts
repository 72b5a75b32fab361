// The events of a challenge: it as it is, at once and after every change, until its outcome.

import type { Watcher } from '../challenges/subscriptions.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { ChallengeView } from './challenge-view.ts'
import type { OpenStreams } from './open-streams.ts'
import type { EventSink, EventSource } from './server-sent-events.ts'

const RETRY_MS = 2_000

type Parts = {
  /** Returns how to stop. */
  watch: (watcher: Watcher) => () => void
  /** As its reader may see it. */
  view: (record: ChallengeRecord) => ChallengeView
  openStreams: OpenStreams
  ended: () => void
  failed: (fault: Error) => void
}

/** `stop`: when the present state has been sent, so that the reader has it and knows when to come back. */
export type ChallengeStream = EventSource & { stop(): void }

/** No event holds a display code: events are kept by browsers and proxies longer than an answer is. */
export function challengeStream({ watch, view, openStreams, ended, failed }: Parts): ChallengeStream {
  let sink: EventSink | null = null
  let isFirst = true
  let stopped = false
  let over = false
  let unwatch = () => {}
  let remove = () => {}

  function leave(): void {
    if (over) return
    over = true
    unwatch()
    remove()
    ended()
  }

  function close(): void {
    if (over) return
    leave()
    sink?.close()
  }

  function stop(): void {
    stopped = true
    if (!isFirst) close()
  }

  const watcher: Watcher = {
    update(record) {
      if (over) return
      try {
        sink?.write((isFirst ? `retry: ${RETRY_MS}\n` : '') + frame(view(record)))
        isFirst = false
      } catch (fault) {
        return watcher.failed(fault as Error)
      }
      if (stopped || record.challenge.outcome !== null) close()
    },
    // The reader comes back by itself, and reads the whole state again.
    failed(fault) {
      if (over) return
      failed(fault)
      close()
    },
    missing: close,
  }

  return {
    begin(to) {
      if (over) return
      sink = to
      // Not before the first event, which says when to come back.
      const keepAlive = () => void (isFirst || to.write(': still here\n\n'))
      remove = openStreams.add({ keepAlive, stop })
      unwatch = watch(watcher)
    },
    leave,
    stop,
  }
}

/** Whether a reader that comes back has had the event that bears the outcome. */
export function hasSeenOutcome(record: ChallengeRecord, lastEventId: string | undefined): boolean {
  if (record.outcomeVersion === null || !/^\d{1,9}$/.test(lastEventId ?? '')) return false
  return Number(lastEventId) >= record.outcomeVersion
}

function frame(view: ChallengeView): string {
  return `event: challenge\nid: ${view.version}\ndata: ${JSON.stringify(view)}\n\n`
}
