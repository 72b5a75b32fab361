// One POST to WEBHOOK_URL: only to an allowed address, never along a redirect. Only the status and Retry-After are used.

import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { failureOfError, failureOfStatus, type PushFailure } from './failure-codes.ts'
import { parseRetryAfter } from './retry-schedule.ts'
import { type AllowedNetwork, guardedLookup, isAllowedAddress, PrivateAddress } from './ssrf-guard.ts'

/** `failure`: `null` when the receiver took the message. */
export type PostResult = { failure: PushFailure | null; retryAfterSeconds: number }

export type Post = (headers: Record<string, string>, body: string, signal: AbortSignal) => Promise<PostResult>

/** A longer response body isn't read to its end; the connection is closed instead. */
const MAX_DRAINED_BYTES = 16_384

export function createPoster(
  url: URL,
  network: AllowedNetwork,
  lookup = guardedLookup(network),
): { post: Post; close(): void } {
  const { Agent, request } = url.protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: true })
  const host = url.hostname.replace(/^\[|\]$/g, '')

  const post: Post = (headers, body, signal) =>
    new Promise((resolve) => {
      const failed = (error: Error) => resolve({ failure: failureOfError(error, signal), retryAfterSeconds: 0 })
      if (isIP(host) && !isAllowedAddress(host, network)) return failed(new PrivateAddress(host))
      const outgoing = request(url, { method: 'POST', headers, agent, lookup, signal })
      outgoing.on('error', failed)
      outgoing.on('response', (response) => {
        resolve(resultOf(response))
        drain(response)
      })
      outgoing.end(body)
    })

  return { post, close: () => agent.destroy() }
}

/** A date in Retry-After is read by the receiver's own clock. */
function resultOf({ statusCode = 0, headers }: http.IncomingMessage): PostResult {
  const isAskedToWait = statusCode === 429 || statusCode === 503
  return {
    failure: failureOfStatus(statusCode),
    retryAfterSeconds: isAskedToWait
      ? parseRetryAfter(headers['retry-after'], Date.parse(headers.date ?? '') || Date.now())
      : 0,
  }
}

function drain(response: http.IncomingMessage): void {
  let bytes = 0
  response.on('error', () => {})
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_DRAINED_BYTES) response.destroy()
  })
}
