import assert from 'node:assert/strict'
import { test } from 'node:test'
import { APP, NUMBER, twilioApp } from './twilio-app.ts'

const ASK = `<Response><Gather numDigits="1" timeout="8" finishOnKey="" actionOnEmptyResult="true" action="/keys?t=1">
  <Say language="en-US" voice="Polly.Joanna">This is Acme. To approve, press 1.</Say></Gather></Response>`
const BYE = '<Response><Say>Thank you. Goodbye.</Say><Hangup/></Response>'

test('a call rings, is answered, asks, takes a key and says goodbye', async () => {
  const { phone, phones, place, came, received } = twilioApp({ '/answer': ASK, '/keys': BYE })
  const sid = await place()
  const call = await phone.rings()
  assert.equal(call.from, '+12025550199')
  await phone.answers()
  await phone.hears(/This is Acme/)
  await phone.hears(/press 1/)
  await phone.keys('1')
  await phone.hears(/Goodbye/)
  assert.equal(await phone.ends(), 'completed')
  await phones.settled()
  assert.deepEqual(came('/keys', 'Digits'), ['1'])
  assert.deepEqual(came('/keys', 'CallSid'), [sid])
  assert.equal(received.find((one) => one.path === '/keys')?.url, `${APP}/keys?t=1`)
  assert.deepEqual(came('/status', 'CallStatus'), ['initiated', 'ringing', 'in-progress', 'completed'])
  assert.deepEqual(came('/status', 'SequenceNumber'), ['0', '1', '2', '3'])
  assert.deepEqual(phones.violations, [])
})

test('silence posts an empty entry when it was asked for, after the timeout and no sooner', async () => {
  const { phone, phones, place, came, clock } = twilioApp({ '/answer': ASK, '/keys': BYE })
  await place()
  await phone.answers()
  await phone.hears(/press 1/)
  await clock.advance(7999)
  assert.deepEqual(came('/keys', 'Digits'), [])
  await clock.advance(1)
  await phone.ends()
  assert.deepEqual(came('/keys', 'Digits'), [''])
  assert.deepEqual(phones.violations, [])
})

test('without that, silence goes on to the next verb, and the end of the document hangs up', async () => {
  const { phone, place, came, clock } = twilioApp({
    '/answer':
      '<Response><Gather timeout="3" action="/keys"><Say>Press a key.</Say></Gather><Say>Too late.</Say></Response>',
  })
  await place()
  await phone.answers()
  await phone.hears(/Press a key/)
  await clock.advance(3000)
  await phone.hears(/Too late/)
  assert.equal(await phone.ends(), 'completed')
  assert.deepEqual(came('/keys', 'Digits'), [])
})

test('a finish key ends an entry without being part of it', async () => {
  const { phone, place, came, received } = twilioApp({
    '/answer': '<Response><Gather action="/keys"><Say>Your code, then pound.</Say></Gather></Response>',
    '/keys': BYE,
  })
  await place()
  await phone.answers()
  await phone.keys('4815#')
  await phone.ends()
  assert.deepEqual(came('/keys', 'Digits'), ['4815'])
  assert.equal(received.find((one) => one.path === '/keys')?.form.FinishedOnKey, '#')
})

test('keys pressed one after the other keep the line open; the timeout counts from the last', async () => {
  const { phone, place, came, clock } = twilioApp({
    '/answer': '<Response><Gather timeout="5" action="/keys"/></Response>',
    '/keys': BYE,
  })
  await place()
  await phone.answers()
  await phone.keys('4')
  await clock.advance(4000)
  await phone.keys('8')
  await clock.advance(4999)
  assert.deepEqual(came('/keys', 'Digits'), [])
  await clock.advance(1)
  await phone.ends()
  assert.deepEqual(came('/keys', 'Digits'), ['48'])
})

test('a key interrupts what is being said, and speech takes its time', async () => {
  const { phone, place, clock } = twilioApp(
    {
      '/answer': `<Response><Gather numDigits="1" finishOnKey="" action="/keys"><Say>One. Two. Three.</Say></Gather></Response>`,
      '/keys': BYE,
    },
    { speed: 1 },
  )
  await place()
  await clock.advance(900)
  await phone.answers()
  await phone.hears(/One/)
  assert.doesNotMatch(phone.heard, /Two/)
  await clock.advance(4 * 65)
  await phone.hears(/Two/)
  await phone.keys('1')
  await phone.hears(/Thank you/)
  assert.doesNotMatch(phone.heard, /Three/)
})

test('a redirect is followed, with the method it names', async () => {
  const { phone, phones, place, received } = twilioApp({
    '/answer': '<Response><Redirect method="GET">/next?x=1</Redirect></Response>',
    '/next': BYE,
  })
  await place()
  await phone.answers()
  await phone.hears(/Goodbye/)
  await phone.ends()
  const next = received.find((one) => one.path === '/next')
  assert.equal(next?.form.CallStatus, 'in-progress')
  assert.equal(next?.form.x, '1')
  assert.deepEqual(phones.violations, [])
})

