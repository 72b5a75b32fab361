// The sender that a setting names is the one that the carrier is asked for.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { buildCarriers } from '../../src/config/build-carriers.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { MESSAGE, neverAborted } from '../carriers/subject.ts'

let asked = ''
const api = createServer(async (request, response) => {
  asked = await text(request)
  response.writeHead(201, { 'Content-Type': 'application/json' }).end('{}')
})
before(() => new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve)))
after(() => api.close())

const ACCOUNTS = {
  twilio: { ACCOUNT_SID: `AC${'0'.repeat(32)}`, AUTH_TOKEN: 'token', FROM: '+12025550100' },
  signalwire: { PROJECT_ID: 'project', API_TOKEN: 'token', SIGNING_KEY: 'key', FROM: '+12025550100' },
  bandwidth: {
    ACCOUNT_ID: '1',
    USERNAME: 'user',
    PASSWORD: 'password',
    VOICE_APPLICATION_ID: 'voice',
    MESSAGING_APPLICATION_ID: 'messages',
    CALLBACK_USERNAME: 'user',
    CALLBACK_PASSWORD: 'password',
    FROM: '+12025550100',
  },
  plivo: { AUTH_ID: 'MA1', AUTH_TOKEN: 'token', FROM: '+12025550100' },
} as const

const SERVICE = `MG${'1'.repeat(32)}`
const POWERPACK = '86bbb125-97bb-4d72-89fd-81d5c515b015'

for (const [name, setting, value] of [
  ['twilio', 'SMS_FROM', 'Saltmarsh'],
  ['twilio', 'MESSAGING_SERVICE_SID', SERVICE],
  ['signalwire', 'SMS_FROM', '12345'],
  ['signalwire', 'MESSAGING_SERVICE_SID', POWERPACK],
  ['bandwidth', 'SMS_FROM', '12345'],
  ['plivo', 'SMS_FROM', 'Saltmarsh'],
  ['plivo', 'POWERPACK_UUID', POWERPACK],
] as const) {
  test(`${name} is asked for what ${setting} names`, async () => {
    const here = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
    const bases = name === 'bandwidth' ? { VOICE_BASE_URL: here, MESSAGING_BASE_URL: here } : { BASE_URL: here }
    const given = Object.entries({ ...ACCOUNTS[name], ...bases, [setting]: value })
    const config = readConfig({
      CARRIERS: name,
      ...Object.fromEntries(given.map(([key, text]) => [`${name.toUpperCase()}_${key}`, text])),
    })
    assert.ok(!('faults' in config), JSON.stringify(config))
    const [carrier] = buildCarriers(config.carriers, config)
    await carrier!.sendSms(MESSAGE, neverAborted())
    assert.ok(asked.includes(value), asked)
  })
}
