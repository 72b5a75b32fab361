// What an operator who is signed in signs in by: an app, a phone or both; and what the audit log has of every proof that failed.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { codeFor, wrongCodeFor } from '../factors/authenticator.ts'
import { eventually } from '../faults/waiting.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { factorOn, factorsOn, passwordOf, secretOn, suiteConsole } from './enrolled-operators.ts'

describe('the proofs of an operator', { skip: withoutPostgres }, () => {
  const { pages, operators } = suiteConsole()

  test('a phone is added beside the app by a call, and either signs in from then on', async () => {
    const { browser, number } = await operators().withBoth('ada')
    const { text } = await browser.get('/account?done=phone_added')
    assert.match(text, /role="status">The phone is added/)
    assert.match(text, /Remove the app/)
    assert.match(text, /Remove the phone/)
    assert.ok(!text.includes(number))
    assert.equal((await browser.get('/live')).status, 200, 'the session goes on')
    const choice = (await (await operators().halfWay('ada')).get('/sign-in-code')).text
    assert.match(choice, /The code that it shows/)
    assert.match(choice, /Call me/)
    await operators().byCall('ada', number)
    assert.ok((await operators().acts('ada')).some((act) => act.startsWith('operator.factor_added {"factor": "phone"')))
  })

  test('an app is added beside the phone, and each is removed, but not the last', async () => {
    const { browser } = await operators().withBoth('bob')
    const remove = async (what: 'app' | 'phone', password = passwordOf('bob')) => {
      const { text } = await browser.get('/account')
      const [app, phone] = factorsOn(text)
      return browser.post('/account-remove', { factor: what === 'app' ? app! : phone!, password })
    }
    assert.equal((await remove('app', 'another')).status, 422)
    assert.equal((await remove('app')).location, 'account?done=app_removed')
    const { text } = await browser.get('/account')
    assert.doesNotMatch(text, /Remove the/)
    const [phone] = await pages().phones.list('bob')
    const last = await browser.post('/account-remove', { factor: phone!.id, password: passwordOf('bob') })
    assert.equal(last.status, 422)
    assert.match(last.text, /This is the only one/)
    assert.equal((await pages().phones.list('bob')).length, 1)

    const proposed = await browser.post('/account-authenticator', { password: passwordOf('bob') })
    const [secret, factor] = [secretOn(proposed.text), factorOn(proposed.text)]
    const wrong = await browser.post('/account-authenticator-code', { factor, code: wrongCodeFor(secret, Date.now()) })
    assert.equal(wrong.status, 422)
    assert.ok(!wrong.text.includes(secret.slice(0, 4)))
    const right = { factor, code: codeFor(secret, 0, Date.now()) }
    assert.equal((await browser.post('/account-authenticator-code', right)).location, 'account?done=app_added')
    assert.equal((await remove('phone')).location, 'account?done=phone_removed')
    assert.equal((await pages().phones.list('bob')).length, 0)
    const noted = await operators().acts('bob')
    for (const act of [
      'operator.factor_removed {"factor": "phone", "number": "+1',
      'operator.factor_removed {"factor": "totp"}',
      'operator.factor_added {"factor": "totp"}',
      'operator.code_refused {"reason": "wrong_code"}',
    ])
      assert.ok(
        noted.some((one) => one.startsWith(act)),
        `${act} in ${noted.join('\n')}`,
      )
  })

  test('of two removals at once one is carried out', async () => {
    const { browser } = await operators().withBoth('cy')
    const { text } = await browser.get('/account')
    const answers = await Promise.all(
      factorsOn(text).map((factor) => browser.post('/account-remove', { factor, password: passwordOf('cy') })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [303, 422])
  })

  test('the password is asked for, and a call that fails, or is hung up, adds nothing', async () => {
    const { browser } = await operators().withApp('dan')
    const number = nextNumber()
    const refused = await browser.post('/account-phone', { number, password: 'another' })
    assert.equal(refused.status, 422)
    assert.match(refused.text, /The password is wrong/)
    assert.equal((await browser.post('/account-phone', { number: '12', password: passwordOf('dan') })).status, 422)
    assert.equal((await browser.post('/account-authenticator', { password: passwordOf('dan') })).location, 'account')
    await browser.post('/account-phone', { number, password: passwordOf('dan') })
    assert.match(await browser.open('/account-call-events'), /call-code/)
    assert.equal((await browser.post('/account-call', {})).location, 'account-call', 'nothing was keyed yet')
    assert.equal((await browser.post('/account-call-cancel', {})).location, 'account')
    await pages().server.phones.settled()
    assert.equal((await browser.get('/account-call')).location, 'account')
    assert.equal((await pages().phones.list('dan')).filter(({ status }) => status === 'confirmed').length, 0)
    const other = nextNumber()
    await browser.post('/account-phone', { number: other, password: passwordOf('dan') })
    await pages().server.phones.phone(other).answers()
    await pages().server.phones.phone(other).keys('9#')
    await pages().server.phones.settled()
    const back = await browser.post('/account-call', {})
    assert.equal(back.status, 422)
    assert.match(back.text, /reported with key 9/)
    const noted = await operators().acts('dan')
    for (const reason of ['canceled', 'fraud_reported'])
      assert.equal(noted.filter((act) => act.includes(`"reason": "${reason}"`)).length, 1, noted.join('\n'))
  })

  test('without a session nothing of it is open, nor half way', async () => {
    for (const browser of [pages().browser(), await operators().halfWay('dan')])
      for (const path of ['/account', '/account-call', '/account-call-events'])
        assert.equal((await browser.get(path)).location, 'sign-in', path)
    for (const path of ['/account-phone', '/account-authenticator', '/account-remove', '/account-call'])
      assert.equal(
        (await (await operators().halfWay('dan')).post(path, { password: passwordOf('dan') })).location,
        'sign-in',
        path,
      )
  })

  test('every wrong code and the lock that follows stand in the audit log, a few an hour', async () => {
    const { secret } = await operators().withApp('eve')
    const browser = await operators().halfWay('eve')
    for (let count = 0; count < 30; count++)
      await browser.post('/sign-in-code', { code: wrongCodeFor(secret, Date.now()) })
    const noted = await operators().acts('eve')
    assert.equal(noted.filter((act) => act === 'operator.code_refused {"reason": "wrong_code"}').length, 5)
    assert.equal(noted.filter((act) => act.startsWith('operator.locked {"until": "')).length, 1)
    assert.equal(noted.filter((act) => act.startsWith('operator.code_refused')).length, 20)
    assert.ok(!noted.join().includes(wrongCodeFor(secret, Date.now())))
  })

  test('a call that is refused stands there, and one whose page is left, once', async () => {
    const { browser, number } = await operators().withBoth('flo')
    const left = await operators().halfWay('flo')
    await left.post('/call', {})
    await pages().server.phones.phone(number).declines()
    await pages().server.phones.settled()
    for (let count = 0; count < 3; count++) await pages().server.store.operators.noteFailedCalls()
    const failed = (await operators().acts('flo')).filter((act) => act.startsWith('operator.call_failed'))
    assert.equal(failed.length, 1, failed.join('\n'))
    assert.match(failed[0]!, /"reason": "call_rejected"/)
    await pages().server.challenges.numbers.optOut(number as never, null, { actor: 'cli:test', reason: null })
    const refused = await operators().halfWay('flo')
    assert.equal((await refused.post('/call', {})).status, 422)
    assert.ok((await operators().acts('flo')).some((act) => /^operator\.call_refused .*number_blocked/.test(act)))
    assert.ok(!JSON.stringify(await pages().audit()).includes(number.slice(1)))
    assert.equal((await browser.get('/account')).status, 200)
  })

  test('who knows no password causes an entry an hour for each account, and one for all other names', async () => {
    await pages().add('gus', passwordOf('gus'))
    const browser = pages().browser()
    for (const name of ['gus', 'nobody', 'gus', 'somebody', 'gus', '\0', 'gus'])
      await browser.post('/sign-in', { name, password: 'a guess' })
    const refusals = async () =>
      (await pages().audit())
        .filter(({ action, target }) => action === 'operator.password_refused' && ['gus', ''].includes(target))
        .map(({ actor, target }) => `${actor} ${target}`)
        .toSorted()
    await eventually('both entries', async () => (await refusals()).length >= 2)
    assert.deepEqual(await refusals(), ['visitor ', 'visitor gus'])
    assert.equal(JSON.stringify(await pages().audit()).includes('nobody'), false)
    assert.equal(JSON.stringify(await pages().audit()).includes('a guess'), false)
  })
})
