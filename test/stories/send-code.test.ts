import assert from 'node:assert/strict'
import { hearCode, hearGateKeys, openGate } from '../support/phone-helpers.ts'
import { stage } from './story.ts'

const story = stage()

story('the code is heard, typed, and accepted once', async ({ verify }) => {
  const login = await verify()
  await openGate(login.phone)
  assert.match(
    login.phone.heard,
    /^This is Acme\. To hear your login code, press [2-8], then [2-8]\. If this was not you, press 9\./,
  )
  const code = await hearCode(login.phone)
  assert.equal(code, await login.code())
  const answer = { valid: true, status: 'approved', reason: 'code_matched', attempts_left: 5 }
  assert.deepEqual(await login.check(code), answer)
  await login.ends('approved', 'code_matched')
  assert.equal((await login.check(code)).valid, false)
  await login.ends('approved', 'code_matched')
})

story('no digit of the code is in any document before both keys', async ({ server, verify, calm, pass }) => {
  const login = await verify({ code_length: 8 })
  await login.phone.answers()
  const { right } = await hearGateKeys(login.phone)
  await login.phone.keys('*')
  await pass(8)
  await hearGateKeys(login.phone)
  await login.phone.keys(right.charAt(0))
  await calm()
  const documents = () => server.phones.httpLog.filter(({ callId }) => callId === login.phone.calls[0]?.id)
  const before = documents()
  assert.ok(before.length > 2)
  const [one, two, three] = await login.code()
  const firstDigits = new RegExp(
    `${one}[^\\d]{1,40}(\\d+ms[^\\d]{1,40})?${two}[^\\d]{1,40}(\\d+ms[^\\d]{1,40})?${three}`,
  )
  for (const { answer } of before) {
    assert.doesNotMatch(answer ?? '', /code is/)
    assert.doesNotMatch(answer ?? '', firstDigits)
  }
  await login.phone.keys(right.charAt(1))
  await hearCode(login.phone)
  assert.ok(
    documents().some(({ answer }) => firstDigits.test(answer ?? '')),
    'the pattern finds the digits where they are spoken',
  )
  await login.phone.hangsUp()
  await login.stays()
})

story('star reads the code again, another key too, and silence says goodbye', async ({ verify, pass }) => {
  const login = await verify()
  await openGate(login.phone)
  for (const key of ['*', '7']) {
    await login.phone.hears(/press star/)
    await login.phone.keys(key)
  }
  await login.phone.hears(/press star/)
  await pass(4)
  await login.phone.hears(/Goodbye/)
  assert.equal(await login.phone.ends(), 'completed')
  await login.stays()
  assert.deepEqual(await login.results(), ['delivered'])
})

story('a person who has heard the code and hangs up may still type it', async ({ verify }) => {
  const login = await verify()
  await openGate(login.phone)
  await login.phone.hears(/code is/)
  await login.phone.hangsUp()
  await login.stays()
  await login.check(await login.code())
  await login.ends('approved', 'code_matched')
})

story('one wrong gate is explained, and a second ends the call', async ({ verify }) => {
  const login = await verify()
  await login.phone.answers()
  const { wrong } = await hearGateKeys(login.phone)
  await login.phone.keys(wrong)
  await login.phone.hears(/Sorry, that was not one of the keys\. To hear your login code, press \d, then \d/)
  await login.phone.keys(wrong)
  await login.phone.hears(/We did not get an answer\. Goodbye\./)
  await login.ends('undelivered', 'no_input')
  assert.doesNotMatch(login.phone.heard, /code is/)
})

story('after one wrong gate the right one opens the code', async ({ verify }) => {
  const login = await verify()
  await login.phone.answers()
  const { right, wrong } = await hearGateKeys(login.phone)
  await login.phone.keys(wrong)
  await login.phone.hears(/not one of the keys/)
  await login.phone.keys(right)
  assert.equal(await hearCode(login.phone), await login.code())
  await login.phone.hangsUp()
  await login.stays()
})

for (const [name, half] of [
  ['its first key alone', (gate: string) => gate.charAt(0)],
  ['its second key alone', (gate: string) => gate.charAt(1)],
] as const) {
  story(`${name} does not open the gate`, async ({ verify, pass }) => {
    const login = await verify()
    await login.phone.answers()
    await login.phone.keys(half((await hearGateKeys(login.phone)).right))
    await pass(8)
    await login.phone.hears(/not one of the keys/)
    assert.doesNotMatch(login.phone.heard, /code is/)
    await login.phone.hangsUp()
    await login.endsHungUp()
  })
}

story('silence at the gate is explained, twice, and then the call ends', async ({ verify, pass }) => {
  const login = await verify()
  await login.phone.answers()
  for (let turn = 0; turn < 2; turn++) {
    await hearGateKeys(login.phone)
    await pass(8)
    await login.phone.hears(/we did not hear a key/)
  }
  await hearGateKeys(login.phone)
  await pass(8)
  await login.phone.hears(/We did not get an answer\. Goodbye\./)
  await login.ends('undelivered', 'no_input')
})

