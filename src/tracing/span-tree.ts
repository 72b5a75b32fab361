// Which span is under way, and the spans that begin under it. The context is the request's own (log/request-context.ts), so
// what serves many requests stands outside of the spans as it does outside of the requests.

import {
  type Attributes,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { type ActiveSpan, requestContext } from '../log/request-context.ts'

export function activeSpan(): ActiveSpan | undefined {
  return requestContext.getStore()?.active
}

/** The same, and those of all requests that what is under way is done for at once. */
export function activeSpans(): readonly ActiveSpan[] {
  const { active, shared = [] } = requestContext.getStore() ?? {}
  return active ? [active] : shared
}

/** A span that is over still has children: what was begun may end after the answer. */
export function isSampled(span: Span): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0
}

export function within<T>(span: Span, work: () => T): T {
  return requestContext.run({ ...requestContext.getStore(), active: { span, statements: 0 } }, work)
}

type Client = { name: string; attributes: Attributes; links?: Link[] }

export type ClientSpan = <T>(client: Client, work: (span: Span) => Promise<T>) => Promise<T>

/** A request of ours to others, below what is under way here or at the root. */
export function clientSpans(tracer: Tracer): ClientSpan {
  return async ({ name, ...options }, work) => {
    const parent = activeSpan()?.span
    const context = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, ...options }, context)
    try {
      return await within(span, () => work(span))
    } catch (error) {
      failed(span, error instanceof Error ? error.name : 'unknown')
      throw error
    } finally {
      span.end()
    }
  }
}

/** `type`: one of few words. An error's text may hold anything. */
export function failed(span: Span, type: string): void {
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}
