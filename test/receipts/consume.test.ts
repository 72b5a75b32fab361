// Approvals that are used: once, by their own app, with a receipt that jose and our client check by the published keys.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { type ReceiptClaims, verifyReceipt } from '../../src/client/client.ts'
import { FIRST_SERVICE } from '../../src/store/services.ts'
import { type Answer, as, type Server } from '../http/test-server.ts'
import { type Case, sentencesOf, stage } from '../stories/story.ts'
import { PUBLIC_URL } from '../support/carriers.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { hearApproveKey, hearCode, openGate } from '../support/phone-helpers.ts'

const story = stage()
const TRANSFER = { flow: 'approve', scope: 'transfer', details: 'Transfer 250 euros to Ada Byron' }
const WHO = { issuer: PUBLIC_URL, audience: FIRST_SERVICE }

type Consumed = Omit<Answer, 'json'> & {
  json: { receipt: string; number_key: string; consumed_at: string; detail: string; code: string }
}

function consume(server: Server, { id }: Case, body?: object, headers: Record<string, string> = {}): Promise<Consumed> {
  return server.ask('POST', `/v1/challenges/${id}/consume`, body, headers) as Promise<unknown> as Promise<Consumed>
}

async function keysOf(server: Server) {
  return JSON.parse((await server.ask('GET', '/.well-known/jwks.json')).text)
}

async function approve(transfer: Case): Promise<void> {
  await transfer.phone.answers()
  await transfer.phone.keys('1')
  await transfer.ends('approved', 'key_pressed')
}

/** What the client reads, once jose, which shares no line with it, has read the same. */
async function claimsOf(server: Server, receipt: string): Promise<ReceiptClaims> {
  const jwks = await keysOf(server)
  const { payload, protectedHeader } = await jwtVerify(receipt, createLocalJWKSet(jwks), {
    ...WHO,
    algorithms: ['EdDSA'],
    typ: 'answerback-receipt+jwt',
  })
  assert.deepEqual(protectedHeader, { alg: 'EdDSA', typ: 'answerback-receipt+jwt', kid: jwks.keys[0].kid })
  const claims = await verifyReceipt(receipt, { ...WHO, jwks })
  assert.deepEqual(payload as unknown, claims)
  return claims
}

