// Requests over connections that are kept open, so many at once. What a request needs is made before the time is taken.

import { Agent, request as sendRequest } from 'node:http'

export type LoadRequest = { method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body?: string }

export type LoadResponse = { status: number; body: string }

export type Load = {
  count: number
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
}

export const AT_ONCE = 32

const agent = new Agent({ keepAlive: true, maxSockets: 10_100, maxFreeSockets: 10_100 })

export function send(port: number, { method, path, headers, body }: LoadRequest): Promise<LoadResponse> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
    const request = sendRequest({ port, host: '127.0.0.1', agent, method, path, headers: { ...headers, ...length } })
    request.on('error', reject)
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
    })
    request.end(body)
  })
}

/** Sends every request; the answers are in the order of the requests. One with another status is an error. */
export async function loadRequests(
  port: number,
  requests: readonly LoadRequest[],
  status: number,
): Promise<Load & { bodies: string[] }> {
  const bodies: string[] = new Array(requests.length)
  const load = await loadJobs(requests.length, async (index) => {
    const response = await send(port, requests[index]!)
    if (response.status !== status)
      throw new Error(`${requests[index]!.path} was answered with ${response.status}: ${response.body.slice(0, 500)}`)
    bodies[index] = response.body
  })
  return { ...load, bodies }
}

/** Does each job once, `AT_ONCE` at a time. */
export async function loadJobs(count: number, job: (index: number) => Promise<void>): Promise<Load> {
  const milliseconds: number[] = []
  let next = 0
  const begun = performance.now()
  const worker = async () => {
    while (next < count) {
      const index = next++
      const from = performance.now()
      await job(index)
      milliseconds.push(performance.now() - from)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const seconds = (performance.now() - begun) / 1000
  return { count, perSecond: count / seconds, p50: percentile(milliseconds, 0.5), p99: percentile(milliseconds, 0.99) }
}

export function percentile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
