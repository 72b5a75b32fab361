import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/config/read-config.ts'

function read(environment: Record<string, string>) {
  const config = readConfig(environment)
  return 'faults' in config ? config.faults : config
}

test('the rates of an account have the carrier’s default, and may be set or switched off', () => {
  const config = read({
    TWILIO_CALLS_PER_SECOND: '2.5',
    PLIVO_CALLS_PER_SECOND: 'off',
    PLIVO_MESSAGES_PER_SECOND: '10',
  })
  assert.ok(!Array.isArray(config))
  assert.deepEqual(
    [config.TWILIO_CALLS_PER_SECOND, config.SIGNALWIRE_CALLS_PER_SECOND, config.BANDWIDTH_CALLS_PER_SECOND],
    [2.5, 1, 5],
  )
  assert.deepEqual([config.PLIVO_CALLS_PER_SECOND, config.PLIVO_MESSAGES_PER_SECOND], [null, 10])
  assert.equal(config.TWILIO_MESSAGES_PER_SECOND, null)
  for (const value of ['0', '-1', 'fast', '1/s', '1e3'])
    assert.match(String(read({ TWILIO_CALLS_PER_SECOND: value })), /^TWILIO_CALLS_PER_SECOND: "/, value)
})

test('the sender of messages is a number, a short code or, except at Bandwidth, a name', () => {
  for (const value of ['+12025550100', '12345', 'Saltmarsh', 'SALT-MARSH', 'Ada & Co'])
    assert.ok(!Array.isArray(read({ TWILIO_SMS_FROM: value, PLIVO_SMS_FROM: value })), value)
  for (const value of ['12', '123456789', 'A sender too long', 'Ada <b>', '+0123'])
    assert.match(String(read({ TWILIO_SMS_FROM: value })), /^TWILIO_SMS_FROM: "/, value)
  assert.ok(!Array.isArray(read({ BANDWIDTH_SMS_FROM: '12345' })))
  assert.match(String(read({ BANDWIDTH_SMS_FROM: 'Saltmarsh' })), /^BANDWIDTH_SMS_FROM: "/)
})
