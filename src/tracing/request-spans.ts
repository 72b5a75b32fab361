// One span for each request that is answered, under the trace of the app that sends `traceparent`: w3.org/TR/trace-context.
// Only an API key makes the sender the app: what a stranger sends must neither choose a trace nor whether it is recorded.
// `tracestate` is left out, and so are paths, queries and addresses: a stranger's words.

import { ROOT_CONTEXT, SpanKind, type Tracer, trace } from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import { failed, within } from './span-tree.ts'

/** `traceparent`: of a request with an API key; otherwise `null`. */
type Incoming = { method: string; traceparent: string | null }
/** `route`: as it is declared; `null` when there is none. */
type Answered = { route: string | null; status: number }

export type TraceRequest = (incoming: Incoming, answer: () => Promise<Answered>) => Promise<void>

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE'])

export function traceRequests(tracer: Tracer, publicUrl: string): TraceRequest {
  const { protocol, hostname } = new URL(publicUrl)
  const fixed = { 'url.scheme': protocol.replace(':', ''), 'server.address': hostname }

  return async ({ method, traceparent }, answer) => {
    const known = METHODS.has(method)
    const remote = traceparent === null ? null : parseTraceParent(traceparent)
    const context = remote ? trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true }) : ROOT_CONTEXT
    const attributes = { ...fixed, 'http.request.method': known ? method : '_OTHER' }
    const name = known ? method : 'HTTP'
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, context)
    try {
      const { route, status } = await within(span, answer)
      span.setAttribute('http.response.status_code', status)
      if (route !== null) span.setAttribute('http.route', route).updateName(`${name} ${route}`)
      if (status >= 500) failed(span, String(status))
    } catch (error) {
      failed(span, 'exception')
      throw error
    } finally {
      span.end()
    }
  }
}