const endings = [
  ['busy', 'busy', '486'],
  ['decline', 'busy', '603'],
  ['unreachable', 'failed', '480'],
  ['no_such_number', 'failed', '404'],
  ['no_answer_at_once', 'no-answer', undefined],
  ['carrier_failed', 'failed', '503'],
] as const

for (const [behaviour, status, sip] of endings) {
  test(`a phone that is set to ${behaviour} ends the call as ${status}`, async () => {
    const { phone, phones, place, received } = twilioApp()
    phone.will(behaviour)
    await place()
    await phone.ends()
    await phones.settled()
    const last = received.at(-1)?.form
    assert.equal(last?.CallStatus, status)
    assert.equal(last?.SipResponseCode, sip)
    assert.equal(last?.CallDuration, undefined)
    assert.equal(
      received.some((one) => one.path === '/answer'),
      false,
    )
  })
}

test('a phone left ringing is given up after the ring timeout', async () => {
  const { phone, phones, place, came, clock } = twilioApp()
  await place({ Timeout: '25' })
  await phone.ignores()
  await clock.advance(24_999)
  assert.equal(phone.calls.at(-1)?.state, 'ringing')
  await clock.advance(1)
  assert.equal(await phone.ends(), 'no_answer')
  await phones.settled()
  assert.equal(came('/status', 'CallStatus').at(-1), 'no-answer')
})

test('with a wait factor a phone rings on, and a gather waits, so many times longer', async () => {
  const { phone, place, came, clock } = twilioApp({ '/answer': ASK, '/keys': BYE }, { waitFactor: 3 })
  await place({ Timeout: '25' })
  await phone.ignores()
  await clock.advance(74_999)
  assert.equal(phone.calls.at(-1)?.state, 'ringing')
  await clock.advance(1)
  assert.equal(await phone.ends(), 'no_answer')
  await place()
  await phone.answers()
  await phone.hears(/press 1/)
  await clock.advance(23_999)
  assert.deepEqual(came('/keys', 'Digits'), [])
  await clock.advance(1)
  await phone.ends()
  assert.deepEqual(came('/keys', 'Digits'), [''])
})

test('a call is cut at its time limit', async () => {
  const { phone, phones, place, received, clock } = twilioApp(
    { '/answer': '<Response><Pause length="600"/></Response>' },
    { speed: 1 },
  )
  await place({ TimeLimit: '90' })
  await clock.advance(900)
  await phone.answers()
  await clock.advance(90_000)
  assert.equal(await phone.ends(), 'completed')
  await phones.settled()
  assert.equal(received.at(-1)?.form.CallDuration, '90')
})

test('a second call to a phone that is in use finds it busy', async () => {
  const { phone, phones, place, came } = twilioApp({ '/answer': ASK })
  await place()
  await phone.answers()
  await place()
  await phones.settled()
  assert.equal(came('/status', 'CallStatus').at(-1), 'busy')
  assert.equal(phone.calls[0]?.state, 'answered')
})

test('hanging up ends the call and nothing more is fetched', async () => {
  const { phone, phones, place, came, clock } = twilioApp({ '/answer': ASK, '/keys': BYE })
  await place()
  await phone.answers()
  await phone.hears(/press 1/)
  await phone.hangsUp()
  await clock.advance(60_000)
  await phones.settled()
  assert.deepEqual(came('/keys', 'Digits'), [])
  assert.equal(came('/status', 'CallStatus').at(-1), 'completed')
})

test('a phone that waits in vain tells what it has heard so far', async () => {
  const { phone, phones, place } = twilioApp({ '/answer': ASK }, { phoneTimeoutMs: 20 })
  await place()
  // What has come already is not waited for, however slow the machine is.
  await phones.settled()
  await phone.answers()
  await phones.settled()
  await phone.hears(/Acme/)
  await assert.rejects(phone.hears(/Your code is/), /waited 20 ms to hear .*Your code is[\s\S]*said: This is Acme\./)
  await assert.rejects(
    twilioApp({}, { phoneTimeoutMs: 20 }).phone.rings(),
    new RegExp(`\\${NUMBER}.*[\\s\\S]*No call has come`),
  )
})

test('keys meant for two gathers in a row each reach their own', async () => {
  const { phone, place, came } = twilioApp({
    '/answer': '<Response><Gather numDigits="1" action="/first"/></Response>',
    '/first': '<Response><Gather numDigits="2" action="/second"/></Response>',
    '/second': BYE,
  })
  await place()
  await phone.answers()
  await phone.keys('481')
  await phone.ends()
  assert.deepEqual([came('/first', 'Digits'), came('/second', 'Digits')], [['4'], ['81']])
})
