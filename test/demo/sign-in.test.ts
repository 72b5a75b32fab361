import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Challenge, Outcome } from '../../src/client/client.ts'
import { type Browser, bank, CODE } from './fake-server.ts'

const approved: Outcome = { status: 'approved', reason: 'code_matched' }

async function signedIn(browser: Browser): Promise<boolean> {
  return (await browser.get('/demo/account')).status === 200
}

const goesTo = (response: Response) => `${response.status} ${response.headers.get('location')}`

test('a password, then a proved phone, opens the account', async () => {
  const { far, browser } = bank()
  const ada = browser()
  assert.equal(goesTo(await ada.signIn({ method: 'keypad_code', locale: 'de-DE' })), '303 /demo/verify')
  assert.deepEqual(far.created, [
    { to: '+12025550123', flow: 'keypad_code', channel: 'call', locale: 'de-DE', scope: 'login', code_length: 6 },
  ])
  assert.equal(await signedIn(ada), false)
  far.end(approved)
  assert.equal(goesTo(await ada.post('/demo/finish', { challenge: far.last.id })), '303 /demo/account')
  assert.equal(await signedIn(ada), true)
  await ada.post('/demo/sign-out')
  assert.equal(await signedIn(ada), false)
})

test('a wrong password calls nobody', async () => {
  const { far, browser } = bank()
  const stranger = browser()
  assert.equal((await stranger.signIn({ password: 'engine-1842' })).status, 401)
  assert.equal((await stranger.signIn({ user: 'nobody' })).status, 401)
  assert.equal(far.created.length, 0)
})

test('the page is handed the challenge and its token, and never the API key', async () => {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn({ method: 'keypad_code' })
  const response = await ada.get('/demo/verify')
  const page = await response.text()
  assert.match(page, /pgt_1/)
  assert.match(page, new RegExp(CODE))
  assert.doesNotMatch(page, /the-api-key|12025550123/)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  far.end({ status: 'undelivered', reason: 'busy' })
  assert.doesNotMatch(await (await ada.get('/demo/verify')).text(), new RegExp(CODE))
})

test('no outcome but an approval opens anything, whatever the page says', async () => {
  const outcomes: (Outcome | null)[] = [
    null,
    { status: 'denied', reason: 'rejected' },
    { status: 'denied', reason: 'fraud_reported' },
    { status: 'undelivered', reason: 'no_answer' },
    { status: 'expired', reason: 'expired' },
    { status: 'canceled', reason: 'canceled' },
  ]
  for (const outcome of outcomes) {
    const { far, browser } = bank()
    const ada = browser()
    await ada.signIn()
    if (outcome) far.end(outcome)
    const response = await ada.post('/demo/finish', { challenge: far.last.id, status: 'approved' })
    assert.equal(goesTo(response), '303 /demo/verify')
    assert.equal(await signedIn(ada), false, outcome?.reason ?? 'pending')
  }
})

test('an approval of anything else than what was asked opens nothing', async () => {
  const others: Partial<Challenge>[] = [
    { scope: 'transfer' },
    { flow: 'approve' },
    { details: 'Transfer 250 euros to Ada Byron' },
  ]
  for (const other of others) {
    const { far, browser } = bank()
    const ada = browser()
    await ada.signIn()
    far.end(approved)
    far.change(other)
    await ada.post('/demo/finish', { challenge: far.last.id })
    assert.equal(await signedIn(ada), false, JSON.stringify(other))
  }
})

test('the approval of one browser is worthless in another', async () => {
  const { far, browser } = bank()
  const [ada, thief, other] = [browser(), browser(), browser()]
  await other.signIn()
  await ada.signIn()
  far.end(approved)
  assert.equal((await thief.post('/demo/finish', { challenge: far.last.id })).status, 409)
  assert.equal((await other.post('/demo/finish', { challenge: far.last.id })).status, 409)
  assert.equal((await thief.post('/demo/finish', {})).status, 409)
  assert.equal(await signedIn(thief), false)
  assert.equal(await signedIn(other), false)
  await ada.post('/demo/finish', { challenge: far.last.id })
  assert.equal(await signedIn(ada), true)
})

test('an approval is used once, also by two requests at one time', async () => {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn()
  far.end(approved)
  const form = { challenge: far.last.id }
  const both = await Promise.all([ada.post('/demo/finish', form), ada.post('/demo/finish', form)])
  assert.deepEqual(both.map((response) => response.headers.get('location')).sort(), ['/demo/account', '/demo/verify'])
  assert.equal((await ada.post('/demo/finish', form)).status, 409)
})

test('the cookie is for this site and its server alone, and is renamed at sign-in', async () => {
  const { far, browser } = bank()
  const [ada, fixer] = [browser(), browser()]
  const cookie = (await ada.signIn()).headers.getSetCookie()[0] ?? ''
  assert.match(cookie, /^saltmarsh_session=[\w-]{32}; Path=\/demo; HttpOnly; SameSite=Lax$/)
  fixer.cookie = ada.cookie
  far.end(approved)
  await ada.post('/demo/finish', { challenge: far.last.id })
  assert.equal(await signedIn(ada), true)
  assert.equal(await signedIn(fixer), false)
})

test('while Answerback is away nothing opens, and nothing is lost', async () => {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn()
  far.end(approved)
  far.away = true
  assert.equal(goesTo(await ada.post('/demo/finish', { challenge: far.last.id })), '303 /demo/verify')
  assert.match(await (await ada.get('/demo/verify')).text(), /We could not confirm it/)
  assert.equal(await signedIn(ada), false)
  far.away = false
  await ada.post('/demo/finish', { challenge: far.last.id })
  assert.equal(await signedIn(ada), true)
})

test('without JavaScript, the code is checked by the server', async () => {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn()
  await ada.post('/demo/finish', { challenge: far.last.id, code: '111111' })
  assert.equal(await signedIn(ada), false)
  assert.match(await (await ada.get('/demo/verify')).text(), /That is not the code. 4 tries are left/)
  await ada.post('/demo/finish', { challenge: far.last.id, code: '481 516' })
  assert.equal(await signedIn(ada), true)
})

test('a refusal is told where it belongs, and never as a call', async () => {
  const { far, browser } = bank()
  const refused = async (status: number, code: string, errors: object[] = []) => {
    far.refusal = { status, code, errors }
    const response = await browser().signIn()
    assert.equal(response.status, status)
    return response.text()
  }
  assert.match(await refused(422, 'invalid', [{ path: 'to' }]), /id="number-error">That is not a phone number/)
  assert.match(await refused(403, 'country_not_allowed'), /id="number-error">We do not call/)
  assert.match(await refused(503, 'carrier_unavailable'), /role="alert">.*nobody was called/)
  assert.match(await refused(429, 'rate_limited'), /role="alert">.*Please wait 60 seconds/)
  far.away = true
  assert.equal((await browser().signIn()).status, 502)
})
