// The client against the server itself: what it lists and what it is told of each.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Answerback, AnswerbackError, type Challenge } from '../../src/client/client.ts'
import { EVENT_TYPES } from '../../src/http/timeline-schema.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'

let server: Server
let asked: string[]
let client: Answerback
before(async () => {
  server = await startServer()
  const fetch = async (url: string, init: RequestInit) => {
    asked.push(url)
    return server.app.request(url, init)
  }
  client = new Answerback({ baseUrl: 'http://localhost', key: server.key, fetch })
})
after(() => server.stop())

async function all(list: AsyncIterable<Challenge>): Promise<string[]> {
  asked = []
  const ids: string[] = []
  for await (const { id } of list) ids.push(id)
  return ids
}

test('a list goes from page to page, by every filter', async () => {
  const made: string[] = []
  const metadata = { 'user [x]': 'a&b=c', plan: 'ä' }
  for (let count = 0; count < 5; count++) {
    const { json } = await server.create({ scope: 'client', metadata })
    made.unshift(json.id)
  }
  assert.deepEqual(await all(client.list({ scope: 'client', page_size: 2 })), made)
  assert.equal(asked.length, 3)
  assert.deepEqual(await all(client.list({ scope: 'client', status: 'pending', metadata })), made)
  assert.equal(asked.length, 1)
  const { created_at } = await client.get(made[2]!)
  assert.deepEqual(await all(client.list({ scope: 'client', created_after: created_at })), made.slice(0, 2))
  assert.deepEqual(await all(client.list({ scope: 'client', created_after: new Date(created_at) })), made.slice(0, 2))
  assert.deepEqual(await all(client.list({ scope: 'client', reason: 'busy' })), [])
  const to = nextNumber()
  const { json } = await server.create({ to })
  assert.deepEqual(await all(client.list({ to })), [json.id])
  assert.deepEqual(await all(client.list({ to: to.slice(2), region: 'US' })), [json.id])
})

test('what ends the loop asks for no further page', async () => {
  asked = []
  for await (const { scope } of client.list({ page_size: 1 })) {
    assert.ok(scope)
    break
  }
  assert.equal(asked.length, 1)
})

test('a wrong filter is an error that names it', async () => {
  await assert.rejects(all(client.list({ to: '2025550123' })), (error) => {
    assert.ok(error instanceof AnswerbackError)
    assert.deepEqual([error.status, error.errors[0]?.path], [422, 'to'])
    return true
  })
})

test('a timeline, by types that the client knows', async () => {
  const { json } = await server.create()
  await client.cancel(json.id)
  const events = await client.timeline(json.id)
  assert.equal(events[0]!.type, 'created')
  assert.deepEqual(events.find(({ type }) => type === 'canceled')?.facts.by, 'app')
  // Held by the compiler: each type of the server's is one of the client's.
  const known: (typeof events)[number]['type'][] = Object.keys(EVENT_TYPES) as (keyof typeof EVENT_TYPES)[]
  for (const { type } of events) assert.ok(known.includes(type))
})