story('a transfer that was approved is used once, and its receipt says what was approved', async (world) => {
  const { server, verify } = world
  const transfer = await verify({ ...TRANSFER, metadata: { order: '17' } })
  await approve(transfer)
  const wanted = { scope: TRANSFER.scope, details: TRANSFER.details }
  const { status, json, headers } = await consume(server, transfer, wanted)
  assert.equal(status, 200, json.detail)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.deepEqual(Object.keys(json).toSorted(), ['consumed_at', 'number_key', 'receipt'])

  const now = await transfer.now()
  const claims = await claimsOf(server, json.receipt)
  const { ref } = (await transfer.stored()).challenge.deliveries[0]!
  const { number_hmac_sha256, deliveries, ...stated } = claims
  assert.deepEqual(stated, {
    iss: PUBLIC_URL,
    aud: FIRST_SERVICE,
    sub: transfer.id,
    jti: transfer.id.replace('chl_', 'rcp_'),
    iat: Math.floor(Date.parse(json.consumed_at) / 1000),
    auth_time: Math.floor(Date.parse(now.ended_at!) / 1000),
    amr: ['tel'],
    flow: 'approve',
    reason: 'key_pressed',
    scope: 'transfer',
    details_sha256: createHash('sha256').update(TRANSFER.details).digest('base64url'),
    locale: 'en-US',
    shared_phrase: false,
    key_drawn: false,
    policy: 'standard',
    created_at: now.created_at,
    approved_at: now.ended_at,
    consumed_at: json.consumed_at,
  })
  const [{ answered_at, ...delivery }] = deliveries as [ReceiptClaims['deliveries'][number]]
  assert.deepEqual(delivery, { id: now.deliveries[0]!.id, channel: 'call', carrier: 'twilio', ref })
  assert.ok(ref && answered_at! >= now.created_at && answered_at! <= now.ended_at!)
  const jwks = await keysOf(server)
  const number = { to: transfer.number, key: json.number_key }
  await verifyReceipt(json.receipt, { ...WHO, jwks, ...wanted, number })
  const other = { to: '+12025550199', key: json.number_key }
  await assert.rejects(verifyReceipt(json.receipt, { ...WHO, jwks, number: other }), { code: 'wrong_number' })
  assert.ok(!JSON.stringify(claims).includes(transfer.number.slice(2)) && number_hmac_sha256.length === 43)

  const again = await consume(server, transfer, wanted)
  assert.deepEqual(
    [again.status, again.json.code, again.json.detail],
    [409, 'conflict', `The approval was consumed at ${json.consumed_at}.`],
  )
  assert.equal(((await transfer.now()) as { consumed_at?: string }).consumed_at, json.consumed_at)
  const page = await server.ask('GET', `/v1/challenges/${transfer.id}`, undefined, as(transfer.created.page_token))
  assert.ok(!('consumed_at' in page.json))
  const timeline = JSON.parse((await server.ask('GET', `/v1/challenges/${transfer.id}/timeline`)).text).events
  assert.deepEqual(
    timeline.filter(({ type }: { type: string }) => type === 'consumed'),
    [{ at: json.consumed_at, type: 'consumed', delivery: null, facts: {} }],
  )
  assert.match((await sentencesOf(server, transfer.id)).join(' '), /used the approval, and got a signed receipt/)
})

const drawnStory = stage({ policyName: 'asvs', policy: { gate: true, drawnKey: true } })

drawnStory('a key that was drawn for the call, and the standard that was held to, are stated', async (world) => {
  const { server, verify } = world
  const claims = async (login: Case) => {
    const { status, json } = await consume(server, login)
    assert.equal(status, 200, json.detail)
    return claimsOf(server, json.receipt)
  }
  for (const faults of [{}, { documents: { keysAfterEnd: true } }]) {
    server.phones.injectFaults(faults)
    const transfer = await verify({ ...TRANSFER, shared_phrase: true })
    await transfer.phone.answers()
    await transfer.phone.keys(await hearApproveKey(transfer.phone))
    if ('documents' in faults) await transfer.phone.hangsUp()
    await transfer.ends('approved', 'key_pressed')
    const { key_drawn, policy } = await claims(transfer)
    assert.deepEqual([key_drawn, policy], [true, 'asvs'])
    const timeline = JSON.parse((await server.ask('GET', `/v1/challenges/${transfer.id}/timeline`)).text).events
    assert.equal(timeline[0].facts.policy, 'asvs')
    assert.deepEqual(
      timeline.flatMap(({ facts }: { facts: { key_drawn?: true; status?: string } }) =>
        facts.key_drawn ? [facts.status] : [],
      ),
      ['approved'],
    )
  }
  server.phones.injectFaults({})
  const login = await verify({ channel: 'sms' })
  await world.calm()
  await login.check(await login.code())
  const { key_drawn, policy } = await claims(login)
  assert.deepEqual([key_drawn, policy], [false, 'asvs'], 'a flow with a code has no such key')
})

