// What a service has for itself: its name, and settings where it differs from the environment; changed without a restart.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { SERVICE_SETTINGS } from '../../src/config/service-settings.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'
import { type Admin, adminOf } from './admin-client.ts'

let server: Server
let admin: Admin
before(async () => {
  server = await startServer({}, ['twilio', 'plivo'])
  admin = await adminOf(server)
})
after(() => server.stop())

// biome-ignore lint/suspicious/noExplicitAny: a challenge or a problem
async function create(key: string, wanted: object = {}, to = nextNumber()): Promise<any> {
  const { status, json } = await server.ask('POST', '/v1/challenges', { to, channel: 'sms', ...wanted }, as(key))
  return { ...json, status, number: to }
}

const set = (id: string, settings: Record<string, string | null>) =>
  admin.ask('PATCH', `/v1/admin/services/${id}`, { settings })

test('each service is spoken and written by its own name, and by its new one at once', async () => {
  const saltmarsh = await admin.serve('Saltmarsh Bank')
  const { number } = await create(saltmarsh.key, { channel: 'call', flow: 'approve' })
  const phone = server.phones.phone(number)
  await phone.answers()
  await phone.hears(/^This is Saltmarsh Bank\. Someone is asking to log in\./)
  await admin.ask('PATCH', `/v1/admin/services/${saltmarsh.id}`, { name: 'Saltmarsh' })
  await phone.keys('*')
  await phone.hears(/This is Saltmarsh\. Someone/)
  await phone.keys('1')
  await server.phones.settled()

  for (const [key, name] of [
    [saltmarsh.key, 'Saltmarsh'],
    [server.key, 'Acme'],
  ] as const) {
    const text = await create(key)
    assert.match((await server.phones.phone(text.number).receives()).text, new RegExp(`\\b${name}\\b`))
  }
})

test('a policy binds the service that has it, until it is taken back', async () => {
  const { id, key } = await admin.serve('Strict', { POLICY: 'nist' })
  const short = { code_length: 4 }
  assert.deepEqual([(await create(key, short)).code, (await create(server.key, short)).status], ['policy', 201])
  assert.deepEqual((await set(id, { POLICY: null })).settings, {})
  assert.equal((await create(key, short)).status, 201)
})

test('countries and limits, beside those of the server', async () => {
  const { id, key } = await admin.serve('Local', { ALLOWED_COUNTRIES: 'GB', LIMIT_PER_NUMBER: '1/h' })
  assert.equal((await create(key)).code, 'country_not_allowed')
  await set(id, { ALLOWED_COUNTRIES: 'US,GB' })
  const first = await create(key)
  assert.equal(first.status, 201)
  assert.equal((await create(key, {}, first.number)).code, 'rate_limited')
  // The person is protected from all of them together: it is counted once, and each has its own measure.
  assert.equal((await create(server.key, {}, first.number)).status, 201)
})

test('carriers in its own order, and none but them', async () => {
  const { id, key } = await admin.serve('Picky', { CARRIERS: 'plivo' })
  assert.equal((await create(server.key)).deliveries[0].carrier, 'twilio')
  assert.equal((await create(key)).deliveries[0].carrier, 'plivo')
  const pinned = await create(key, { carrier: 'twilio' })
  assert.deepEqual([pinned.status, pinned.errors[0].path], [422, 'carrier'])
  await set(id, { CARRIERS: 'plivo,twilio' })
  assert.equal((await create(key, { carrier: 'twilio' })).status, 201)
})

test('its own sender, for calls and messages', async () => {
  const { key } = await admin.serve('Caller', { TWILIO_FROM: '+12025550177' })
  const { number } = await create(key, { channel: 'call', flow: 'approve', carrier: 'twilio' })
  const phone = server.phones.phone(number)
  await phone.declines()
  assert.equal(phone.calls[0]!.from, '+12025550177')
  const text = await create(key, { carrier: 'twilio' })
  assert.equal((await server.phones.phone(text.number).receives()).from, '+12025550177')
  const ours = await create(server.key, { carrier: 'twilio' })
  assert.notEqual((await server.phones.phone(ours.number).receives()).from, '+12025550177')
})

test('the wait between two deliveries, as its page is told', async () => {
  const { key } = await admin.serve('Patient', { RESEND_COOLDOWN: '2m' })
  const { id, page_token } = await create(key)
  const { json } = await server.ask('GET', `/v1/challenges/${id}`, undefined, as(page_token))
  assert.ok((json as unknown as { redeliver_in: number }).redeliver_in > 60)
})

