// Server-sent events (html.spec.whatwg.org, 9.2). On a socket they are written to Node's own response, since a ReadableStream
// with what is around it takes 10 KiB a client more. Where there is no socket the answer is a ReadableStream.

import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

/** Where the text of the events goes. */
export type EventSink = { write(text: string): void; close(): void }

export type EventSource = {
  /** Called once, by what reads. */
  begin(sink: EventSink): void
  /** The reader has gone; maybe before it has begun. */
  leave(): void
}

/** nginx holds a stream back unless told not to, and proxies that compress do so unless it may not be transformed. */
export const NOT_HELD_BACK = { 'X-Accel-Buffering': 'no', 'Cache-Control': 'no-store, no-transform' }

const sources = new WeakMap<Response, EventSource>()

export function eventStream(source: EventSource): Response {
  let begun = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (begun) return
        begun = true
        source.begin({
          write: (text) => controller.enqueue(new TextEncoder().encode(text)),
          close: () => controller.close(),
        })
      },
      cancel: () => source.leave(),
    },
    { highWaterMark: 0 },
  )
  const response = new Response(body, { headers: { 'Content-Type': 'text/event-stream', ...NOT_HELD_BACK } })
  sources.set(response, source)
  return response
}

/** Writes an event stream to Node's response, and answers that this is done. Any other response it gives back. */
export function sendEvents(response: Response, outgoing: ServerResponse): Response {
  const source = sources.get(response)
  if (!source) return response
  // Hono's adapter listens too, and keeps the whole request for it, to abort a signal that no stream uses.
  outgoing.removeAllListeners('close')
  outgoing.on('close', source.leave)
  outgoing.on('error', source.leave)
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.flushHeaders()
  source.begin({
    write: (text) => void (outgoing.destroyed || outgoing.write(text)),
    close: () => void (outgoing.destroyed || outgoing.end()),
  })
  if (outgoing.destroyed) source.leave()
  return RESPONSE_ALREADY_SENT
}
