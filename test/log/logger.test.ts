import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger } from '../../src/log/logger.ts'
import { requestContext } from '../../src/log/request-context.ts'
import { recordedLogger } from '../support/test-loggers.ts'

test('a line is JSON with time, level, message and fields', async () => {
  const { log, logged } = await recordedLogger()
  log.warn({ challenge: 'chl_1', retryIn: 12345678901 }, 'webhook failed')
  const { time, ...line } = JSON.parse(logged[0]!)
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000)
  assert.deepEqual(line, { level: 'warn', challenge: 'chl_1', retryIn: 12345678901, msg: 'webhook failed' })
})

test('a line below the level is not written', async () => {
  const logged: string[] = []
  const destination = { write: (line: string) => void logged.push(line) }
  const log = await createLogger({ level: 'warn', format: 'json', secrets: [], destination })
  log.info({}, 'left out')
  log.error({}, 'kept')
  assert.equal(logged.length, 1)
})

test('an error is written with type, code, message, stack and cause, and without what a library hung on it', async () => {
  const { log, logged } = await recordedLogger()
  const cause = Object.assign(new TypeError('the cause'), { code: '57014' })
  const err = Object.assign(new Error('Failed query: select 1\nparams: Ada Byron,481516', { cause }), {
    params: ['Ada Byron'],
  })
  log.error({ err }, 'request failed')
  const line = JSON.parse(logged[0]!)
  assert.equal(line.err.message, 'Failed query: select 1')
  assert.match(line.err.stack, /logger\.test\.ts:\d+/)
  assert.equal(line.err.cause.type, 'TypeError')
  assert.equal(line.err.cause.code, '57014')
  assert.doesNotMatch(logged[0]!, /Ada|481516/)
})

test('of several errors in one each is written', async () => {
  const { log, logged } = await recordedLogger()
  const one = Object.assign(new Error('one'), { code: '23503', detail: 'Ada Byron' })
  log.error({ err: new AggregateError([one, new TypeError('code 481516')], 'several') }, 'periodic work failed')
  const { errors } = JSON.parse(logged[0]!).err
  assert.deepEqual(
    errors.map(({ code, message }: { code?: string; message: string }) => [code, message]),
    [
      ['23503', 'one'],
      [undefined, 'code [digits]'],
    ],
  )
  assert.doesNotMatch(logged[0]!, /Ada|481516/)
})

test('neither a number nor a secret stands in a log line, in whichever field it was passed', async () => {
  const apiKey = 'an "api" key with \\ of some length'
  const hidden = [
    '+12025550123',
    '%2B12025550123',
    '+1 (202) 555-0123',
    '+44 20 7946 0958',
    'To=12025550123&From=x',
    'tel:12025550123',
    '2025550123',
    'Bearer abc.def-ghi',
    'Basic dXNlcjpwYXNz',
    'pgt_abcdefghij',
    'whsec_c2VjcmV0IG9mIHRoZSBzaW11bGF0b3I=',
    'postgres://ada:lovelace@db.example.com/x',
    apiKey,
  ]
  const { log, logged } = await recordedLogger([apiKey])
  for (const text of hidden) {
    log.info({ field: text }, `message ${text}`)
    log.error({ err: new Error(text) }, 'failed')
  }
  const parts = /2025550123|555-0123|7946|abc\.def|dXNlcjpwYXNz|pgt_abc|c2VjcmV0|lovelace|of some length/
  for (const line of logged) {
    assert.doesNotMatch(line, parts)
    JSON.parse(line)
  }
})

test('ids, times, ports and durations are left as they are', async () => {
  const { log, logged } = await recordedLogger()
  const fields = {
    challenge: 'chl_0123456789012345678901',
    ref: 'CA12345678901234567890123456789012',
    bandwidth: 'c-15ac29a2-1331029c-2cb0-4a07-b215-b22865662d85',
    at: '2026-01-31T12:00:00.123Z',
    ms: 1234567890123,
    url: 'https://verify.example.com:3000/v1',
  }
  log.info(fields, 'said')
  const { time: _, level: __, msg: ___, ...said } = JSON.parse(logged[0]!)
  assert.deepEqual(said, fields)
})

test('every line of a request bears its id', async () => {
  const { log, logged } = await recordedLogger()
  await requestContext.run({ request: 'req-1' }, async () => {
    await Promise.resolve()
    log.info({}, 'within')
  })
  log.info({}, 'without')
  assert.deepEqual(
    logged.map((line) => JSON.parse(line).request),
    ['req-1', undefined],
  )
})

test('the pretty format is readable, and redacts as the JSON does', async () => {
  const logged: string[] = []
  const destination = { write: (line: string) => void logged.push(line) }
  const log = await createLogger({ level: 'info', format: 'pretty', secrets: [], destination })
  log.info({ to: '+12025550123' }, 'carrier asked')
  assert.match(logged.join(''), /INFO.*carrier asked/)
  assert.doesNotMatch(logged.join(''), /2025550123|^\{/)
})
