import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome } from '../../src/client/client.ts'
import { type Browser, bank, OWN_PAGE } from './fake-answerback.ts'

const PATHS = [
  '',
  '/sign-in',
  '/second-factor',
  '/authenticator/sign-in',
  '/recovery/sign-in',
  '/register',
  '/verify',
  '/again',
  '/redeliver',
  '/cancel',
  '/finish',
  '/account',
  '/transfer',
  '/security',
  '/security/unlock',
  '/numbers',
  '/numbers/remove',
  '/authenticator',
  '/recovery',
  '/language',
  '/sign-out',
]

const FORM = 'application/x-www-form-urlencoded'

const approved: Outcome = { status: 'approved', reason: 'key_pressed' }

async function customer() {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn({ method: 'approve' })
  far.end(approved)
  await ada.post('/demo/finish', { challenge: far.last.id })
  return { far, ada, browser }
}

/** What the account page says after a form was sent. */
async function refusalOn(page: Browser, sent: Promise<Response>): Promise<string> {
  assert.equal((await sent).headers.get('location'), '/demo/account')
  return (await page.get('/demo/account')).text()
}

test('no GET starts a call, ends a session or moves money', async () => {
  const { far, ada } = await customer()
  for (const page of PATHS) {
    const { status } = await ada.get(
      `/demo${page}?payee=Ada+Byron&amount=250&channel=call&number=%2B12025550199&locale=de-DE`,
    )
    assert(status < 400, page)
  }
  assert.equal(far.created.length, 1)
  assert.equal((await ada.get('/demo/account')).status, 200)
})

test('a visitor without a session is led to a page, whatever is asked for or sent', async () => {
  const { far, browser } = bank()
  for (const path of PATHS) {
    assert.ok((await browser().get(`/demo${path}`)).status < 400, `GET ${path}`)
    for (const code of ['letters', '123456', '<b>', '']) {
      const form = { code, recovery_code: code, challenge: 'chl_1', number: code, number_id: code, amount: code }
      const { status } = await browser().post(`/demo${path}`, form)
      assert.ok(status === 303 || status === 404, `POST ${path}: ${status}`)
    }
  }
  assert.equal(far.created.length + far.factors.length, 0)
})

