// What an operator changes from the console, and who may not.

import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { numberHash } from '../../src/domain/one-time-codes.ts'
import { aChallenge, aChange, aCreation, aRequest } from '../store/samples.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { SECRETS, startConsole } from './console-app.ts'

describe('an act on the console', { skip: withoutPostgres }, () => {
  let pages: Awaited<ReturnType<typeof startConsole>>
  before(async () => {
    pages = await startConsole()
  })
  after(() => pages.close())
  beforeEach(() => pages.as('operator'))

  const PATH = '/guard'
  const BLOCK = { number: '+1 202 555 0123', act: 'block', reason: 'called by mistake' }

  test('blocks a number with a reason, shows the rule masked, and stands in the audit log under who did it', async () => {
    const { status, location } = await pages.post(PATH, BLOCK)
    assert.deepEqual([status, location], [303, 'guard?done=block'])
    const { text } = await pages.get('/guard?done=block')
    assert.match(text, /Done: it is on the block list\./)
    assert.match(text, /\+1••••••0123<\/th><td>Blocked<\/td>.*called by mistake/s)
    assert.doesNotMatch(text, /2025550123/)
    assert.deepEqual((await pages.audit())[0], {
      actor: 'operator:ada',
      action: 'number.blocked',
      target: `number:${numberHash(SECRETS[0]!, '+12025550123')}`,
      reason: 'called by mistake',
    })
    assert.equal((await pages.post(PATH, { ...BLOCK, act: 'unlist' })).location, 'guard?done=unlist')
    assert.equal((await pages.post(PATH, { ...BLOCK, act: 'unlist' })).location, 'guard?done=nothing')
    for (const act of ['unblock', 'opt-in', 'opt-out', 'opt-in'])
      assert.equal((await pages.post(PATH, { ...BLOCK, act })).status, 303, act)
    assert.equal((await pages.post(PATH, { ...BLOCK, act: 'allow', number: '+8816*' })).location, 'guard?done=allow')
    assert.match((await pages.get(PATH)).text, /\+8816<\/th><td>Allowed/)
  })

  test('is refused at its fields, and changes nothing', async () => {
    const known = (await pages.audit()).length
    for (const [form, said] of [
      [{ ...BLOCK, reason: '  ' }, 'Say why'],
      [{ ...BLOCK, number: 'Ada' }, 'is no number'],
      [{ ...BLOCK, number: '+1*', act: 'opt-out' }, 'one whole number'],
      [{ ...BLOCK, act: 'constructor' }, 'no such act'],
      [{}, 'Say why'],
    ] as const) {
      const { status, text } = await pages.post(PATH, form)
      assert.equal(status, 422)
      assert.match(text, new RegExp(said))
      assert.match(text, /aria-invalid="true"/)
    }
    assert.equal((await pages.audit()).length, known)
  })

  test('is refused with a page where a field holds NUL, whichever form it is, and changes nothing', async () => {
    const known = (await pages.audit()).length
    const service = 'svc_first'
    for (const [path, form] of [
      [PATH, { ...BLOCK, reason: 'a\0b' }],
      [PATH, { ...BLOCK, number: '+1 202 555 0123\0' }],
      ['/services', { name: 'Salt\0marsh' }],
      ['/service-message', { service, channel: 'sms', locale: 'en-US', text: '{CODE}\0' }],
      ['/service-setting', { service, setting: 'LOCALE\0', text: 'de-DE' }],
      ['/keys', { service, act: 'delete', key: '\0' }],
      ['/keys', { service, act: 'rotate', key: '\0' }],
      ['/keys', { service, act: 'add', name: 'web\0' }],
      ['/webhooks', { message: '\0' }],
      ['/search', { text: 'note=\0' }],
      ['/number', { id: 'chl_\0' }],
    ] as const) {
      const { status, text } = await pages.post(path, form)
      assert.equal(status, 422, `${path} ${JSON.stringify(form)}`)
      assert.match(text, /<title>Form not read/)
    }
    assert.equal((await pages.audit()).length, known)
  })

  test('keeps no half of a surrogate pair where a field is cut at its longest', async () => {
    const long = { ...BLOCK, reason: `${'a'.repeat(599)}\u{1f4de}` }
    assert.equal((await pages.post(PATH, long)).location, 'guard?done=block')
    assert.equal((await pages.audit())[0]?.reason, `${'a'.repeat(599)}\ufffd`)
  })

  test('is nothing that a viewer or another site may do', async () => {
    const known = (await pages.audit()).length
    for (const [path, form] of [
      [PATH, BLOCK],
      ['/webhooks', { message: 'all' }],
    ] as const) {
      pages.as('viewer')
      const refused = await pages.post(path, form)
      assert.equal(refused.status, 403, path)
      assert.match(refused.text, /You may look, and not act/)
      const page = await pages.get(path)
      assert.equal(page.status, 200)
      assert.doesNotMatch(page.text, new RegExp(`<form[^>]*action="${path.slice(1)}"`))
      pages.as('operator')
      for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
        assert.equal((await pages.post(path, form, headers)).status, 403, path)
    }
    const entries = (await pages.audit()).slice(0, (await pages.audit()).length - known)
    assert.deepEqual(
      entries.map(({ actor, action, target }) => [actor, action, target].join(' ')),
      ['webhooks', 'guard'].map((form) => `operator:ada act.refused ${form}`),
      'of the viewer; what another site sends is nothing that Ada did',
    )
  })

  test('sends a webhook again that was given up, and says why it had failed', async () => {
    const { store } = pages
    const challenge = aChallenge()
    const request = { ...aRequest(), to: '+12025550177', numberHash: 'a hash of its own' } as const
    await store.challenges.insert({ challenge, request, expiresIn: 300, idempotency: null, slot: null }, aCreation)
    const lead = async () => /<p class="lead">(.*?)<\/p>/.exec((await pages.get('/webhooks')).text)![1]
    assert.match((await pages.get('/webhooks')).text, /No message has failed/)
    assert.equal(await lead(), 'The app has taken everything that was written.')
    pages.pushing(false)
    assert.equal(await lead(), 'Nothing is pushed: no service has a WEBHOOK_URL with a secret.')
    const id = 'msg_lost'
    const canceled = {
      ...challenge,
      outcome: { status: 'canceled', reason: 'canceled' },
    } as const
    const saved = await store.challenges.save(aChange(canceled, { outbox: [{ id, type: 'challenge.canceled' }] }))
    assert.notEqual(saved, 'stale')
    await store.outbox.claim(1, 30)
    await store.outbox.markFailed(id, 'http_500', null)
    assert.equal(await lead(), 'Nothing is pushed: no service has a WEBHOOK_URL with a secret. 1 message was given up.')
    pages.pushing(true)
    assert.equal(await lead(), '1 message was given up.')
    const { text } = await pages.get('/webhooks')
    assert.match(text, new RegExp(`challenge\\.canceled.*href="${challenge.id}".*given up.*value="${id}"`, 's'))
    assert.equal((await pages.post('/webhooks', { message: id })).location, 'webhooks?done=again')
    assert.match((await pages.get('/webhooks?done=again')).text, /sent within seconds/)
    assert.deepEqual(
      (await store.outbox.claim(5, 30)).map((message) => message.id),
      [id],
    )
    assert.deepEqual((await pages.audit())[0], {
      actor: 'operator:ada',
      action: 'webhooks.sent_again',
      target: id,
      reason: null,
    })
    for (const message of [id, 'msg_unknown', "'", ''])
      assert.equal((await pages.post('/webhooks', { message })).location, 'webhooks?done=nothing')
  })

  test('adds a service and its keys, shows a key once, rotates and deletes it, and no viewer does', async () => {
    const { location } = await pages.post('/services', { name: 'Saltmarsh' })
    assert.match(location!, /^svc_/)
    const service = location!
    assert.equal((await pages.post('/services', { name: '!' })).status, 422)
    assert.match((await pages.get('/services')).text, new RegExp(`href="${service}">Saltmarsh`))
    assert.match((await pages.get(`/${service}`)).text, /There is no key: this service can’t start anything yet\./)
    assert.match((await pages.get('/svc_first')).text, /There is no key beside those of the environment\./)
    const made = await pages.post('/keys', { service, act: 'add', name: 'web', scopes: 'read' })
    const [apiKey] = /abk_[\w-]{43}/.exec(made.text)!
    assert.match(made.text, /web<\/th><td>read<\/td>/)
    const shown = await pages.get(`/${service}`)
    assert.ok(!shown.text.includes(apiKey))
    const [, key] = /name="key" value="(apk_[\w-]+)"/.exec(shown.text)!
    const rotated = await pages.post('/keys', { service, act: 'rotate', key: key! })
    assert.notEqual(/abk_[\w-]{43}/.exec(rotated.text)![0], apiKey)
    assert.match(rotated.text, /24 h more/)
    assert.equal((await pages.post('/keys', { service, act: 'delete', key: key! })).location, service)
    assert.deepEqual(
      (await pages.audit()).slice(0, 4).map(({ actor, action }) => `${actor} ${action}`),
      ['key.deleted', 'key.rotated', 'key.created', 'service.created'].map((action) => `operator:ada ${action}`),
    )
    for (const form of [
      { service, act: 'rotate', key: 'apk_none' },
      { service, act: 'delete', key: "'" },
      { service: 'svc_none', act: 'add', name: 'x' },
      { service, act: 'add' },
    ])
      assert.equal((await pages.post('/keys', form)).status, 422, JSON.stringify(form))
    pages.as('viewer')
    for (const [path, form] of [
      ['/services', { name: 'Another' }],
      ['/keys', { service, act: 'add', name: 'web' }],
    ] as const)
      assert.equal((await pages.post(path, form)).status, 403, path)
    assert.doesNotMatch((await pages.get(`/${service}`)).text, /action="keys"/)
  })

  test('sets and removes a sentence of a service and its language, and says what is wrong with one', async () => {
    const service = (await pages.post('/services', { name: 'Talkative' })).location!
    const sentence = { service, channel: 'sms', locale: 'de-DE' }
    const text = 'Mit {CODE} herein: <b>.'
    assert.equal((await pages.post('/service-message', { ...sentence, text })).location, service)
    assert.equal(
      (await pages.post('/service-setting', { service, setting: 'LOCALE', text: 'de-DE' })).location,
      service,
    )
    const shown = (await pages.get(`/${service}`)).text
    assert.match(shown, /Text<\/th><td>de-DE<\/td><td><span class="sentence">Mit \{CODE\} herein: &lt;b&gt;\./)
    assert.match(shown, /names no language is in <b>de-DE<\/b>/)
    assert.deepEqual((await pages.store.services.list()).find(({ id }) => id === service)!.settings, {
      LOCALE: 'de-DE',
      SMS_MESSAGE_DE_DE: text,
    })
    const unseen = '\u001b[31mIhr Code\r\nist \u202e{CODE}\u0007'
    assert.equal((await pages.post('/service-message', { ...sentence, channel: 'call', text: unseen })).status, 303)
    assert.equal(
      (await pages.store.services.list()).find(({ id }) => id === service)!.settings.CALL_MESSAGE_DE_DE,
      '[31mIhr Code\nist {CODE}',
    )
    const removed = { service, setting: 'SMS_MESSAGE_DE_DE' }
    assert.equal((await pages.post('/service-setting', removed)).location, service)
    assert.doesNotMatch((await pages.get(`/${service}`)).text, /Mit \{CODE\}/)
    for (const [path, form] of [
      ['/service-message', { ...sentence, channel: 'fax', text }],
      ['/service-message', { ...sentence, service: 'svc_none', text }],
      ['/service-setting', { service, setting: 'POLICY', text: 'asvs' }],
      ['/service-setting', { service, setting: 'LOCALE', text: 'xx' }],
    ] as const)
      assert.equal((await pages.post(path, form)).status, 422, JSON.stringify(form))
    pages.as('viewer')
    assert.equal((await pages.post('/service-message', { ...sentence, text })).status, 403)
    assert.equal((await pages.post('/service-setting', removed)).status, 403)
    assert.doesNotMatch((await pages.get(`/${service}`)).text, /action="service-/)
    pages.as('operator')
  })

  test('a service shows the values of its settings, and of a number and an address only what anyone may know', async () => {
    const service = (await pages.post('/services', { name: 'Particular' })).location!
    const settings = {
      POLICY: 'asvs',
      LIMIT_PER_NUMBER: '3/1h',
      WEBHOOK_URL: 'https://app.example/hooks?token=of-the-app',
      TWILIO_FROM: '+12025550188',
    }
    const act = { actor: 'cli', action: 'service.changed', target: service, reason: null, detail: {} } as const
    await pages.store.services.update(service, { settings }, act)
    const { text } = await pages.get(`/${service}`)
    for (const [name, value] of [
      ['POLICY', 'asvs'],
      ['LIMIT_PER_NUMBER', '3/1h'],
      ['WEBHOOK_URL', 'https://app.example/…'],
      ['TWILIO_FROM', '+1••••••0188'],
    ])
      assert.ok(text.includes(`<code>${name}</code></th><td><code>${value}</code>`), name)
    assert.doesNotMatch(text, /of-the-app|2025550188/)
  })

  test('the carriers page tells an open breaker from a closed one', async () => {
    const { text } = await pages.get('/carriers')
    assert.match(
      text,
      /Twilio<\/th><td><span class="state bad">failing: breaker open<\/span><\/td><td><span class="state good">well/,
    )
  })
})
