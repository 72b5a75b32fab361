import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import { onFault, problem } from '../../src/http/problems.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import { recordedLogger } from '../support/test-loggers.ts'

async function failing(fault: Error) {
  const { log, logged } = await recordedLogger()
  const app = new Hono().get('/at/:id', () => {
    throw fault
  })
  app.onError(onFault(log))
  return { ask: () => app.request('/at/secret-id'), logged }
}

test('an exception is a 500 without details, and its log line has the place but not the quoted values', async () => {
  const { ask, logged } = await failing(new TypeError('Failed query with +12025550123 and 481516'))
  const response = await ask()
  assert.equal(response.status, 500)
  assert.equal(response.headers.get('content-type'), 'application/problem+json')
  assert.doesNotMatch(await response.text(), /Failed|481516|problems\.test/)
  assert.equal(logged.length, 1)
  assert.match(JSON.stringify(logged), /TypeError.*problems\.test/)
  assert.doesNotMatch(JSON.stringify(logged), /12025550123|481516|secret-id/)
})

test('an unavailable database is a 503 with Retry-After, and no error line', async () => {
  const { ask, logged } = await failing(new DatabaseUnavailable('away'))
  const response = await ask()
  assert.equal(response.status, 503)
  assert.equal(((await response.json()) as { code: string }).code, 'database_unavailable')
  assert.match(response.headers.get('retry-after') ?? '', /^\d+$/)
  assert.deepEqual(logged, [])
})

test('Retry-After is whole seconds, at least one', () => {
  const after = (retryAfter: number) =>
    problem({ refused: 'rate_limited', detail: '', retryAfter }).headers.get('retry-after')
  assert.deepEqual([0, 0.2, 1.5, 60].map(after), ['1', '1', '2', '60'])
})
