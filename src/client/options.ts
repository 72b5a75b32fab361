// The options of the client and of its calls.

import type { Clock } from './clock.ts'
import type { AnswerbackError } from './errors.ts'
import type { Fetch } from './transport.ts'

export type AnswerbackOptions = {
  /** Where Answerback is, without `/v1`. */
  baseUrl: string
  /** An API key on your server; a challenge's page token in its page. */
  key: string
  /** Instead of the global `fetch`: a proxy's, or a test's. */
  fetch?: Fetch
  /** Instead of the system's clock, for tests. */
  clock?: Clock
}

export type CallOptions = { signal?: AbortSignal }

export type CreateOptions = CallOptions & {
  /** Your own name for this request, so that repeating it, even after a crash, places no second call. */
  idempotencyKey?: string
}

export type WaitOptions = CallOptions & {
  /** How long to wait in all. Default: 600, the longest a challenge can live. */
  timeoutSeconds?: number
}

export type WatchOptions = CallOptions & {
  /** Called with the reason before each reconnection, and with null once the connection is back. */
  onConnectionError?: (error: AnswerbackError | null) => void
}