test('a form of another site is refused before anything happens', async () => {
  const { far, ada } = await customer()
  const foreign: Record<string, string>[] = [
    {},
    { origin: 'null' },
    { origin: 'http://evil.test' },
    { origin: 'http://bank.test.evil.test' },
    { origin: 'http://bank.test:8080' },
    { origin: 'http://bank.test', 'sec-fetch-site': 'cross-site' },
    { origin: 'http://bank.test', 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of foreign) {
    const response = await ada.post('/demo/transfer', { payee: 'Ada Byron', amount: '250' }, headers)
    assert.equal(response.status, 403, JSON.stringify(headers))
  }
  assert.equal(far.created.length, 1)
  const older = await ada.post('/demo/transfer', { payee: 'Ada Byron', amount: '250' }, { origin: 'http://bank.test' })
  assert.equal(older.status, 303)
})

test('a transfer is a proof of its own, for its own words, by the number that signed in', async () => {
  const { far, ada } = await customer()
  const login = far.last.id
  await ada.post('/demo/transfer', { payee: 'Grace Hopper', amount: '250', number: '+12025550199' })
  assert.deepEqual(far.created.at(-1), {
    to: '+12025550123',
    flow: 'approve',
    scope: 'transfer',
    details: 'Transfer 250 euros to Grace Hopper',
    locale: 'en-US',
  })
  const used = await ada.post('/demo/finish', { challenge: login })
  assert.equal(used.headers.get('location'), '/demo/verify')
  assert.doesNotMatch(await (await ada.get('/demo/account')).text(), /Done:/)
  far.end(approved)
  far.change({ details: 'Transfer 5 euros to Grace Hopper' })
  await ada.post('/demo/finish', { challenge: far.last.id })
  assert.doesNotMatch(await (await ada.get('/demo/account')).text(), /Done:/)
  far.change({ details: 'Transfer 250 euros to Grace Hopper' })
  const form = { challenge: far.last.id }
  await Promise.all([ada.post('/demo/finish', form), ada.post('/demo/finish', form)])
  const account = await (await ada.get('/demo/account')).text()
  assert.match(account, /Done: Transfer 250 euros to Grace Hopper/)
  assert.equal(account.match(/−€250/g)?.length, 1)
  const { id } = far.last
  assert.deepEqual(far.consumed, [{ id, body: { scope: 'transfer', details: 'Transfer 250 euros to Grace Hopper' } }])
  assert.match(account, new RegExp(`<code lang="en">header.${id}.signature</code>`))
})

test('an approval that another has used moves no money', async () => {
  const { far, ada } = await customer()
  await ada.post('/demo/transfer', { payee: 'Grace Hopper', amount: '250' })
  far.end(approved)
  far.consumed.push({ id: far.last.id, body: {} })
  await ada.post('/demo/finish', { challenge: far.last.id })
  const account = await (await ada.get('/demo/account')).text()
  assert.doesNotMatch(account, /Done:|−€250/)
  assert.match(account, /We could not confirm it\./)
})

test('a form that was refused comes back by a redirect, without the password, and is shown once', async () => {
  const { far, browser } = bank()
  const grace = browser()
  const form = { user: 'grace', password: 'short', number: '+12025550107', method: 'approve', locale: 'de-DE' }
  assert.equal((await grace.post('/demo/register', form)).headers.get('location'), '/demo/register')
  const page = await (await grace.get('/demo/register')).text()
  assert.match(page, /id="password-error">At least eight characters/)
  assert.match(page, /value="grace"/)
  assert.match(page, /value="\+12025550107"/)
  assert.match(page, /value="approve" checked/)
  assert.doesNotMatch(page, /short/)
  assert.doesNotMatch(await (await grace.get('/demo/register')).text(), /password-error/)
  assert.equal(far.created.length, 0)
})

test('a transfer needs an account, a payee who is known, and whole euros', async () => {
  const { far, ada, browser } = await customer()
  assert.equal((await browser().post('/demo/transfer', { payee: 'Ada Byron', amount: '5' })).status, 303)
  for (const amount of ['0', '-5', '5001', '1.5', 'x', '']) {
    assert.match(
      await refusalOn(ada, ada.post('/demo/transfer', { payee: 'Ada Byron', amount })),
      /id="amount-error">Whole euros/,
    )
  }
  assert.match(
    await refusalOn(ada, ada.post('/demo/transfer', { payee: 'Mallory', amount: '5' })),
    /id="amount-error">/,
  )
  assert.equal(far.created.length, 1)
})

test('a proved number is kept with the account that was opened with it', async () => {
  const { far, browser } = bank()
  const grace = browser()
  await grace.post('/demo/register', { user: 'grace', password: 'nanosecond', number: '+1 202 555 0107' })
  assert.equal(far.created.at(-1)?.scope, 'signup')
  const tooEarly = browser()
  await tooEarly.signIn({ user: 'grace', password: 'nanosecond' })
  assert.match(await (await tooEarly.get('/demo')).text(), /That name and password do not match/)
  assert.equal(far.created.length, 1)
  far.end(approved)
  await grace.post('/demo/finish', { challenge: far.last.id })
  assert.equal((await grace.get('/demo/account')).status, 200)

  await browser().signIn({ user: 'grace', password: 'nanosecond', number: '+12025550199' })
  assert.equal(far.created.at(-1)?.to, '+12025550107')
})

test('a name is opened once: the later proof of two finds it taken', async () => {
  const { far, browser } = bank()
  const [first, second] = [browser(), browser()]
  const form = { user: 'grace', password: 'nanosecond', number: '+12025550107' }
  await first.post('/demo/register', form)
  far.end(approved)
  const challenge = far.last.id
  await second.post('/demo/register', form)
  far.end(approved)
  await first.post('/demo/finish', { challenge })
  const late = await second.post('/demo/finish', { challenge: far.last.id })
  assert.equal(late.headers.get('location'), '/demo/register')
  assert.equal((await second.get('/demo/account')).status, 303)
  const created = far.created.length
  for (const user of ['grace', 'ada']) {
    const third = browser()
    await third.post('/demo/register', { ...form, user })
    assert.match(await (await third.get('/demo/register')).text(), /id="user-error">That name is taken/)
  }
  assert.equal(far.created.length, created)
})

test('"call me again" waits for an outcome that allows it', async () => {
  const { far, browser } = bank()
  const ada = browser()
  await ada.signIn()
  await ada.post('/demo/again', { channel: 'call' })
  assert.equal(far.created.length, 1)
  far.end({ status: 'undelivered', reason: 'no_answer' })
  await ada.post('/demo/again', { channel: 'sms' })
  assert.equal(far.created.length, 2)
  assert.equal(far.created[1]?.channel, 'sms')
  assert.equal(far.created[1]?.to, far.created[0]?.to)
  far.end({ status: 'denied', reason: 'fraud_reported' })
  await ada.post('/demo/again', { channel: 'call' })
  assert.equal(far.created.length, 2)
})

const UNREADABLE: [why: string, body: string, headers: Record<string, string>, status: number][] = [
  ['a form of another site', 'user=ada', { 'content-type': FORM, origin: 'https://evil.example' }, 403],
  ['a form without an origin', 'user=ada', { 'content-type': FORM }, 403],
  ['a form that is too large', `user=${'a'.repeat(20_000)}`, { 'content-type': FORM, ...OWN_PAGE }, 413],
  ['a form in parts without a boundary', 'user=ada', { 'content-type': 'multipart/form-data', ...OWN_PAGE }, 400],
  [
    'a form in parts that are none',
    'user=ada',
    { 'content-type': 'multipart/form-data; boundary=x', ...OWN_PAGE },
    400,
  ],
]

for (const [why, body, headers, status] of UNREADABLE) {
  test(`${why} is refused with ${status}, also by a server in which the bank is mounted`, async () => {
    const { app } = bank()
    const sent = { method: 'POST', body, headers: { 'content-length': String(body.length), ...headers } }
    assert.equal((await app.request('http://bank.test/demo/sign-in', sent)).status, status)
  })
}

test('what was typed comes back as text, never as markup', async () => {
  const { browser } = bank()
  const stranger = browser()
  await stranger.signIn({ user: '"><script>alert(1)</script>', number: '"><img src=x>' })
  const response = await stranger.get('/demo')
  const text = await response.text()
  assert.match(text, /&gt;&lt;script&gt;alert/)
  assert.doesNotMatch(text, /<script>|<img src=x>/)
  const policy = response.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'; script-src 'self'/)
  assert.doesNotMatch(policy, /unsafe|\*|https?:/)
})

test('modules reach the page as JavaScript that finds its imports', async () => {
  const { browser } = bank()
  const read = new Set<string>()
  async function load(url: string) {
    if (read.has(url)) return
    read.add(url)
    const response = await browser().get(url)
    assert.equal(response.status, 200, url)
    assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8')
    const script = await response.text()
    assert.doesNotMatch(script, /import type|: (string|Challenge)\b/)
    for (const [, to] of script.matchAll(/(?:from|import) '([^']+)'/g))
      await load(new URL(to!, `http://a${url}`).pathname)
  }
  await load('/demo/modules/demo/browser/submit-once.ts')
  await load('/demo/modules/demo/browser/verify.ts')
  assert(read.has('/demo/modules/client/client.ts'))
})

test('no other file of the server can be read', async () => {
  const { browser } = bank()
  for (const path of ['modules/demo/demo.ts', 'modules/main.ts', 'modules/client/none.ts', 'assets/constructor']) {
    assert.equal((await browser().get(`/demo/${path}`)).status, 404, path)
  }
  for (const path of [
    'assets/..%2fdemo.ts',
    'modules/client/..%2f..%2fmain.ts',
    'modules/client/%2e%2e/demo/demo.ts',
  ]) {
    assert.doesNotMatch(await (await browser().get(`/demo/${path}`)).text(), /import /, path)
  }
})
