// Keys that were drawn for a call and come before they can have been heard are a guess: a mailbox whose greeting plays tones
// presses at once.

import assert from 'node:assert/strict'
import { withoutPostgres } from '../support/fresh-database.ts'
import { hearApproveKey, hearCode, hearGateKeys } from '../support/phone-helpers.ts'
import { type Case, stage, type World } from './story.ts'

/** A hundred times slower than a carrier speaks: what a test presses at once comes early, however slow the machine is. */
const SPEED = 0.01
const spoken = stage({ speechSpeed: SPEED, policy: { gate: true, drawnKey: true } })
const SKIPPED = { skip: withoutPostgres }

/** The current turn of the call began so many seconds of speech ago, as another instance has saved it. */
async function listens({ server }: World, { id }: Case, seconds: number): Promise<void> {
  const startedAt = new Date(Date.now() - (seconds / SPEED) * 1000).toISOString()
  await server.query(
    `update challenges set version = version + 1,
      deliveries = jsonb_set(deliveries, '{-1,progress,turnStartedAt}', to_jsonb($2::text)) where id = $1`,
    [id, startedAt],
  )
}

spoken(
  'the right keys at once are a wrong gate, and a second time they end the call',
  async ({ verify }) => {
    const login = await verify()
    await login.phone.answers()
    const { right } = await hearGateKeys(login.phone)
    await login.phone.keys(right)
    await login.phone.hears(/not one of the keys/)
    await login.phone.keys(right)
    await login.phone.hears(/We did not get an answer/)
    await login.ends('undelivered', 'no_input')
    assert.doesNotMatch(login.phone.heard, /code is/)
  },
  SKIPPED,
)

spoken(
  'the right keys open the code once the sentence can have been heard',
  async (world) => {
    const login = await world.verify()
    await login.phone.answers()
    const { right } = await hearGateKeys(login.phone)
    await world.calm()
    await listens(world, login, 3)
    await login.phone.keys(right)
    assert.equal(await hearCode(login.phone), await login.code())
    await login.phone.hangsUp()
    await login.stays()
  },
  SKIPPED,
)

spoken(
  'after one wrong gate the sentence is waited for again',
  async (world) => {
    const login = await world.verify()
    await login.phone.answers()
    const { right, wrong } = await hearGateKeys(login.phone)
    await world.calm()
    await listens(world, login, 3)
    await login.phone.keys(wrong)
    await login.phone.hears(/not one of the keys/)
    await login.phone.keys(right)
    await login.ends('undelivered', 'no_input')
  },
  SKIPPED,
)

for (const [what, flow] of [
  ['after a silence the keys are taken at once: the whole sentence was heard', 'send_code'],
  ['after a silence a drawn key is taken at once: the whole sentence was heard', 'approve'],
] as const)
  spoken(
    what,
    async (world) => {
      const login = await world.verify({ flow })
      await login.phone.answers()
      const key = flow === 'approve' ? await hearApproveKey(login.phone) : (await hearGateKeys(login.phone)).right
      await world.calm()
      await listens(world, login, 11)
      await world.pass(8)
      await login.phone.hears(/did not hear a key/)
      await login.phone.keys(key)
      if (flow === 'approve') return login.ends('approved', 'key_pressed')
      assert.equal(await hearCode(login.phone), await login.code())
      await login.phone.hangsUp()
      await login.stays()
    },
    SKIPPED,
  )

spoken(
  'after a star the keys are taken at once if they were heard before it, and else not',
  async (world) => {
    const login = await world.verify()
    await login.phone.answers()
    const { right } = await hearGateKeys(login.phone)
    await login.phone.keys('*')
    await world.pass(3)
    await world.calm()
    await listens(world, login, 0)
    await login.phone.keys(right)
    await login.phone.hears(/not one of the keys/)
    await world.calm()
    await listens(world, login, 3)
    await login.phone.keys('*')
    await world.pass(3)
    await login.phone.keys(right)
    assert.equal(await hearCode(login.phone), await login.code())
    await login.phone.hangsUp()
    await login.stays()
  },
  SKIPPED,
)

spoken('9 reports fraud however early it is pressed', async ({ verify }) => {
  const login = await verify()
  await login.phone.answers()
  await login.phone.keys('9')
  await login.ends('denied', 'fraud_reported')
})

spoken(
  'a drawn key at once approves nothing and refuses nothing, and a third time it ends the call',
  async ({ verify }) => {
    const transfer = await verify({ flow: 'approve' })
    await transfer.phone.answers()
    const key = await hearApproveKey(transfer.phone)
    await transfer.phone.keys(key)
    await transfer.phone.hears(/not one of the keys/)
    await transfer.phone.keys('1')
    await transfer.stays()
    await transfer.phone.keys(key)
    await transfer.phone.hears(/We did not get an answer/)
    await transfer.ends('undelivered', 'no_input')
  },
  SKIPPED,
)

spoken(
  'a drawn key approves once the sentence can have been heard',
  async (world) => {
    const transfer = await world.verify({ flow: 'approve' })
    await transfer.phone.answers()
    const key = await hearApproveKey(transfer.phone)
    await world.calm()
    await listens(world, transfer, 3)
    await transfer.phone.keys(key)
    await transfer.ends('approved', 'key_pressed')
  },
  SKIPPED,
)

for (const [seconds, outcome] of [
  [0, ['undelivered', 'hung_up']],
  [3, ['approved', 'key_pressed']],
] as const)
  spoken(
    `a drawn key ${seconds} s after the question, posted after the hang-up, is ${outcome[0]}`,
    async (world) => {
      world.server.phones.injectFaults({ documents: { keysAfterEnd: true } })
      const transfer = await world.verify({ flow: 'approve' })
      await transfer.phone.answers()
      const key = await hearApproveKey(transfer.phone)
      await world.calm()
      await listens(world, transfer, seconds)
      await transfer.phone.keys(key)
      await transfer.phone.hangsUp()
      await transfer.ends(outcome[0], outcome[1])
    },
    SKIPPED,
  )
