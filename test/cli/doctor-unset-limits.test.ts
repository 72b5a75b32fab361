// What doctor tells of limits that another setting has switched off.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '../../src/cli/doctor/unset-limits.ts'
import { readConfig } from '../../src/config/read-config.ts'

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://verify.example.com',
  DATABASE_URL: 'postgres://answerback@db/answerback',
  SECRET: 'correct horse battery staple twice over',
  API_KEY: 'key_of_at_least_24_characters',
  TWILIO_ACCOUNT_SID: 'AC0123456789abcdef0123456789abcdef',
  TWILIO_AUTH_TOKEN: 'a-token-of-twilio',
  TWILIO_FROM: '+12025550100',
}

function told(variables: Record<string, string>): string[] {
  const config = readConfig({ ...PRODUCTION, ...variables })
  if ('faults' in config) assert.fail(config.faults.join('\n'))
  return limits(config).map(({ verdict, sentence }) => `${verdict}: ${sentence}`)
}

const NONE = ['good: Each that is off was switched off by its own setting.']

test('calls that wait no more, since LIMIT_PER_NUMBER is set by hand', () => {
  const [one, ...more] = told({ LIMIT_PER_NUMBER: '5/h' })
  assert.match(one!, /^odd: LIMIT_PER_NUMBER is set by hand.*LIMIT_UNANSWERED=on/)
  assert.deepEqual(more, [])
  assert.deepEqual(told({ LIMIT_PER_NUMBER: '3/10m,5/h,10/d' }), NONE)
})

test('a network without a limit, and rules that only tell', () => {
  assert.match(told({ LIMIT_PER_IP: 'off' }).join(), /^odd: LIMIT_PER_IP is off.*LIMIT_PER_NETWORK/)
  assert.match(
    told({ LIMIT_PER_PREFIX: 'off', GUARD_SPENDING: 'enforce' }).join(),
    /^odd: LIMIT_PER_PREFIX is off.*: GUARD_CONVERSION=enforce, GUARD_NEIGHBOURS=enforce, GUARD_UNVERIFIED=enforce\.$/,
  )
})

test('none that was switched off by its own setting', () => {
  assert.deepEqual(told({}), NONE)
  const own = { LIMIT_UNANSWERED: 'off', LIMIT_PER_NETWORK: 'off' }
  assert.deepEqual(told({ LIMIT_PER_NUMBER: '5/h', LIMIT_PER_IP: 'off', ...own }), NONE)
})