story('a code by call proves the telephone and the code, a text the text, both name both', async (world) => {
  const { server, verify } = world
  const receiptOf = async (login: Case) => {
    const { status, json } = await consume(server, login)
    assert.equal(status, 200, json.detail)
    return claimsOf(server, json.receipt)
  }

  const called = await verify()
  await openGate(called.phone)
  await called.check(await hearCode(called.phone))
  const { amr, deliveries, flow, details_sha256 } = await receiptOf(called)
  assert.deepEqual([amr, deliveries.length, flow, details_sha256], [['tel', 'otp'], 1, 'send_code', null])

  const texted = await verify({ channel: 'sms' })
  await world.calm()
  await texted.check(await texted.code())
  const bySms = await receiptOf(texted)
  assert.deepEqual([bySms.amr, bySms.deliveries.map(({ answered_at }) => answered_at)], [['sms', 'otp'], [null]])
  assert.ok(bySms.deliveries[0]!.ref)

  const both = await verify({ channel: 'sms' })
  await world.calm()
  await both.again('call')
  await openGate(both.phone)
  await hearCode(both.phone)
  await both.check(await both.code())
  const byBoth = await receiptOf(both)
  assert.deepEqual(
    [byBoth.amr, byBoth.deliveries.map(({ channel }) => channel)],
    [
      ['tel', 'sms', 'otp'],
      ['sms', 'call'],
    ],
  )

  const keyed = await verify({ flow: 'keypad_code', shared_phrase: true })
  await keyed.phone.answers()
  await keyed.phone.keys(keyed.created.display_code)
  await keyed.ends('approved', 'code_matched')
  const byKeys = await receiptOf(keyed)
  assert.deepEqual([byKeys.amr, byKeys.shared_phrase], [['tel', 'otp'], true])
})

story('a call that ended before its code was said is no proof, nor is a code that was guessed', async (world) => {
  const { server, verify } = world
  const first = await verify({ fallback: ['sms'] })
  await first.phone.declines()
  await world.calm()
  await first.check(await first.code())
  const { amr } = await claimsOf(server, (await consume(server, first)).json.receipt)
  assert.deepEqual(amr, ['sms', 'otp'])

  const guessed = await verify()
  await guessed.phone.rings()
  await world.calm()
  await guessed.check(await guessed.code())
  const { amr: methods, deliveries } = await claimsOf(server, (await consume(server, guessed)).json.receipt)
  assert.deepEqual([methods, deliveries], [['otp'], []])
})

story('what is not approved, or for another purpose, or not yours, is not used', async (world) => {
  const { server, verify } = world
  const pending = await verify(TRANSFER)
  const conflict = async (one: Case, body: object | undefined, detail: RegExp) => {
    const { status, json } = await consume(server, one, body)
    assert.deepEqual([status, json.code], [409, 'conflict'])
    assert.match(json.detail, detail)
  }
  await conflict(pending, {}, /pending/)
  await pending.phone.answers()
  await pending.phone.keys('5')
  await pending.ends('denied', 'rejected')
  await conflict(pending, undefined, /denied/)
  const canceled = await verify()
  await canceled.cancel()
  await conflict(canceled, {}, /canceled/)

  const transfer = await verify({ ...TRANSFER, details: ' Transfer  250 euros to Zoe\u0308 ' })
  await approve(transfer)
  await conflict(transfer, { scope: 'login' }, /another scope/)
  for (const details of ['Transfer 2500 euros to Zoë', null]) await conflict(transfer, { details }, /other details/)
  const path = `/v1/challenges/${transfer.id}/consume`
  const as404 = await server.ask('POST', path, {}, as(server.foreignKey))
  assert.equal(as404.status, 404)
  assert.equal((await server.ask('POST', path, {}, as(transfer.created.page_token))).status, 401)
  assert.equal((await server.ask('POST', path, {}, as('nobody'))).status, 401)
  for (const body of [{ scop: 'transfer' }, { scope: '' }, { details: 7 }, { scope: null }, { details: '\0' }])
    assert.equal((await server.ask('POST', path, body)).status, 422, JSON.stringify(body))
  assert.equal((await server.ask('POST', path, '{')).status, 400)
  assert.equal((await server.ask('POST', path, {}, { 'Idempotency-Key': '\u00fc' })).status, 422)
  assert.equal((await server.ask('GET', path)).status, 405)
  assert.equal((await server.ask('POST', '/v1/challenges/chl_none/consume', {})).status, 404)
  // The details as the app first gave them are those that it approved.
  const { status, json } = await consume(server, transfer, { details: ' Transfer  250 euros to Zoe\u0308 ' })
  assert.equal(status, 200, json.detail)
  const details = (await transfer.now()).details!
  await verifyReceipt(json.receipt, { ...WHO, jwks: await keysOf(server), details })
})

