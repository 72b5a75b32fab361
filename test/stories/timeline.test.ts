// Whole calls, and how they are told afterwards: to a program by GET /v1/challenges/:id/timeline, to a person in sentences.

import assert from 'node:assert/strict'
import { hearCode, hearGateKeys, openGate } from '../support/phone-helpers.ts'
import { type Case, sentencesOf, stage, type World } from './story.ts'

const story = stage()

type Told = { type: string; facts: Record<string, unknown>; delivery: string | null; at: string }

async function timelineOf({ server, calm }: World, { id }: Case): Promise<Told[]> {
  await calm()
  const { text, status } = await server.ask('GET', `/v1/challenges/${id}/timeline`)
  assert.equal(status, 200, text)
  return JSON.parse(text).events
}

/** The number of seconds is the exchange's and the database's, which don't agree in a story. */
async function told({ server, calm }: World, { id }: Case): Promise<string[]> {
  await calm()
  const sentences = await sentencesOf(server, id)
  return sentences.map((text) => text.replace(/ after \d+ s( of ringing)?/, ''))
}

const CALLED = [
  'The app asked us to verify the number by a code that is sent to the phone. We asked Twilio to call it.',
  'Twilio took the call.',
]

story('a code that is heard and typed', async (world) => {
  const login = await world.verify()
  await login.phone.rings()
  await world.calm()
  await openGate(login.phone)
  const code = await hearCode(login.phone)
  await login.check(await login.wrongCode())
  await login.check(code)
  await login.ends('approved', 'code_matched')
  assert.deepEqual(await told(world, login), [
    ...CALLED,
    'The phone rang.',
    'The call was answered. We asked for the two keys that open the code.',
    'The right two keys were pressed, so we read the code.',
    'A wrong code was typed on the page. 4 attempts are left.',
    'The right code was typed on the page. We asked Twilio to hang up. The challenge is approved.',
    'The call ended, hung up by us.',
  ])
  const events = await timelineOf(world, login)
  assert.deepEqual(
    events.map(({ type, facts: { ref: _, ...facts } }) => [type, facts]),
    [
      ['created', { flow: 'send_code', channel: 'call', carrier: 'twilio' }],
      ['placed', {}],
      ['ringing', {}],
      ['answered', { phase: 'gate' }],
      ['dtmf_received', { turn: 1, key: 'right', phase: 'code' }],
      ['code_submitted', { right: false, attempts_left: 4 }],
      ['code_submitted', { right: true, hang_up: true, status: 'approved', reason: 'code_matched' }],
      ['ended', { result: 'hung_up' }],
    ],
  )
  const times = events.map(({ at }) => Date.parse(at))
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
  const { deliveries } = await login.now()
  for (const { type, delivery } of events)
    assert.equal(delivery, type === 'code_submitted' ? null : deliveries[0]!.id, type)
})

story('a mailbox', async (world) => {
  const login = await world.verify()
  await login.phone.answers()
  for (let turn = 0; turn < 3; turn++) {
    await hearGateKeys(login.phone)
    await world.pass(8)
  }
  await login.ends('undelivered', 'no_input')
  assert.deepEqual((await told(world, login)).slice(-4), [
    'Nobody pressed a key. We asked again.',
    'Nobody pressed a key. We asked again.',
    'Nobody pressed a key, perhaps a mailbox. We said goodbye. The challenge is undelivered: nobody pressed a key that counts, perhaps since a mailbox had picked up.',
    'The call ended, with the goodbye.',
  ])
})

story('wrong keys at the gate', async (world) => {
  const login = await world.verify()
  await login.phone.answers()
  const { wrong } = await hearGateKeys(login.phone)
  await login.phone.keys(wrong)
  await login.phone.hears(/not one of the keys/)
  await login.phone.keys(wrong)
  await login.ends('undelivered', 'no_input')
  assert.deepEqual((await told(world, login)).slice(-3), [
    'Other keys than the two that open the code were pressed. We asked again.',
    'Other keys than the two that open the code were pressed. We said goodbye. The challenge is undelivered: nobody pressed a key that counts, perhaps since a mailbox had picked up.',
    'The call ended, with the goodbye.',
  ])
})

story('a question that is approved, refused, and reported', async (world) => {
  for (const [key, sentence] of [
    ['1', 'The key that approves was pressed. The challenge is approved.'],
    [
      '5',
      'Another key than the one that approves was pressed, which refuses. The challenge is denied, since the person refused.',
    ],
    [
      '9',
      'The key that reports a fraud was pressed: the person says that it was not them who asked. The challenge is denied, since the person reported a fraud.',
    ],
  ] as const) {
    const payment = await world.verify({ flow: 'approve' })
    await payment.phone.answers()
    await payment.phone.hears(/press 1/)
    await payment.phone.keys(key)
    await payment.phone.ends()
    assert.deepEqual((await told(world, payment)).slice(-3), [
      'The call was answered. We asked for the key that approves.',
      sentence,
      'The call ended, with the goodbye.',
    ])
  }
})

story('a code that is keyed on the phone, wrong and then right', async (world) => {
  const login = await world.verify({ flow: 'keypad_code' })
  await login.phone.answers()
  await login.phone.hears(/Enter/)
  await login.phone.keys(await login.wrongCode())
  await login.phone.hears(/Enter/)
  await login.phone.keys(await login.code())
  await login.ends('approved', 'code_matched')
  assert.deepEqual((await told(world, login)).slice(-4), [
    'The call was answered. We asked for the code on the screen.',
    'A wrong code was keyed. 4 attempts are left. We asked again.',
    'The right code was keyed. The challenge is approved.',
    'The call ended, with the goodbye.',
  ])
})

story('nobody is reached, each in its way', async (world) => {
  for (const [will, ...sentences] of [
    ['busy', 'The line was busy (SIP 486). The challenge is undelivered: the line was busy.'],
    [
      'decline',
      'The call was declined on the phone (SIP 603). The challenge is undelivered: the call was declined on the phone.',
    ],
    [
      'no_such_number',
      'The phone did not ring: the network knows no such number (SIP 404). The challenge is undelivered: the phone could not be reached.',
    ],
  ] as const) {
    const login = await world.verify({}, (phone) => phone.will(will))
    await world.calm()
    assert.deepEqual((await told(world, login)).slice(-1), sentences)
  }
})

story('a carrier that refuses, with its code', async (world) => {
  world.server.phones.injectFaults({ requests: { refuse: { status: 400, code: 21217 } } })
  const login = await world.verify()
  assert.deepEqual((await told(world, login)).slice(-1), [
    "Twilio refused the call, since the number can't be reached: the network knows no such number (HTTP 400, 21217). The challenge is undelivered: the phone could not be reached.",
  ])
})

story('a fallback, and who asked for another', async (world) => {
  const login = await world.verify({ fallback: ['sms'] })
  await login.phone.saysBusy()
  await login.phone.receives(/Acme/)
  await world.calm()
  assert.equal((await login.again('call')).status, 201)
  await login.phone.rings()
  await login.cancel()
  const sentences = await told(world, login)
  for (const sentence of [
    'That had failed, so a message followed. We asked Twilio to text it.',
    'Twilio took the message.',
    'Twilio reported that the message arrived.',
    'On the page a call was asked for. We asked Twilio to call it.',
    'The app canceled it. We asked Twilio to hang up. The challenge is canceled.',
  ])
    assert.ok(sentences.includes(sentence), `${sentence}\n\n${sentences.join('\n')}`)
})
