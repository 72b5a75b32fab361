// HTTP requests to a carrier's API. A call cannot be taken back, so a failure tells whether the request may have been sent.

import { Readable } from 'node:stream'

/** What is read of a response. */
export type HttpResponse = {
  status: number
  headers: { get(name: string): string | null }
  body: AsyncIterable<Uint8Array> | null
}

type Sent = Omit<HttpRequest, 'url'> & { redirect: 'manual'; signal: AbortSignal }

/** Rejects with `NotConnected` when nothing was sent. */
export type Fetch = (url: string, sent: Sent) => Promise<HttpResponse>

/** There was never a connection that the request could have left by. */
export class NotConnected extends Error {
  constructor(cause: unknown) {
    super('not connected', { cause })
  }
}

export type HttpResult =
  /** `date`: by the carrier's clock. */
  | { type: 'answered'; status: number; body: string; date: string | null }
  /** Nothing was sent: no such host, connection refused, certificate not trusted. */
  | { type: 'not_sent'; why: string }
  /** Sent, or perhaps sent; the answer is unknown. */
  | { type: 'lost'; why: string }

export type HttpRequest = {
  method: 'GET' | 'POST' | 'DELETE'
  url: string
  headers: Record<string, string>
  body?: string
}

export async function sendRequest(fetch: Fetch, request: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
  if (signal.aborted) return { type: 'not_sent', why: 'no time left' }
  const { url, ...init } = request
  try {
    // Not followed: a redirected POST would become a GET, or place a second call.
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    const { status, headers } = response
    return { type: 'answered', status, body: await readBody(response), date: headers.get('Date') }
  } catch (error) {
    return { type: error instanceof NotConnected ? 'not_sent' : 'lost', why: errorLabel(error) }
  }
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

const MAX_BYTES = 256 * 1024
const UTF_8 = new TextDecoder()

/** Cut off at a size that no genuine answer has. A cut body doesn't parse as JSON, so the result is unknown. */
async function readBody({ body }: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = []
  let left = MAX_BYTES
  const take = (chunk: Uint8Array) => {
    chunks.push(chunk.subarray(0, left))
    left -= chunk.length
    return left > 0
  }
  if (body instanceof Readable) await readAll(body, take)
  else for await (const chunk of body ?? []) if (!take(chunk)) break
  return UTF_8.decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
}

/** By its events: to iterate costs as much again as all the rest of the reading. */
function readAll(body: Readable, take: (chunk: Uint8Array) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    body.on('data', (chunk: Uint8Array) => {
      if (take(chunk)) return
      resolve()
      body.destroy()
    })
    body.once('end', resolve)
    body.once('error', reject)
  })
}

/** The error's code or name. Not its message, which contains hosts and addresses. */
function errorLabel(error: unknown): string {
  const { cause, code, name } = Object(error)
  if (cause) return errorLabel(cause)
  return [code, name].find((word) => typeof word === 'string' && /^\w{1,60}$/.test(word)) ?? 'unknown fault'
}
