// The request in whose course a line is logged, also by work that it began and that ends after its answer; and, where traces
// are on, the span that such work belongs to.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span } from '@opentelemetry/api'

/** `statements`: how many of the database's are already told of under this span. */
export type ActiveSpan = { span: Span; statements: number }

export type RequestContext = {
  request?: string
  active?: ActiveSpan
  /** Of each of several requests that the work is done for at once. */
  shared?: readonly ActiveSpan[]
}

export const requestContext = new AsyncLocalStorage<RequestContext | undefined>()

/** For work that serves many requests: it may be begun by one of them, and what it logs is not of that one. */
export function outsideRequest<T>(work: () => T): T {
  return requestContext.run(undefined, work)
}

/** For work that is done for these requests at once: what it logs is of none of them, and their traces all have it. */
export function forRequests<T>(contexts: readonly (RequestContext | undefined)[], work: () => T): T {
  const shared = contexts.flatMap((context) => context?.active ?? [])
  return requestContext.run(shared.length > 0 ? { shared } : undefined, work)
}

/** What a line that is logged now tells of it. */
export function contextFields(): Record<string, string> {
  const context = requestContext.getStore()
  if (context === undefined) return {}
  const { request, active } = context
  const { traceId, spanId } = active?.span.spanContext() ?? {}
  return {
    ...(request !== undefined && { request }),
    ...(traceId !== undefined && spanId !== undefined && { trace_id: traceId, span_id: spanId }),
  }
}
