// An operator who proves a phone by a call, and signs in by one.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { codeFor } from '../factors/authenticator.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { startCallConsole } from './call-console.ts'
import { ORIGIN } from './console-app.ts'

type Pages = Awaited<ReturnType<typeof startCallConsole>>
type Browser = ReturnType<Pages['browser']>

describe('a call as the second proof', { skip: withoutPostgres }, () => {
  let pages: Pages
  before(async () => {
    pages = await startCallConsole()
  })
  after(() => pages?.stop())

  const codeOn = (text: string) => /<p class="call-code">([\d ]+)<\/p>/.exec(text)![1]!.replaceAll(' ', '')
  const wrong = (code: string) => `${code.slice(0, -1)}${(Number(code.at(-1)) + 1) % 10}`

  async function withPassword(name: string): Promise<Browser> {
    const browser = pages.browser()
    const { location } = await browser.post('/sign-in', { name, password: `the one of ${name}` })
    assert.equal(location, 'sign-in-code')
    return browser
  }

  async function keyed(browser: Browser, number: string, keys: (code: string) => string): Promise<void> {
    const phone = pages.server.phones.phone(number)
    const code = codeOn((await browser.get('/sign-in-call')).text)
    await phone.answers()
    await phone.keys(keys(code))
    await pages.server.phones.settled()
  }

  /** A new operator who is called at `number` by now. */
  async function enrolled(name: string, number = nextNumber()): Promise<string> {
    await pages.add(name, `the one of ${name}`)
    const browser = await withPassword(name)
    assert.equal((await browser.post('/phone', { number })).location, 'sign-in-call')
    await keyed(browser, number, (code) => code)
    assert.equal((await browser.post('/sign-in-call', {})).location, 'live')
    return number
  }

  const acts = async (name: string) =>
    (await pages.audit()).filter(({ target }) => target === name).map(({ action, detail }) => `${action} ${detail}`)

  test('a number counts once a call to it was answered with the code, and signs in from then on', async () => {
    await pages.add('ada', 'the one of ada')
    const number = nextNumber()
    const browser = await withPassword('ada')
    assert.match((await browser.get('/sign-in-code')).text, /A call to my phone/)
    assert.equal((await browser.post('/phone', { number: '12' })).status, 422)
    const first = [...browser.cookies.values()][0]
    assert.equal((await browser.post('/phone', { number })).location, 'sign-in-call')
    assert.notEqual([...browser.cookies.values()][0], first, 'a new session with the call')
    assert.equal((await browser.get('/live')).location, 'sign-in')
    assert.equal((await browser.post('/sign-in-call', {})).location, 'sign-in-call', 'nothing was keyed yet')
    assert.equal((await pages.phones.list('ada'))[0]!.status, 'pending')
    const half = [...browser.cookies.values()][0]!
    assert.match(await browser.open('/sign-in-call-events'), /call-code/)
    await keyed(browser, number, (code) => code)
    assert.match((await browser.get('/sign-in-call')).text, /The code was right/)
    const together = await Promise.all([browser.post('/sign-in-call', {}), browser.post('/sign-in-call', {})])
    const led = together.map(({ location }) => location).sort()
    assert.equal(led[0], 'live')
    assert.match(led[1]!, /^sign-in(-code)?$/, 'a call signs in once')
    const thief = pages.browser()
    thief.cookies.set('__Host-answerback_console', half)
    for (const path of ['/sign-in-call', '/call']) assert.match((await thief.post(path, {})).location!, /^sign-in/)
    assert.equal((await thief.get('/live')).location, 'sign-in')
    assert.equal((await pages.phones.list('ada'))[0]!.status, 'confirmed')
    const again = await withPassword('ada')
    const choice = (await again.get('/sign-in-code')).text
    assert.match(choice, /Call me/)
    assert.doesNotMatch(choice, /Set up/)
    assert.equal((await again.post('/call', {})).location, 'sign-in-call')
    await keyed(again, number, (code) => code)
    assert.equal((await again.post('/sign-in-call', {})).location, 'live')
    assert.equal((await again.get('/live')).status, 200)
    const noted = await acts('ada')
    assert.ok(noted.includes('operator.signed_in {"factor": "phone"}'), noted.join('\n'))
    assert.ok(noted.some((act) => act.startsWith('operator.factor_added {"factor": "phone", "number": "+1••')))
  })

  test('with a phone that counts, the password alone sets up neither another phone nor an app', async () => {
    const number = await enrolled('bob')
    const browser = await withPassword('bob')
    assert.equal((await browser.post('/phone', { number: nextNumber() })).location, 'sign-in-code')
    assert.equal((await browser.post('/authenticator', {})).location, 'sign-in-code')
    assert.equal(
      (await browser.post('/authenticator-code', { factor: 'fct_x', code: '123456' })).location,
      'sign-in-code',
    )
    assert.deepEqual(
      (await pages.phones.list('bob')).map((phone) => phone.number),
      [number],
    )
    for (const path of ['/sign-in-call', '/sign-in-call-events'])
      assert.equal((await browser.get(path)).location, 'sign-in-code', `${path} before a call`)
    assert.equal((await browser.post('/sign-in-call', {})).location, 'sign-in-code')
    assert.equal((await pages.browser().post('/call', {})).status, 303)
  })

  test('a phone that was proved while the other factor was set up does not count beside it', async () => {
    await pages.add('cy', 'the one of cy')
    const stranger = await withPassword('cy')
    const number = nextNumber()
    await stranger.post('/phone', { number })
    await keyed(stranger, number, (code) => code)
    const own = await withPassword('cy')
    const { text } = await own.post('/authenticator', {})
    const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(text)![1]!.replaceAll(' ', '')
    const factor = /name="factor" value="(fct_[\w-]+)"/.exec(text)![1]!
    const code = codeFor(secret, 0, Date.now())
    assert.equal((await own.post('/authenticator-code', { factor, code })).location, 'live')
    assert.equal((await stranger.post('/sign-in-call', {})).location, 'sign-in-code')
    assert.equal((await stranger.get('/live')).location, 'sign-in')
    assert.equal((await pages.phones.list('cy'))[0]!.status, 'pending')
  })

  test('an approved challenge of an app, or of another operator, opens nothing', async () => {
    const number = await enrolled('dan')
    const foreign = await enrolled('eve')
    const created = await pages.server.create({ to: number, flow: 'approve' })
    await pages.server.phones.phone(number).answers()
    await pages.server.phones.phone(number).keys('1')
    await pages.server.phones.settled()
    assert.equal((await pages.server.challenges.find(created.json.id))!.challenge.outcome?.status, 'approved')
    const other = await withPassword('eve')
    await other.post('/call', {})
    await keyed(other, foreign, (code) => code)
    const [row] = await pages.server.query(
      "select challenge_id from operator_sessions where operator = 'eve' and challenge_id is not null",
    )
    for (const id of [created.json.id, row!.challenge_id]) {
      const browser = await withPassword('dan')
      await pages.server.query(
        `update operator_sessions set challenge_id = '${id}' where operator = 'dan' and stage = 'password'`,
      )
      assert.equal((await browser.post('/sign-in-call', {})).location, 'sign-in-code', id)
      assert.equal((await browser.get('/sign-in-call')).location, 'sign-in-code', id)
      assert.equal((await browser.get('/live')).location, 'sign-in')
    }
  })

  test('a refusal on the phone leads back to the choice, which says why, and key 9 ends the calls', async () => {
    const number = await enrolled('flo')
    const browser = await withPassword('flo')
    await browser.post('/call', {})
    await pages.server.phones.phone(number).answers()
    await pages.server.phones.phone(number).keys('9#')
    await pages.server.phones.settled()
    const back = await browser.post('/sign-in-call', {})
    assert.equal(back.status, 422)
    assert.match(back.text, /reported with key 9/)
    assert.equal((await browser.get('/sign-in-call')).location, 'sign-in-code', 'the call is forgotten')
    const refused = await browser.post('/call', {})
    assert.equal(refused.status, 422)
    assert.match(refused.text, /is not called/)
    assert.ok((await acts('flo')).some((act) => /^operator\.call_failed .*fraud_reported/.test(act)))
  })

  test('who signs in another way hangs the phone up', async () => {
    const number = await enrolled('una')
    const browser = await withPassword('una')
    assert.equal((await browser.post('/call', {})).location, 'sign-in-call')
    await pages.server.phones.settled()
    const rings = () => pages.server.phones.phone(number).calls.at(-1)!.state === 'ringing'
    assert.ok(rings())
    assert.equal((await browser.post('/sign-in-call-cancel', {})).location, 'sign-in-code')
    await pages.server.phones.settled()
    assert.ok(!rings())
    assert.match((await browser.get('/sign-in-code')).text, /Call me/)
    assert.equal((await pages.browser().post('/sign-in-call-cancel', {})).location, 'sign-in-code')
  })

  test('a password alone rings a phone a few times and no more', async () => {
    const number = await enrolled('gus')
    const answers: number[] = []
    for (let count = 0; count < 6; count++) {
      const browser = await withPassword('gus')
      const asked = await browser.post('/call', {})
      answers.push(asked.status)
      if (asked.status !== 303) {
        assert.match(asked.text, /There were too many calls/)
        continue
      }
      await keyed(browser, number, wrong)
      await pages.server.phones.phone(number).hangsUp()
      await pages.server.phones.settled()
    }
    assert.deepEqual(answers.slice(-2), [422, 422], answers.join(' '))
  })

  test('a reset removes the phone, and the number stands nowhere in full', async () => {
    const number = await enrolled('hal')
    const digits = number.slice(1)
    for (const table of ['factors', 'operators', 'operator_sessions', 'audit_log', 'challenge_events', 'outbox'])
      assert.ok(!JSON.stringify(await pages.server.query(`select * from ${table}`)).includes(digits), table)
    for (const line of pages.server.logged) assert.ok(!JSON.stringify(line).includes(digits))
    const browser = await withPassword('hal')
    await browser.post('/call', {})
    for (const path of ['/sign-in-code', '/sign-in-call']) assert.ok(!(await browser.get(path)).text.includes(digits))
    assert.equal((await pages.server.query('select from outbox')).length, 0, 'nothing is pushed to an app')
    const [{ count }] = (await pages.server.query(
      "select count(*)::int as count from factors where subject = 'hal' and type = 'phone'",
    )) as [{ count: number }]
    assert.equal(count, 1)
    await pages.server.store.operators.reset('hal', 'another hash', {
      actor: 'cli:test',
      action: 'operator.reset',
      target: 'hal',
      reason: null,
      detail: {},
    })
    assert.equal((await pages.phones.list('hal')).length, 0)
    assert.equal((await browser.get('/sign-in-call')).location, 'sign-in-code')
    assert.equal((await browser.get('/live')).location, 'sign-in')
  })

  test('a form of another site places no call', async () => {
    await enrolled('ivy')
    const browser = await withPassword('ivy')
    for (const path of ['/call', '/phone', '/sign-in-call'])
      assert.equal((await browser.post(path, {}, { origin: 'https://evil.example' })).status, 403, `${ORIGIN}${path}`)
  })
})
