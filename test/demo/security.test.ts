// Numbers, authenticator and recovery codes: what may be changed, by whom, and after what proof.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channel, Outcome } from '../../src/client/client.ts'
import { LOCALES, languageFor } from '../../src/demo/language.ts'
import { type Browser, bank, CODE, FACTOR_CODE, type FakeAnswerback } from './fake-answerback.ts'

const approved: Outcome = { status: 'approved', reason: 'key_pressed' }
const NEW_NUMBER = '(202) 555-0177'

const LANGUAGES = [...LOCALES.keys()].map((locale) => [locale, languageFor(locale)] as const)

const goesTo = (response: Response) => `${response.status} ${response.headers.get('location')}`
const text = async (browser: Browser, path = '/demo/security') => (await browser.get(path)).text()

/** Signed in by a call to +12025550123. */
async function customer() {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn({ method: 'approve' })
  await prove(far, ada)
  return { far, ada, browser }
}

async function prove(far: FakeAnswerback, browser: Browser): Promise<Response> {
  far.end(approved)
  return browser.post('/demo/finish', { challenge: far.last.id })
}

/** The fresh proof that changes ask for. */
async function unlock(far: FakeAnswerback, browser: Browser): Promise<void> {
  assert.equal(goesTo(await browser.post('/demo/security/unlock')), '303 /demo/verify')
  assert.equal(goesTo(await prove(far, browser)), '303 /demo/security')
}

const numberId = (page: string, masked: string) =>
  new RegExp(`name="number_id" value="([^"]+)">\\s*(?:<[^>]*>\\s*)?<button[^>]*: \\${masked}"`).exec(page)?.[1]

test('a password alone changes nothing, shows nothing, and opens no second factor of another', async () => {
  const { far, browser } = bank()
  const stranger = browser()
  await stranger.post('/demo/sign-in', { user: 'ada', password: 'engine-1843' })
  for (const path of ['/demo/account', '/demo/security', '/demo/authenticator'])
    assert.equal((await stranger.get(path)).status, 303, path)
  for (const path of ['/security/unlock', '/numbers', '/numbers/prove', '/authenticator', '/recovery', '/transfer'])
    await stranger.post(`/demo${path}`, { number: NEW_NUMBER, payee: 'Ada Byron', amount: '5' })
  assert.equal(far.created.length + far.factors.length, 0)
})

test('nothing is changed without a fresh proof, which a signed-in session is not', async () => {
  const { far, ada } = await customer()
  const created = far.created.length
  for (const path of ['/numbers', '/numbers/remove', '/numbers/prefer', '/recovery']) {
    assert.equal(goesTo(await ada.post(`/demo${path}`, { number: NEW_NUMBER, number_id: 'x' })), '303 /demo/security')
    assert.match(await text(ada), /prove that it is you once more/, path)
  }
  await ada.post('/demo/authenticator')
  assert.equal(far.created.length, created)
  assert.equal(far.factors.length, 0)
  await unlock(far, ada)
  assert.deepEqual(far.created.at(-1), {
    ...{ to: '+12025550123', flow: 'approve', scope: 'security', locale: 'en-US' },
    details: 'Change the phone numbers and the authenticator of your account',
  })
  assert.match(await text(ada), /You may change things/)
})

test('a new number is inactive until it is proved, and the old one is told and may undo it', async () => {
  const { far, ada } = await customer()
  await unlock(far, ada)
  await ada.post('/demo/numbers', { number: NEW_NUMBER, channel: 'call' })
  assert.equal(far.created.at(-1)?.to, '+12025550177')
  assert.equal(far.created.at(-1)?.scope, 'number')
  assert.doesNotMatch(await text(ada), /0177/, 'not kept before it is proved')
  assert.equal(goesTo(await prove(far, ada)), '303 /demo/security')
  assert.deepEqual(far.created.at(-1), {
    ...{ to: '+12025550123', flow: 'approve', scope: 'security', locale: 'en-US' },
    details: 'A phone number ending in 0 1 7 7 was added to your account',
  })
  const page = await text(ada)
  assert.match(page, /We are calling \+1••••••0123 to tell of it/)
  assert.match(page, /0177/)
  await ada.post('/demo/numbers/remove', { number_id: numberId(page, '+1••••••0123')! })
  assert.match(await text(ada), /Until that call is over it stays/)
  far.end({ status: 'denied', reason: 'fraud_reported' })
  far.releaseWaits()
  // The answer to the wait is on its way within the process.
  for (let tries = 0; tries < 100 && /0177 /.test(await text(ada)); tries++) await new Promise(setImmediate)
  assert.equal(goesTo(await ada.get('/demo/account')), '303 /demo', 'who added it is signed out')
  await ada.post('/demo/sign-in', { user: 'ada', password: 'engine-1843' })
  const left = await text(ada, '/demo/second-factor')
  assert.match(left, /0123/)
  assert.doesNotMatch(left, /0177/)
})

