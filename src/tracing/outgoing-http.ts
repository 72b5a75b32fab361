// What every HTTP request of ours says of itself, as attributes of the span it is made under: Node tells of each by
// nodejs.org/api/diagnostics_channel.html#http. Neither its path nor its headers, which hold accounts and credentials.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { activeSpan } from './span-tree.ts'

const STARTED = 'http.client.request.start'

/** Returns how to stop. */
export function describeOutgoingHttp(): () => void {
  subscribe(STARTED, describe)
  return () => unsubscribe(STARTED, describe)
}

function describe(message: unknown): void {
  const { span } = activeSpan() ?? {}
  if (span === undefined) return
  const { request } = message as { request: ClientRequest }
  span.setAttribute('http.request.method', request.method)
  span.setAttribute('server.address', request.host)
  request.once('response', ({ statusCode = 0 }: IncomingMessage) =>
    span.setAttribute('http.response.status_code', statusCode),
  )
}
