// docs/operations.md, "Rotation of secrets": between two steps one instance is still at the one and another at the next, and
// each takes what is in use then. SECRET has a story of its own, test/stories/secret-rotation.test.ts.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { buildCarriers } from '../../src/config/build-carriers.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import type { CarrierName } from '../../src/domain/challenge.ts'
import { signV3 } from '../../src/exchange/plivo/signature.ts'
import { sign as signTwilio } from '../../src/exchange/twilio/signature.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { createServer } from '../../src/server.ts'
import { sign } from '../../src/webhooks/sign-message.ts'
import { memoryStore } from '../simulator/memory-store.ts'
import { testConfig } from '../support/config.ts'
import { markdownTable } from '../support/markdown-table.ts'

type Secret = 'old' | 'new'
/** Whether an instance that lists these takes what bears that one, newest first. */
type Takes = (list: Secret[], secret: Secret) => Promise<boolean>

const table = markdownTable('docs/operations.md', 'Rotation of secrets')

/** What the variable is set to, step after step, the state before the first included. */
function listsOf(name: string): Secret[][] {
  const [, steps] = table.find(([first]) => first!.split(/[ ,]/).includes(`\`${name}\``)) ?? []
  assert.ok(steps, `docs/operations.md has no row for ${name}`)
  return [['old'], ...[...steps.matchAll(/\d\. `([\w,]+)`/g)].map(([, list]) => list!.split(',') as Secret[])]
}

const VALUES = { old: 'the-old-secret-of-24-or-more', new: 'the-new-secret-of-24-or-more' }
const valuesOf = (list: Secret[]) => list.map((secret) => VALUES[secret]).join(',')

const NEEDED = { SECRET: 'a secret that is long enough for this', API_KEY: 'an-api-key-of-the-rotation' }
const UUID = '0a1b2c3d-0000-4000-8000-000000000001'
const URL = 'https://verify.example.com/voice/x/en-US/chl_1/dlv_1/answer'
const FORM = 'CallSid=CA1&CallStatus=in-progress&CallUUID=1'
const fields = [...new URLSearchParams(FORM)] as [string, string][]

/** A webhook that bears the secret, given to a carrier that is built from the settings. */
function webhook(
  [carrier, name]: [CarrierName, string],
  settings: Record<string, string>,
  bearing: (secret: string) => Record<string, string>,
  [contentType, body] = ['application/x-www-form-urlencoded', FORM],
): Takes {
  return async (list, secret) => {
    const [built] = buildCarriers([carrier], testConfig({ ...NEEDED, ...settings, [name]: valuesOf(list) }))
    const headers = new Headers({ 'Content-Type': contentType, ...bearing(VALUES[secret]) })
    return (await built!.receive({ kind: 'answer', method: 'POST', url: URL, headers, body })) !== null
  }
}

/** The other side has one secret, and changes it over while every instance lists both. */
const HELD_ELSEWHERE: Record<string, Takes> = {
  API_KEY: async (list, secret) => {
    const store = { ...memoryStore(Date.now), notifier: {} as never }
    const { app } = await createServer(testConfig({ ...NEEDED, API_KEY: valuesOf(list) }), silentLogger, { store })
    const headers = { Authorization: `Bearer ${VALUES[secret]}` }
    return (await app.request('/v1/challenges/chl_none', { headers })).status === 404
  },
  WEBHOOK_SECRET: async (list, secret) => {
    const key = (one: Secret) => `whsec_${Buffer.from(VALUES[one]).toString('base64')}`
    try {
      new Webhook(key(secret)).verify('{}', sign('msg_1', Date.now() / 1000, '{}', list.map(key)))
      return true
    } catch {
      return false
    }
  },
  TWILIO_AUTH_TOKEN: webhook(
    ['twilio', 'TWILIO_AUTH_TOKEN'],
    { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_FROM: '+12025550101' },
    (secret) => ({ 'X-Twilio-Signature': signTwilio(secret, URL, fields) }),
  ),
  SIGNALWIRE_SIGNING_KEY: webhook(
    ['signalwire', 'SIGNALWIRE_SIGNING_KEY'],
    {
      ...{ SIGNALWIRE_PROJECT_ID: UUID, SIGNALWIRE_API_TOKEN: 'token', SIGNALWIRE_FROM: '+12025550101' },
      SIGNALWIRE_BASE_URL: 'https://space.signalwire.com',
    },
    (secret) => ({ 'X-SignalWire-Signature': signTwilio(secret, URL, fields) }),
  ),
  PLIVO_AUTH_TOKEN: webhook(
    ['plivo', 'PLIVO_AUTH_TOKEN'],
    { PLIVO_AUTH_ID: 'MA0123456789ABCDEFGH', PLIVO_FROM: '+12025550101' },
    (secret) => ({
      'X-Plivo-Signature-V3': signV3(secret, 'POST', URL, fields, 'nonce'),
      'X-Plivo-Signature-V3-Nonce': 'nonce',
    }),
  ),
}

/** We hand the newest out with a call, whose webhooks may come to either instance. */
const HANDED_OUT: Record<string, Takes> = {
  BANDWIDTH_CALLBACK_PASSWORD: webhook(
    ['bandwidth', 'BANDWIDTH_CALLBACK_PASSWORD'],
    {
      ...{
        BANDWIDTH_ACCOUNT_ID: '1',
        BANDWIDTH_USERNAME: 'u',
        BANDWIDTH_PASSWORD: 'p',
        BANDWIDTH_FROM: '+12025550101',
      },
      ...{ BANDWIDTH_VOICE_APPLICATION_ID: UUID, BANDWIDTH_MESSAGING_APPLICATION_ID: UUID },
      BANDWIDTH_CALLBACK_USERNAME: 'callback',
    },
    (secret) => ({ Authorization: `Basic ${btoa(`callback:${secret}`)}` }),
    ['application/json', JSON.stringify({ eventType: 'answer', callId: 'c-1' })],
  ),
}

async function play(
  name: string,
  takes: Takes,
  inUse: (earlier: Secret[], later: Secret[]) => Secret[],
): Promise<void> {
  const lists = listsOf(name)
  assert.deepEqual([lists[0], lists.at(-1)], [['old'], ['new']])
  for (const [index, later] of lists.entries()) {
    const earlier = lists[Math.max(index - 1, 0)]!
    for (const list of [earlier, later])
      for (const secret of inUse(earlier, later))
        assert.equal(await takes(list, secret), true, `from ${earlier} to ${later}: ${list} takes ${secret}`)
  }
  assert.equal(await takes(['new'], 'old'), false, 'what is not listed opens nothing')
}

test('every setting that is a secret has its row', () => {
  const text = table.flat().join(' ')
  for (const [name, setting] of Object.entries(SETTINGS))
    if ('secret' in setting) assert.match(text, new RegExp(`\\b${name}\\b`), name)
})

describe('of two instances that are one step apart, each takes what is in use', () => {
  for (const [name, takes] of Object.entries(HELD_ELSEWHERE))
    test(name, () => play(name, takes, (_, later) => (later.length === 1 ? later : ['old'])))

  for (const [name, takes] of Object.entries(HANDED_OUT))
    test(name, () => play(name, takes, (earlier, later) => [earlier[0]!, later[0]!]))

  test('while both are listed, the other side may change over', async () => {
    for (const [name, takes] of Object.entries(HELD_ELSEWHERE))
      for (const list of listsOf(name).filter(({ length }) => length > 1))
        for (const secret of ['old', 'new'] as const)
          assert.equal(await takes(list, secret), true, `${name}: ${secret}`)
  })
})
