// One try: one request, to an address that may be reached, never along a redirect. The status is the whole answer.

import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { failureOfError, failureOfStatus, type PushFailure } from './failure-codes.ts'
import { retryAfter } from './retry-schedule.ts'
import { type AllowedNetwork, guardedLookup, mayReach, PrivateAddress } from './ssrf-guard.ts'

/** `wish`: for how many seconds the receiver wants to be left alone. */
export type Answer = { trouble: PushFailure | null; wish: number }

export type Post = (headers: Record<string, string>, body: string, signal: AbortSignal) => Promise<Answer>

/** Of a body that we throw away. Beyond it the connection is not worth keeping. */
const ENOUGH = 16_384

export function poster(url: URL, reach: AllowedNetwork, lookup = guardedLookup(reach)): { post: Post; close(): void } {
  const { Agent, request } = url.protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: true })
  const host = url.hostname.replace(/^\[|\]$/g, '')

  const post: Post = (headers, body, signal) =>
    new Promise((resolve) => {
      const failed = (error: Error) => resolve({ trouble: failureOfError(error, signal), wish: 0 })
      if (isIP(host) && !mayReach(host, reach)) return failed(new PrivateAddress(host))
      const asked = request(url, { method: 'POST', headers, agent, lookup, signal })
      asked.on('error', failed)
      asked.on('response', (response) => {
        resolve(answerOf(response))
        drain(response)
      })
      asked.end(body)
    })

  return { post, close: () => agent.destroy() }
}

function answerOf({ statusCode = 0, headers }: http.IncomingMessage): Answer {
  const asksForPatience = statusCode === 429 || statusCode === 503
  return {
    trouble: failureOfStatus(statusCode),
    wish: asksForPatience ? retryAfter(headers['retry-after'], Date.now()) : 0,
  }
}

function drain(response: http.IncomingMessage): void {
  let bytes = 0
  response.on('error', () => {})
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > ENOUGH) response.destroy()
  })
}
