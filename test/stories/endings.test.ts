// What ends a challenge from outside: time, and voicemail. Neither changes an outcome that is there already.

import assert from 'node:assert/strict'
import { withoutPostgres } from '../support/fresh-database.ts'
import { hearCode, hearGateKeys, openGate } from '../support/phone-helpers.ts'
import { runOut } from './later.ts'
import { type Case, stage, type World } from './story.ts'

const story = stage()
const listening = stage({ detectVoicemail: true })
const ungated = stage({ detectVoicemail: true, policy: { gate: false, drawnKey: false } })

const runsOut = ({ server }: World, { id }: Case) => runOut(server, id)

const EXPIRES = { skip: withoutPostgres }

for (const flow of ['send_code', 'keypad_code', 'approve']) {
  story(
    `${flow}: time runs out while it rings, and the phone falls silent`,
    async (world) => {
      const login = await world.verify({ flow })
      await login.phone.rings()
      await runsOut(world, login)
      await world.server.challenges.reconcile()
      assert.equal(await login.phone.ends(), 'canceled')
      await login.ends('expired', 'expired')
      assert.deepEqual(await login.results(), ['canceled'])
    },
    EXPIRES,
  )

  story(
    `${flow}: time runs out during the call, and the next key is too late`,
    async (world) => {
      const login = await world.verify({ flow })
      await login.phone.answers()
      await login.phone.hears(/press \d|Enter/)
      await runsOut(world, login)
      await login.phone.keys(flow === 'keypad_code' ? login.created.display_code : flow === 'approve' ? '1' : '11')
      assert.equal(await login.phone.ends(), 'completed')
      await login.ends('expired', 'expired')
    },
    EXPIRES,
  )
}

story(
  'the code comes too late',
  async (world) => {
    const login = await world.verify()
    await openGate(login.phone)
    const code = await hearCode(login.phone)
    await runsOut(world, login)
    assert.deepEqual(await login.check(code), { valid: false, status: 'expired', reason: 'expired', attempts_left: 5 })
    await login.ends('expired', 'expired')
    assert.equal((await login.again('sms')).status, 409)
    assert.equal((await login.cancel()).status, 409)
  },
  EXPIRES,
)

for (const flow of ['send_code', 'keypad_code', 'approve']) {
  listening(`${flow}: a voicemail is hung up on, and hears no code`, async ({ verify }) => {
    const login = await verify({ flow })
    await login.phone.goesToVoicemail()
    await login.phone.ends()
    await login.ends('undelivered', 'voicemail')
    assert.doesNotMatch(login.phone.heard, /code is/)
    assert.deepEqual(await login.results(), ['voicemail'])
  })
}

listening('a voicemail is hung up on, and a text is sent', async ({ verify }) => {
  const login = await verify({ fallback: ['sms'] })
  await login.phone.goesToVoicemail()
  await login.phone.receives(/Acme/)
  await login.check(await login.code())
  await login.ends('approved', 'code_matched')
  assert.deepEqual(await login.results(), ['voicemail', 'delivered'])
})

listening(
  'wrong keys do not rule out a voicemail: a greeting that plays tones is hung up on',
  async ({ server, verify }) => {
    const login = await verify()
    await login.phone.answers()
    const { wrong } = await hearGateKeys(login.phone)
    await login.phone.keys(wrong)
    await login.phone.hears(/not one of the keys/)
    const { challenge } = await login.stored()
    const { id, ref } = challenge.deliveries[0]!
    const target = { carrier: 'twilio', locale: 'en-US', challenge: login.id, delivery: id, turn: null } as const
    await server.challenges.handleCarrierEvent(
      { ...target, awaitsDocument: false },
      { type: 'detected', machine: true, refs: [ref!] },
    )
    await login.ends('undelivered', 'voicemail')
  },
)

listening('a person is not taken for a voicemail', async ({ verify }) => {
  const login = await verify()
  await openGate(login.phone)
  await login.check(await hearCode(login.phone))
  await login.ends('approved', 'code_matched')
})

ungated('without the gate a person hears at once who is calling, and the code', async ({ verify }) => {
  const login = await verify()
  await login.phone.answers()
  await login.phone.hears(/^This is Acme\. Your login code is:/)
  await login.check(await login.code())
  await login.ends('approved', 'code_matched')
})

ungated('without the gate a code that a machine recorded is worth nothing', async ({ verify }) => {
  const login = await verify()
  await login.phone.goesToVoicemail()
  await login.phone.ends()
  await login.ends('undelivered', 'voicemail')
  assert.equal((await login.check(await login.code())).valid, false)
})