story('the same Idempotency-Key gives the same receipt, another one none', async (world) => {
  const { server, verify } = world
  const login = await verify()
  await openGate(login.phone)
  await login.check(await hearCode(login.phone))
  const key = { 'Idempotency-Key': 'transfer-17' }
  const first = await consume(server, login, { scope: 'login' }, key)
  assert.deepEqual([first.status, first.headers.get('Idempotency-Replayed')], [200, null])
  // The end of the call comes after it.
  await world.calm()
  const again = await consume(server, login, undefined, key)
  assert.deepEqual([again.status, again.headers.get('Idempotency-Replayed')], [200, 'true'])
  assert.deepEqual(again.json, first.json)
  assert.equal((await consume(server, login, {}, { 'Idempotency-Key': 'transfer-18' })).status, 409)
  assert.equal((await consume(server, login, { scope: 'transfer' }, key)).status, 409)
})

story(
  'a receipt outlives the number',
  async (world) => {
    const { server, verify } = world
    const [used, unused] = [await verify(TRANSFER), await verify(TRANSFER)]
    for (const one of [used, unused]) await approve(one)
    await world.calm()
    const key = { 'Idempotency-Key': 'kept' }
    const { json } = await consume(server, used, {}, key)
    await server.store.retention.sweep({ person: 0, ledger: null, webhooks: false })
    const detail = async (one: Case, headers: Record<string, string>) => {
      const { status, json: refused } = await consume(server, one, {}, headers)
      assert.equal(status, 409)
      return refused.detail
    }
    // The key under which it was used is forgotten with the number.
    assert.equal(await detail(used, key), `The approval was consumed at ${json.consumed_at}.`)
    assert.equal(await detail(unused, {}), 'The number and the details of the challenge are no longer kept.')
    assert.ok(((await used.now()) as { consumed_at?: string }).consumed_at, 'what was used stays so')
    const jwks = await keysOf(server)
    const number = { to: used.number, key: json.number_key }
    const { sub } = await verifyReceipt(json.receipt, { ...WHO, jwks, ...TRANSFER, number })
    assert.equal(sub, used.id)
  },
  { skip: withoutPostgres },
)

story('the keys are public, may be cached, and hold nothing private', async ({ server }) => {
  const { status, headers, text } = await server.ask('GET', '/.well-known/jwks.json', undefined, { Authorization: '' })
  assert.equal(status, 200)
  assert.match(headers.get('cache-control') ?? '', /^public, max-age=\d+$/)
  assert.equal(headers.get('access-control-allow-origin'), '*')
  const { keys } = JSON.parse(text)
  assert.deepEqual(Object.keys(keys[0]).toSorted(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  // The secret of the test server has a comma, so it is a list of two.
  assert.equal(new Set(keys.map(({ kid }: { kid: string }) => kid)).size, 2)
  assert.equal((await server.ask('POST', '/.well-known/jwks.json', {})).status, 405)
})

story('no claim is a code, and the receipt is in no log', async (world) => {
  const { server, verify } = world
  const login = await verify({ code_length: 8 })
  await openGate(login.phone)
  await login.check(await hearCode(login.phone))
  const { json } = await consume(server, login)
  const stated = JSON.stringify(decodeJwt(json.receipt))
  assert.ok(!stated.includes(await login.code()))
  assert.ok(!JSON.stringify(server.logged).includes(json.number_key))
  assert.ok(!JSON.stringify(server.logged).includes(json.receipt.split('.')[2]!))
})
