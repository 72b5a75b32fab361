// A text reaches the number itself, whichever inside line is named: it counts for the number, and so do guesses at its code.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'

test('texts to one number are limited together, whatever extensions are named', async (t) => {
  const server = await startServer({ cooldown: 0, limits: { number: [{ max: 2, seconds: 600 }] } })
  t.after(() => server.stop())
  const to = nextNumber()
  const text = async (extension?: string) => (await server.create({ to, channel: 'sms', extension })).status
  assert.deepEqual([await text('1'), await text('2'), await text('3'), await text()], [201, 201, 429, 429])
  const call = await server.create({ to, extension: '4' })
  assert.equal(call.status, 201, 'a call reaches the line, which is a number of its own')
  await server.ask('POST', `/v1/challenges/${call.json.id}/cancel`)
  await server.phones.settled()
  const again = await server.ask('POST', `/v1/challenges/${call.json.id}/deliveries`, { channel: 'sms' })
  assert.equal(again.status, 409)
})

test('wrong codes that were texted are counted on the number, whatever extensions are named', async (t) => {
  const server = await startServer({ cooldown: 0 })
  t.after(() => server.stop())
  const to = nextNumber()
  for (const extension of ['1', '2', '3', '4']) {
    const { json } = await server.create({ to, channel: 'sms', extension })
    const code = server.challenges.secrets.code((await server.challenges.find(json.id as ChallengeId))!)
    const wrong = code.replace(/./, (digit) => (digit === '0' ? '1' : '0'))
    for (let tries = 0; tries < 5; tries++) await server.ask('POST', `/v1/challenges/${json.id}/check`, { code: wrong })
  }
  for (const extension of ['5', undefined]) {
    const { status, json } = await server.create({ to, channel: 'sms', extension })
    assert.deepEqual([status, json.limit], [429, 'wrong-codes'])
  }
})
