// Adding and removing what an operator signs in by: with the audit log in one statement, one of each kind, and no session
// left that a removed one has opened.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openStore, type Store } from '../../src/store/store.ts'
import { codeFor, wrongCodeFor } from '../factors/authenticator.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { consoleLogger } from '../support/test-loggers.ts'
import type { Browser } from './enrolled-operators.ts'
import { factorOn, factorsOn, passwordOf, secretOn, suiteConsole } from './enrolled-operators.ts'

const isIn = async (browser: Browser) => (await browser.get('/live')).status === 200

describe('a change of what an operator signs in by', { skip: withoutPostgres }, () => {
  const { pages, operators } = suiteConsole()

  async function remove(browser: Browser, what: 'app' | 'phone', name: string) {
    const [app, phone] = factorsOn((await browser.get('/account')).text)
    return browser.post('/account-remove', { factor: what === 'app' ? app! : phone!, password: passwordOf(name) })
  }

  /** Fails where this action cannot be written into the audit log. */
  async function refused(action: string, work: () => Promise<unknown>): Promise<void> {
    await pages().server.query(`
      create function refuse_entry() returns trigger language plpgsql as $$
      begin if new.action = '${action}' then raise exception 'no entry'; end if; return new; end $$`)
    await pages().server.query(
      'create trigger refuse_entry before insert on audit_log for each row execute function refuse_entry()',
    )
    try {
      await assert.rejects(work(), /no entry/)
    } finally {
      await pages().server.query('drop trigger refuse_entry on audit_log')
      await pages().server.query('drop function refuse_entry')
    }
  }

  test('a removal ends every other session of the operator, and says so', async () => {
    const { browser, number } = await operators().withBoth('ada')
    const other = await operators().byCall('ada', number)
    const halfWay = await operators().halfWay('ada')
    const { browser: anothers } = await operators().withApp('ann')
    assert.match((await browser.get('/account')).text, /Either can be removed, which signs you out everywhere else/)
    const { location } = await remove(browser, 'phone', 'ada')
    assert.match(
      (await browser.get(`/${location}`)).text,
      /The phone is removed, and you are signed out everywhere else/,
    )
    assert.deepEqual(await Promise.all([browser, other, anothers].map(isIn)), [true, false, true])
    assert.equal((await halfWay.get('/sign-in-code')).location, 'sign-in')
  })

  test('a session goes on whose operator removes what has opened it', async () => {
    const { browser } = await operators().withBoth('bob')
    assert.equal((await remove(browser, 'app', 'bob')).location, 'account?done=app_removed')
    assert.ok(await isIn(browser))
  })

  test('a refused removal ends no session', async () => {
    const { browser, number } = await operators().withBoth('cat')
    const other = await operators().byCall('cat', number)
    const [app] = factorsOn((await browser.get('/account')).text)
    assert.equal((await browser.post('/account-remove', { factor: app!, password: 'a guess' })).status, 422)
    assert.ok(await isIn(other))
  })

  test('a session that a removal could not see holds no longer than what opened it', async () => {
    const { number } = await operators().withBoth('dee')
    const other = await operators().byCall('dee', number)
    await pages().server.query(
      "delete from factors where service_id = 'console' and subject = 'dee' and type = 'phone'",
    )
    assert.equal(await isIn(other), false)
  })

  test('what a sign-in was begun with opens nothing once it is removed', async () => {
    const { browser, number } = await operators().withBoth('eli')
    const late = await operators().halfWay('eli')
    await late.post('/call', {})
    await operators().keyed(late, '/sign-in-call', number)
    await remove(browser, 'phone', 'eli')
    await late.post('/sign-in-call', {})
    assert.equal(await isIn(late), false)
  })

  test('no factor counts whose entry could not be written', async () => {
    const { browser } = await operators().withApp('fay')
    const number = nextNumber()
    await browser.post('/account-phone', { number, password: passwordOf('fay') })
    await operators().keyed(browser, '/account-call', number)
    await refused('operator.factor_added', () => browser.post('/account-call', {}))
    assert.deepEqual(
      (await pages().phones.list('fay')).map(({ status }) => status),
      ['pending'],
    )
    assert.equal(
      (await browser.post('/account-call', {})).location,
      'account?done=phone_added',
      'the call still counts',
    )
  })

  test('no app counts, and no wrong code of one is counted, whose entry could not be written', async () => {
    await pages().add('gil', passwordOf('gil'))
    const browser = await operators().halfWay('gil')
    const { text } = await browser.post('/authenticator', {})
    const [secret, factor] = [secretOn(text), factorOn(text)]
    const right = () => browser.post('/authenticator-code', { factor, code: codeFor(secret, 0, Date.now()) })
    const wrong = () => browser.post('/authenticator-code', { factor, code: wrongCodeFor(secret, Date.now()) })
    await refused('operator.factor_added', right)
    await refused('operator.code_refused', wrong)
    const [kept] = await pages().server.query("select status, failures from factors where subject = 'gil'")
    assert.deepEqual(kept, { status: 'pending', failures: 0 })
    assert.equal((await right()).location, 'live')
  })

  test('of two phones that two sessions add at once one counts, and the other page says why not', async () => {
    const { browser, secret } = await operators().withApp('hal')
    const other = await operators().halfWay('hal')
    await pages().server.query("update factors set last_step = null where subject = 'hal'")
    await other.post('/sign-in-code', { code: codeFor(secret, 0, Date.now()) })
    const [first, second] = [nextNumber(), nextNumber()]
    await browser.post('/account-phone', { number: first, password: passwordOf('hal') })
    await operators().keyed(browser, '/account-call', first)
    // Both pages were sent before either phone was proposed, so neither proposal has seen the other.
    const [kept] = await pages().phones.list('hal')
    await pages().server.query("update factors set subject = 'aside' where id = $1", [kept!.id])
    await other.post('/account-phone', { number: second, password: passwordOf('hal') })
    await pages().server.query("update factors set subject = 'hal' where id = $1", [kept!.id])
    await operators().keyed(other, '/account-call', second)
    const answers = await Promise.all([browser, other].map((one) => one.post('/account-call', {})))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422])
    assert.match(answers.find(({ status }) => status === 422)!.text, /another one was added, meanwhile/)
    const statuses = (await pages().phones.list('hal')).map(({ status }) => status)
    assert.deepEqual(statuses.sort(), ['confirmed', 'pending'])
    assert.equal((await operators().acts('hal')).filter((act) => /factor_added .*phone/.test(act)).length, 1)
  })

  test('at the first sign-in the password adds one factor, not an app and a phone at once', async () => {
    await pages().add('ida', passwordOf('ida'))
    const [browser, other] = [await operators().halfWay('ida'), await operators().halfWay('ida')]
    const { text } = await browser.post('/authenticator', {})
    const number = nextNumber()
    await other.post('/phone', { number })
    await operators().keyed(other, '/sign-in-call', number)
    const proved = [
      browser.post('/authenticator-code', { factor: factorOn(text), code: codeFor(secretOn(text), 0, Date.now()) }),
      other.post('/sign-in-call', {}),
    ]
    assert.deepEqual((await Promise.all(proved)).map(({ location }) => location).sort(), ['live', 'sign-in-code'])
    const counted = await pages().server.query("select id from factors where subject = 'ida' and status = 'confirmed'")
    assert.equal(counted.length, 1)
  })

  describe('on several instances', () => {
    let instances: Store[]
    before(async () => {
      const url = pages().server.databaseUrl
      instances = await Promise.all([1, 2, 3, 4].map(() => openStore({ url, dataDir: '', log: consoleLogger })))
    })
    after(() => Promise.all(instances.map((store) => store.close())))

    test('a call that failed stands in the audit log once', async () => {
      const { number } = await operators().withBoth('jay')
      const left = await operators().halfWay('jay')
      await left.post('/call', {})
      await pages().server.phones.phone(number).declines()
      await pages().server.phones.settled()
      await Promise.all(instances.map((store) => store.operators.noteFailedCalls()))
      const noted = (await operators().acts('jay')).filter((act) => act.startsWith('operator.call_failed'))
      assert.equal(noted.length, 1, noted.join('\n'))
    })
  })
})
