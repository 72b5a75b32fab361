// Challenges, and clients that wait for their outcome by server-sent events.

import type { ComparedServer, Created } from './compared-server.ts'
import { waitForOutcome } from './event-stream.ts'
import { loadRequests } from './http-load.ts'

const OPENING_AT_ONCE = 200

export async function createdChallenges(server: ComparedServer, first: number, count: number): Promise<Created[]> {
  const requests = Array.from({ length: count }, (_, position) => server.create(first + position, 'call'))
  const { bodies } = await loadRequests(server.port, requests, 201)
  return bodies.map((body, position) => server.created(first + position, body))
}

export async function openClients(port: number, challenges: readonly Created[]) {
  const opened = []
  for (let from = 0; from < challenges.length; from += OPENING_AT_ONCE) {
    const some = challenges.slice(from, from + OPENING_AT_ONCE).map(({ id }) => waitForOutcome(port, id))
    await Promise.all(some.map((waiter) => waiter.opened))
    opened.push(...some)
  }
  return opened
}