for (const keys of ['9', '99', '49', '94']) {
  story(`${keys} at the gate reports a fraud`, async ({ verify, pass }) => {
    const login = await verify({ scope: 'transfer' })
    const call = await login.phone.answers()
    const untilReport = keys.indexOf('9') + 1
    await login.phone.keys(keys.slice(0, untilReport))
    // The entry is over with the 9: nothing listens to what is pressed after it.
    for (const key of keys.slice(untilReport)) call.press(key)
    await pass(8)
    await login.phone.hears(/stopped\. Goodbye\./)
    await login.ends('denied', 'fraud_reported')
    assert.equal((await login.check(await login.code())).valid, false)
  })
}

story('wrong guesses use up the attempts, and then the right one is worth nothing', async ({ verify }) => {
  const login = await verify()
  await openGate(login.phone)
  const left = []
  for (let guess = 0; guess < 5; guess++) left.push((await login.check(await login.wrongCode())).attempts_left)
  assert.deepEqual(left, [4, 3, 2, 1, 0])
  await login.ends('denied', 'too_many_attempts')
  assert.equal((await login.check(await login.code())).valid, false)
  assert.equal((await login.again('call')).status, 409)
})

story('of many guesses at once none exceeds the budget', async ({ verify }) => {
  const login = await verify()
  await openGate(login.phone)
  const wrong = await login.wrongCode()
  const answers = await Promise.all(Array.from({ length: 20 }, () => login.check(wrong)))
  assert.deepEqual(new Set(answers.map(({ attempts_left }) => attempts_left)), new Set([4, 3, 2, 1, 0]))
  await login.ends('denied', 'too_many_attempts')
})

story('the right code sent ten times at once is valid once', async ({ verify }) => {
  const login = await verify()
  await openGate(login.phone)
  const code = await login.code()
  const answers = await Promise.all(Array.from({ length: 10 }, () => login.check(code)))
  assert.equal(answers.filter(({ valid }) => valid).length, 1)
  await login.ends('approved', 'code_matched')
})

story('called again, it is the same code and the same budget', async ({ verify, calm }) => {
  const login = await verify()
  await openGate(login.phone)
  const first = await hearCode(login.phone)
  await login.check(await login.wrongCode())
  assert.equal((await login.again('call')).status, 409, 'while on the line')
  await login.phone.hangsUp()
  await calm()
  const { status, json } = await login.again('call')
  assert.equal(status, 201)
  assert.equal(json.attempts_left, 4)
  assert.deepEqual(json.deliveries.map(({ state }) => state).slice(0, 1), ['ended'])
  await openGate(login.phone)
  assert.equal(await hearCode(login.phone), first)
  await login.check(first)
  await login.ends('approved', 'code_matched')
  assert.equal(login.phone.calls.length, 2)
})

story('a text after the call brings the same code', async ({ verify, calm }) => {
  const login = await verify()
  await openGate(login.phone)
  await hearCode(login.phone)
  await login.phone.hangsUp()
  await calm()
  await login.again('sms')
  const { text } = await login.phone.receives(/Acme/)
  assert.ok(text.includes(await login.code()))
  await login.check(await login.code())
  await login.ends('approved', 'code_matched')
  assert.deepEqual(await login.results(), ['delivered', 'delivered'])
})

story('a text that was sent is superseded by the next, and its code still holds', async ({ verify, calm }) => {
  const login = await verify({ channel: 'sms' }, (phone) => phone.reports('none', 'none'))
  await login.phone.receives()
  await calm()
  assert.equal((await login.again('sms')).status, 201)
  await calm()
  assert.equal((await login.results())[0], 'superseded')
  await login.check(await login.code())
  await login.ends('approved', 'code_matched')
})

story('a busy phone gets a text, where that is the fallback', async ({ verify, server, calm }) => {
  const login = await verify({ fallback: ['sms'] })
  await login.phone.saysBusy()
  await login.phone.receives(/Acme/)
  await calm()
  assert.deepEqual(await login.results(), ['busy', 'delivered'])
  await server.challenges.reconcile()
  await calm()
  assert.equal(login.phone.messages.length, 1)
  await login.check(await login.code())
  await login.ends('approved', 'code_matched')
})

story('a message of the app’s own carries the code', async ({ verify }) => {
  const login = await verify({ message: 'Here is {NAME} with {CODE} for your {SCOPE}', scope: 'card_activation' })
  await openGate(login.phone)
  const sentence = await login.phone.hears(/Here is Acme with.*?for your card activation/)
  assert.equal(sentence.replace(/\D/g, ''), await login.code())
  assert.doesNotMatch(login.phone.heard, /[{}]/)
})