test('call and text are proved apart, and a code that came both ways proves neither', async () => {
  const { far, ada } = await customer()
  await unlock(far, ada)
  const id = numberId(await text(ada), '+1••••••0123')!
  assert.match(await text(ada), /proved by call,\s+not proved by text/)
  await ada.post('/demo/numbers/prove', { number_id: id, channel: 'sms' })
  const [delivery] = far.last.deliveries
  far.change({ deliveries: [delivery!, { ...delivery!, channel: 'call', state: 'ended' }] })
  await prove(far, ada)
  assert.match(await text(ada), /neither is proved by it/)
  assert.match(await text(ada), /not proved by text/)
  await ada.post('/demo/numbers/prove', { number_id: id, channel: 'sms' })
  await prove(far, ada)
  assert.match(await text(ada), /proved by call,\s+proved by text/)
})

test('the second factor offers the numbers on file alone, each for the ways it is proved for', async () => {
  const { far, ada } = await customer()
  await ada.post('/demo/sign-out')
  await ada.post('/demo/sign-in', { user: 'ada', password: 'engine-1843' })
  const page = await text(ada, '/demo/second-factor')
  assert.doesNotMatch(page, /name="number"|2025550123/)
  const id = /<option value="([^"]+)" selected>\+1••••••0123/.exec(page)![1]!
  const created = far.created.length
  await ada.post('/demo/second-factor', { method: 'text_code', number_id: id, number: '+12025550199' })
  assert.match(await text(ada, '/demo/second-factor'), /No number of yours is proved for this way/)
  await ada.post('/demo/second-factor', { method: 'approve', number_id: 'another', number: '+12025550199' })
  assert.equal(far.created.length, created)
  await ada.post('/demo/second-factor', { method: 'approve', number_id: id })
  assert.equal(far.created.at(-1)?.to, '+12025550123')
})

test('the way used last and the preferred number are offered first, and the others as well', async () => {
  const { far, ada } = await customer()
  await unlock(far, ada)
  await ada.post('/demo/numbers', { number: NEW_NUMBER, channel: 'sms' })
  await prove(far, ada)
  const id = numberId(await text(ada), '+1••••••0177')!
  await ada.post('/demo/numbers/prefer', { number_id: id })
  await ada.post('/demo/sign-out')
  await ada.post('/demo/sign-in', { user: 'ada', password: 'engine-1843' })
  const page = await text(ada, '/demo/second-factor')
  assert.match(page, /value="approve" checked/)
  assert.match(page, /<option value="[^"]+" selected>\+1••••••0177 \(/)
  assert.match(page, /<option value="[^"]+" >\+1••••••0123</)
  await ada.post('/demo/second-factor', { method: 'text_code', number_id: id })
  const { to, channel } = far.created.at(-1)!
  assert.deepEqual({ to, channel }, { to: '+12025550177', channel: 'sms' })
  await prove(far, ada)
  await ada.post('/demo/sign-out')
  await ada.post('/demo/sign-in', { user: 'ada', password: 'engine-1843' })
  assert.match(await text(ada, '/demo/second-factor'), /value="text_code" checked/)
})

test('another way on the waiting page lets nobody in by a way that is not proved', async () => {
  const { far, ada } = await customer()
  await ada.post('/demo/sign-out')
  await ada.post('/demo/sign-in', { user: 'ada', password: 'engine-1843' })
  const id = /<option value="([^"]+)" selected>/.exec(await text(ada, '/demo/second-factor'))![1]!
  await ada.post('/demo/second-factor', { method: 'call_code', number_id: id })
  far.end({ status: 'undelivered', reason: 'no_answer' })
  await ada.post('/demo/again', { channel: 'sms' })
  assert.equal(far.created.at(-1)?.channel, 'sms')
  assert.equal(goesTo(await prove(far, ada)), '303 /demo/second-factor')
  assert.match(await text(ada, '/demo/second-factor'), /No number of yours is proved for this way/)
  assert.equal((await ada.get('/demo/account')).status, 303)
})

test('a form of any size is refused before it is read', async () => {
  const { browser } = bank()
  const response = await browser().post('/demo/sign-in', { user: 'ada', password: 'x'.repeat(20_000) })
  assert.equal(response.status, 413)
})

test('the last proved number stays', async () => {
  const { far, ada } = await customer()
  await unlock(far, ada)
  await ada.post('/demo/numbers/remove', { number_id: numberId(await text(ada), '+1••••••0123')! })
  assert.match(await text(ada), /keeps at least one proved number/)
})

