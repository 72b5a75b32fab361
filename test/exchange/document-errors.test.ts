import assert from 'node:assert/strict'
import { test } from 'node:test'
import { xmlResponse } from './recording-app.ts'
import { APP, twilioApp } from './twilio-app.ts'

const OK = '<Response><Say>Still here.</Say></Response>'
const BROKEN: [why: string, answer: () => Response, code: string][] = [
  ['answers with 500', () => new Response('oops', { status: 500 }), '11200'],
  ['redirects', () => new Response(null, { status: 302, headers: { location: '/other' } }), '11200'],
  ['answers with JSON', () => Response.json({}), '12300'],
  ['answers with no content type', () => new Response(new TextEncoder().encode(OK)), '12300'],
  ['answers with 64 kB', () => xmlResponse(`<Response><!--${'x'.repeat(65_536)}--></Response>`), '11750'],
  ['answers with broken XML', () => xmlResponse('<Response>'), '12100'],
  ['answers with an unknown verb', () => xmlResponse('<Response><Dance/></Response>'), '12200'],
]

for (const [why, answer, code] of BROKEN) {
  test(`an app that ${why} is a fault; the call goes to the fallback, which is told why`, async () => {
    const { phone, phones, place, received } = twilioApp({ '/answer': answer, '/fallback': OK })
    const sid = await place({ FallbackUrl: `${APP}/fallback` })
    await phone.answers()
    await phone.hears(/Still here/)
    assert.equal(await phone.ends(), 'completed')
    const asked = received.find((one) => one.path === '/fallback')?.form
    assert.equal(asked?.ErrorCode, code)
    assert.equal(asked?.ErrorUrl, `${APP}/answer?d=1`)
    assert.deepEqual(
      phones.violations.map((fault) => [fault.code, fault.callId]),
      [[Number(code), sid]],
    )
  })
}

test('without a fallback the person hears an apology and the line drops', async () => {
  const { phone, phones, place, came } = twilioApp({ '/answer': () => new Response('oops', { status: 500 }) })
  await place()
  await phone.answers()
  await phone.hears(/application error/)
  assert.equal(await phone.ends(), 'application_error')
  await phones.settled()
  assert.equal(came('/status', 'CallStatus').at(-1), 'completed')
  assert.equal(phones.violations.length, 1)
})

test('a fallback that fails too is a second fault', async () => {
  const { phone, phones, place } = twilioApp({
    '/answer': () => new Response('oops', { status: 500 }),
    '/fallback': 'no',
  })
  await place({ FallbackUrl: `${APP}/fallback` })
  await phone.answers()
  assert.equal(await phone.ends(), 'application_error')
  assert.deepEqual(
    phones.violations.map((fault) => fault.code),
    [11200, 12100],
  )
})

test('an app that does not answer is given 15 seconds', async () => {
  const { phone, phones, place, clock } = twilioApp({
    '/answer': () => new Promise<Response>(() => {}),
    '/fallback': OK,
  })
  await place({ FallbackUrl: `${APP}/fallback` })
  await phone.answers()
  await clock.advance(14_999)
  assert.equal(phones.violations.length, 0)
  await clock.advance(1)
  await phone.hears(/Still here/)
  assert.equal(phones.violations[0]?.code, 11205)
})

test('a status callback that is refused is a fault, and the call goes on', async () => {
  const { phone, phones, place } = twilioApp({ '/answer': OK, '/status': () => new Response('no', { status: 403 }) })
  await place()
  await phone.answers()
  assert.equal(await phone.ends(), 'completed')
  await phones.settled()
  assert.equal(phones.violations.length, 4)
})

test('detection beside the call reports a machine after it was answered', async () => {
  const { phone, phones, place, received } = twilioApp({ '/answer': OK })
  await place({ MachineDetection: 'Enable', AsyncAmd: 'true', AsyncAmdStatusCallback: `${APP}/amd` })
  await phone.goesToVoicemail()
  await phone.ends()
  await phones.settled()
  const amd = received.find((one) => one.path === '/amd')?.form
  assert.equal(amd?.AnsweredBy, 'machine_start')
  assert.equal(amd?.CallStatus, undefined)
  assert.equal(received.find((one) => one.path === '/answer')?.form.AnsweredBy, undefined)
})

test('detection before the call holds the document back until it knows', async () => {
  const { phone, place, came, clock } = twilioApp({ '/answer': OK }, { speed: 1 })
  await place({ MachineDetection: 'Enable' })
  await clock.advance(900)
  await phone.answers()
  await clock.advance(1500)
  assert.deepEqual(came('/answer', 'AnsweredBy'), [])
  await clock.advance(200)
  assert.deepEqual(came('/answer', 'AnsweredBy'), ['human'])
})

test('an extension is dialled before the document is fetched, and switches detection off', async () => {
  const { phone, phones, place, received } = twilioApp({ '/answer': OK })
  await place({
    SendDigits: 'ww123',
    MachineDetection: 'Enable',
    AsyncAmd: 'true',
    AsyncAmdStatusCallback: `${APP}/amd`,
  })
  const call = await phone.answers()
  await phone.ends()
  await phones.settled()
  assert.match(call.transcript[0]?.text ?? '', /ww123/)
  assert.equal(
    received.some((one) => one.path === '/amd'),
    false,
  )
})
