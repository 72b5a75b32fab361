// A span for each try to push a message to the app, which may go on with it: the request has our `traceparent`.

import type { Span } from '@opentelemetry/api'
import { challengeLink } from './challenge-span.ts'
import { type ClientSpan, failed } from './span-tree.ts'

type Message = { type: string; challenge: string | null }
type Headers = Record<string, string>

export type TracePush = <R extends { failure: string | null }>(
  message: Message,
  headers: Headers,
  post: (headers: Headers) => Promise<R>,
) => Promise<R>

export function tracePushes(clientSpan: ClientSpan): TracePush {
  return ({ type, challenge }, headers, post) =>
    clientSpan(
      {
        name: 'webhook',
        attributes: {
          'answerback.webhook.type': type,
          ...(challenge !== null && { 'answerback.challenge.id': challenge }),
        },
        links: challenge === null ? [] : [challengeLink(challenge)],
      },
      async (span) => {
        const result = await post({ ...headers, traceparent: traceparentOf(span) })
        if (result.failure !== null) failed(span, result.failure)
        return result
      },
    )
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}