test('an authenticator app counts after a right code, signs in, and can be turned off', async () => {
  const { far, ada } = await customer()
  await unlock(far, ada)
  assert.equal(goesTo(await ada.post('/demo/authenticator')), '303 /demo/authenticator')
  assert.match(await text(ada, '/demo/authenticator'), /<svg><\/svg>[\s\S]*JBSW Y3DP/)
  await ada.post('/demo/authenticator/confirm', { code: '000000' })
  assert.match(await text(ada, '/demo/authenticator'), /id="code-error">That is not the code\. 4 tries left/)
  assert.equal(far.factors[0]?.status, 'pending')
  await ada.post('/demo/authenticator/confirm', { code: `${FACTOR_CODE.slice(0, 3)} ${FACTOR_CODE.slice(3)}` })
  assert.equal((await ada.get('/demo/authenticator')).status, 303, 'the secret is shown no more')
  const created = far.created.length
  await ada.post('/demo/sign-out')
  await ada.post('/demo/sign-in', { user: 'ada', password: 'engine-1843' })
  await ada.post('/demo/authenticator/sign-in', { code: '111111' })
  assert.equal((await ada.get('/demo/account')).status, 303)
  assert.equal(goesTo(await ada.post('/demo/authenticator/sign-in', { code: FACTOR_CODE })), '303 /demo/account')
  assert.match(await text(ada, '/demo/account'), /A code of your authenticator app/)
  assert.equal(far.created.length, created, 'nobody was called')
  await ada.post('/demo/security/unlock-by-app', { code: FACTOR_CODE })
  await ada.post('/demo/authenticator/remove')
  assert.equal(far.factors.length, 0)
})

test('an authenticator app that was being set up is not shown to the next customer in the same browser', async () => {
  const { far, ada, browser } = await customer()
  const grace = { user: 'grace', password: 'nanosecond' }
  const other = browser()
  await other.post('/demo/register', { ...grace, number: '202 555 0107', method: 'approve' })
  await prove(far, other)
  await unlock(far, ada)
  await ada.post('/demo/authenticator')
  await ada.post('/demo/sign-in', grace)
  const id = /<option value="([^"]+)" selected>/.exec(await text(ada, '/demo/second-factor'))![1]!
  await ada.post('/demo/second-factor', { method: 'approve', number_id: id })
  assert.equal(goesTo(await prove(far, ada)), '303 /demo/account')
  assert.equal(goesTo(await ada.get('/demo/authenticator')), '303 /demo/security')
  await ada.post('/demo/authenticator/confirm', { code: FACTOR_CODE })
  assert.equal(far.factors[0]?.status, 'pending')
})

test('a recovery code signs in once', async () => {
  const { far, ada } = await customer()
  await unlock(far, ada)
  assert.equal(goesTo(await ada.post('/demo/recovery')), '303 /demo/recovery-codes')
  assert.match(await text(ada, '/demo/recovery-codes'), /<code>ABCD-EFGH<\/code>/)
  assert.equal((await ada.get('/demo/recovery-codes')).status, 303, 'shown once')
  for (const expected of ['303 /demo/account', '303 /demo/second-factor']) {
    await ada.post('/demo/sign-out')
    await ada.post('/demo/sign-in', { user: 'ada', password: 'engine-1843' })
    assert.equal(goesTo(await ada.post('/demo/recovery/sign-in', { recovery_code: 'ABCD-EFGH' })), expected)
  }
  assert.equal(far.factors.length, 1)
})

test('every visitor has a first customer of their own', async () => {
  const { far, ada, browser } = await customer()
  await unlock(far, ada)
  const other = browser()
  await other.signIn({ method: 'approve', number: '+12025550155' })
  await prove(far, other)
  assert.doesNotMatch(await text(other), /0123/)
  assert.doesNotMatch(await text(ada), /0155/)
})

test('the pages and the call speak one language: what the browser asks for, or what was chosen', async () => {
  const { far, browser } = bank()
  const ada = browser()
  assert.match(await text(ada, '/demo'), /<html lang="en-US">/)
  assert.equal(goesTo(await ada.post('/demo/language', { locale: 'de-DE', page: '/register' })), '303 /demo/register')
  assert.equal(goesTo(await ada.post('/demo/language', { locale: 'xx', page: '//evil.example' })), '303 /demo')
  assert.match(await text(ada, '/demo'), /<html lang="de-DE">/)
  await ada.signIn()
  assert.equal(far.created.at(-1)?.locale, 'de-DE')
  assert.match(await text(ada, '/demo/verify'), /<answerback-challenge[^>]* lang="de-DE"/)
  for (const [locale, { texts }] of LANGUAGES) {
    await ada.post('/demo/language', { locale })
    assert.ok((await text(ada, '/demo/register')).includes(`<h1>${texts.register.title}</h1>`), locale)
  }
  assert.equal(new Set(LANGUAGES.map(([, { texts }]) => texts.register.title)).size, 10)
})

test('a code is never taken for a number, nor a channel for a proof', async () => {
  const channels: Channel[] = ['call', 'sms']
  for (const channel of channels) {
    const { far, browser } = bank()
    const grace = browser()
    const form = { user: 'grace', password: 'nanosecond', number: '202 555 0107' }
    await grace.post('/demo/register', { ...form, method: channel === 'sms' ? 'text_code' : 'call_code' })
    assert.equal(far.created.at(-1)?.to, '+12025550107')
    await grace.post('/demo/finish', { challenge: far.last.id, code: CODE })
    const page = await text(grace)
    assert.match(
      page,
      channel === 'sms' ? /not proved by call,\s+proved by text/ : /proved by call,\s+not proved by text/,
    )
  }
})
