// Takes the webhooks that the app under test sends to its own users (Standard Webhooks), so that they show up among
// what passed. Those about a call stand with it: one of their ids is in a URL or body of the call's requests.

import type { Context } from 'hono'
import type { HttpLog, HttpLogEntry } from '../simulator/http-log.ts'

const HEADERS = ['content-type', 'user-agent', 'webhook-id', 'webhook-timestamp', 'webhook-signature']
/** Long enough to be drawn at random and not a word. */
const ID = /^[\w-]{16,}$/

export async function receiveAppWebhook(c: Context, httpLog: HttpLog): Promise<Response> {
  const headers = HEADERS.flatMap((name) => {
    const value = c.req.header(name)
    return value ? [[name, value] as const] : []
  })
  const body = await c.req.text()
  const event = parse(body)
  const request = {
    carrier: null,
    about: typeof event.type === 'string' ? event.type.slice(0, 100) : 'webhook',
    callId: callOf(event, httpLog.entries),
    method: c.req.method,
    url: c.req.url,
    headers: Object.fromEntries(headers),
    body,
  }
  httpLog.answered(httpLog.add('in', request, null), { status: 204, contentType: null, body: '' }, null)
  return c.body(null, 204)
}

function parse(body: string): { type?: unknown; data?: unknown } {
  try {
    return Object(JSON.parse(body))
  } catch {
    return {}
  }
}

/** The call that was told of last in a request which names one of the event's ids. */
function callOf({ data }: { data?: unknown }, entries: readonly HttpLogEntry[]): string | null {
  const ids = idsIn(data)
  const found = entries.findLast(
    ({ callId, url, body }) => callId !== null && ids.some((id) => url.includes(id) || body.includes(id)),
  )
  return found?.callId ?? null
}

function idsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === 'id' && typeof inner === 'string' && ID.test(inner)) return [inner]
    return idsIn(inner)
  })
}
