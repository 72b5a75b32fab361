import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Challenge, Outcome } from '../../src/client/client.ts'
import { type Browser, bank, CODE } from './fake-answerback.ts'

const approved: Outcome = { status: 'approved', reason: 'code_matched' }
const ADA = { user: 'ada', password: 'engine-1843' }

async function signedIn(browser: Browser): Promise<boolean> {
  return (await browser.get('/demo/account')).status === 200
}

const goesTo = (response: Response) => `${response.status} ${response.headers.get('location')}`

test('a password, then a proved phone, opens the account', async () => {
  const { far, browser } = bank()
  const ada = browser()
  await ada.post('/demo/language', { locale: 'de-DE' })
  assert.equal(goesTo(await ada.signIn({ method: 'keypad_code' })), '303 /demo/verify')
  assert.deepEqual(far.created, [
    { to: '+12025550123', flow: 'keypad_code', channel: 'call', locale: 'de-DE', scope: 'login' },
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
  for (const form of [{ password: 'engine-1842' }, { user: 'nobody' }]) {
    assert.equal(goesTo(await stranger.signIn(form)), '303 /demo')
    assert.match(await (await stranger.get('/demo')).text(), /id="password-error">That name and password do not match/)
  }
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
  assert.equal(goesTo(await thief.post('/demo/finish', { challenge: far.last.id })), '303 /demo')
  assert.match(
    await (await thief.get('/demo')).text(),
    /role="alert">That confirmation does not belong to this browser/,
  )
  assert.equal(goesTo(await other.post('/demo/finish', { challenge: far.last.id })), '303 /demo/verify')
  assert.equal(goesTo(await thief.post('/demo/finish', {})), '303 /demo')
  assert.equal(await signedIn(thief), false)
  assert.equal(await signedIn(other), false)
  await ada.post('/demo/finish', { challenge: far.last.id })
  assert.equal(await signedIn(ada), true)
})

test('two tabs that finish at once, or one after the other, both end at the account', async () => {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn()
  far.end(approved)
  const form = { challenge: far.last.id }
  const late = browser()
  late.cookie = ada.cookie
  const both = await Promise.all([ada.post('/demo/finish', form), ada.post('/demo/finish', form)])
  assert.deepEqual(both.map((response) => response.headers.get('location')).sort(), ['/demo/account', '/demo/verify'])
  assert.equal(goesTo(await ada.get('/demo/verify')), '303 /demo/account')
  assert.equal(goesTo(await ada.post('/demo/finish', form)), '303 /demo/account')
  // The second tab's request left with the cookie that the first one's answer has replaced.
  assert.equal(goesTo(await late.post('/demo/finish', form)), '303 /demo/account')
  assert.equal(await signedIn(late), false)
  assert.equal(await signedIn(ada), true)
})

test('the cookie is for this site and its server alone, and is renamed at sign-in', async () => {
  const { far, browser } = bank()
  const [ada, fixer] = [browser(), browser()]
  const cookies = (await ada.post('/demo/sign-in', ADA)).headers.getSetCookie()
  assert.match(cookies.at(-1)!, /^saltmarsh_session=[\w-]{32}; Path=\/demo; HttpOnly; SameSite=Lax$/)
  assert.match(cookies[0]!, /^saltmarsh_visitor=[\w-]{32}; Max-Age=86400; Path=\/demo; HttpOnly; SameSite=Lax$/)
  fixer.cookie = ada.cookie
  await ada.post('/demo/sign-in', ADA)
  assert.equal(goesTo(await fixer.get('/demo/second-factor')), '303 /demo', 'renamed after the password too')
  await ada.post('/demo/second-factor', { number: '+12025550123' })
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
    const visitor = browser()
    assert.equal(goesTo(await visitor.signIn()), '303 /demo/second-factor')
    const page = await (await visitor.get('/demo/second-factor')).text()
    const again = await (await visitor.get('/demo/second-factor')).text()
    assert.doesNotMatch(again, /role="alert"|number-error/, 'told once')
    return page
  }
  assert.match(await refused(422, 'invalid', [{ path: 'to' }]), /id="number-error">That is not a phone number/)
  assert.match(await refused(403, 'country_not_allowed'), /id="number-error">We do not call/)
  assert.match(await refused(503, 'carrier_unavailable'), /role="alert">.*nobody was called/)
  assert.match(await refused(429, 'rate_limited'), /role="alert">.*Please wait 60 seconds/)
  far.away = true
  assert.match(await refused(0, ''), /role="alert">.*did not answer/)
})

test('the form sent again goes on with the call under way; another form ends that call first', async () => {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn()
  const first = far.last.id
  assert.match(await (await ada.get('/demo')).text(), /<a href="\/demo\/verify">Go back to it<\/a>/)
  assert.equal(goesTo(await ada.signIn()), '303 /demo/verify')
  assert.equal(far.created.length, 1)
  assert.match(await (await ada.get('/demo/verify')).text(), new RegExp(`value="${first}"`))

  assert.equal(goesTo(await ada.signIn({ method: 'text_code' })), '303 /demo/verify')
  assert.equal(far.created.length, 2)
  assert.equal(far.created[1]?.channel, 'sms')
  assert.deepEqual(far.canceled, [first])
  far.end({ status: 'expired', reason: 'expired' })
  assert.doesNotMatch(await (await ada.get('/demo/verify')).text(), /Go back to it/)
  await ada.signIn({ method: 'text_code' })
  assert.equal(far.created.length, 3)
})

test('without JavaScript a code that is none costs no try, and is not sent', async () => {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn()
  for (const [code, sentence] of [
    ['', 'Please type the digits of your code.'],
    ['abcdef', 'Please type the digits of your code.'],
    ['12345', 'The code has 6 digits, and you typed 5.'],
  ] as const) {
    await ada.post('/demo/finish', { challenge: far.last.id, code })
    assert.match(await (await ada.get('/demo/verify')).text(), new RegExp(sentence), code)
  }
  assert.deepEqual(far.checked, [])
})

test('without JavaScript the visitor can cancel, and have the code sent again', async () => {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn({ method: 'text_code' })
  far.change({ deliveries: [{ ...far.last.deliveries[0]!, channel: 'sms', state: 'sent' }] })
  assert.match(await (await ada.get('/demo/verify')).text(), /Text me again<\/button>/)
  assert.equal(goesTo(await ada.post('/demo/redeliver', { channel: 'sms' })), '303 /demo/verify')
  assert.deepEqual(far.redelivered, ['sms'])
  assert.equal(goesTo(await ada.post('/demo/cancel')), '303 /demo/verify')
  assert.match(await (await ada.get('/demo/verify')).text(), /<h2>Canceled<\/h2>/)
})