test('what is written wrongly is refused, each fault with its setting', async () => {
  const { id } = await admin.serve('Careless', { POLICY: 'nist' })
  for (const [settings, path] of [
    [{ POLICY: 'none' }, 'settings.POLICY'],
    [{ LIMIT_PER_NUMBER: 'many' }, 'settings.LIMIT_PER_NUMBER'],
    [{ SECRET: 'mine' }, 'settings.SECRET'],
    [{ NO_SUCH: 'x' }, 'settings.NO_SUCH'],
    [{ CARRIERS: 'bandwidth' }, 'settings.CARRIERS'],
    [{ CARRIERS: 'post' }, 'settings.CARRIERS'],
    [{ TWILIO_FROM: '123' }, 'settings.TWILIO_FROM'],
    [
      { POLICY: 'asvs', LIMIT_PER_NUMBER: '9/h', LIMIT_PER_PREFIX: '9/h', LIMIT_PER_IP: 'off' },
      'settings.LIMIT_PER_IP',
    ],
    [{ 'not a name': 'x' }, 'settings'],
  ] as const) {
    const { status, errors } = await set(id, settings)
    assert.equal(status, 422, JSON.stringify(settings))
    assert.ok(errors[0].path.startsWith(path), JSON.stringify(errors))
  }
  assert.deepEqual((await admin.ask('GET', `/v1/admin/services/${id}`)).settings, { POLICY: 'nist' })
})

test('deleted while its phone rings: the phone is hung up, its page is told, and nothing fails', async () => {
  const { id, key } = await admin.serve('Gone')
  const ringing = await create(key, { channel: 'call', flow: 'approve' })
  const phone = server.phones.phone(ringing.number)
  const call = await phone.rings()
  const talking = await create(key, { channel: 'call', flow: 'approve' })
  const other = server.phones.phone(talking.number)
  await other.answers()
  assert.equal((await admin.ask('DELETE', `/v1/admin/services/${id}`)).status, 204)
  assert.equal((await server.ask('GET', `/v1/challenges/${ringing.id}`, undefined, as(key))).status, 401)
  await server.challenges.stop()
  await server.phones.settled()
  assert.equal(call.state, 'ended')
  for (const { id: challenge, page_token } of [ringing, talking]) {
    const { json } = await server.ask('GET', `/v1/challenges/${challenge}`, undefined, as(page_token))
    assert.equal(json.status, 'canceled')
  }
  const lines = await server.challenges.ledger(ringing.id)
  assert.deepEqual(lines.find(({ type }) => type === 'canceled')!.facts.by, 'operator')
  assert.deepEqual(server.phones.violations, [])
  assert.ok(!server.logged.some((line) => /request failed|"level":("error"|50)/.test(JSON.stringify(line))))
})

test('its own sentences by channel and language, and its language where the creation names none', async () => {
  const { id, key } = await admin.serve('Talkative', {
    LOCALE: 'de-DE',
    SMS_MESSAGE_DE_DE: 'Mit {CODE} kommen Sie zu {NAME} herein.',
    SMS_MESSAGE_EN_US: '{NAME}: {CODE} for {SCOPE}.\nNever say it.',
    CALL_MESSAGE_EN_US: 'The word of the day is {CODE}.',
  })
  const textTo = async (number: string) => (await server.phones.phone(number).receives()).text
  const german = await create(key)
  assert.equal(german.locale, 'de-DE')
  assert.match(await textTo(german.number), /^Mit \d{6} kommen Sie zu Talkative herein\./)
  const english = await create(key, { locale: 'en' })
  assert.match(await textTo(english.number), /^Talkative: \d{6} for login\.\nNever say it\./)
  const french = await create(key, { locale: 'fr-FR' })
  assert.doesNotMatch(await textTo(french.number), /Talkative: \d|kommen/)
  const given = await create(key, { message: 'Mine is {CODE}.' })
  assert.match(await textTo(given.number), /^Mine is \d{6}\./)
  assert.equal((await create(server.key)).locale, 'en-US')

  const called = await create(key, { channel: 'call', locale: 'en-US' })
  const phone = server.phones.phone(called.number)
  await phone.answers()
  const [, first, second] = /press (\d), then (\d)/.exec(await phone.hears(/press (\d), then (\d)/))!
  await phone.keys(`${first}${second}`)
  await phone.hears(/The word of the day is/)
  // No code is in what the other flows say.
  const approve = await create(key, { channel: 'call', flow: 'approve', locale: 'en-US' })
  const asked = server.phones.phone(approve.number)
  await asked.answers()
  await asked.hears(/To approve/)
  assert.doesNotMatch(asked.heard, /word of the day/)
  await asked.keys('1')
  await server.phones.settled()

  for (const [setting, text] of [
    ['SMS_MESSAGE_DE_DE', 'Ohne'],
    ['SMS_MESSAGE_DE_DE', '{CODE} {KODE}'],
    ['SMS_MESSAGE_DE_DE', `{CODE}${'x'.repeat(300)}`],
    ['SMS_MESSAGE_XX_XX', '{CODE}'],
    ['EMAIL_MESSAGE_DE_DE', '{CODE}'],
    ['LOCALE', 'xx-XX'],
  ] as const) {
    const { status, errors } = await set(id, { [setting]: text })
    assert.deepEqual([status, errors[0].path], [422, `settings.${setting}`], text)
  }
  await set(id, { SMS_MESSAGE_DE_DE: null, LOCALE: null })
  assert.equal((await create(key)).locale, 'en-US')
})

test('docs/services.md names every setting that a service may have', () => {
  const text = readFileSync(new URL('../../docs/services.md', import.meta.url), 'utf8')
  for (const name of SERVICE_SETTINGS) assert.ok(text.includes(`\`${name}\``), name)
})
