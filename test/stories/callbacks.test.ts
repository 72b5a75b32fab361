// Callbacks come twice, late, in the wrong order or never, and documents are asked for again. Nothing changes by it.

import assert from 'node:assert/strict'
import type { FaultPatch } from '../../src/exchange/simulator/fault-injection.ts'
import { hearCode, openGate } from '../support/phone-helpers.ts'
import { type Case, stage, type World } from './story.ts'

const story = stage()

const INJECTED: [string, FaultPatch][] = [
  ['status callbacks come twice', { status: { double: true } }],
  ['status callbacks overtake each other', { status: { reorder: true } }],
  ['status callbacks overtake each other, twice', { status: { reorder: true, double: true } }],
  ['status callbacks come late', { status: { delay: 60_000 } }],
  ['status callbacks are lost', { status: { lose: true } }],
  ['documents are asked for twice at once', { documents: { double: true } }],
]

/** What has happened to it, in the ledger's words. */
async function history({ server }: World, { id }: Case): Promise<string[]> {
  return (await server.challenges.ledger(id)).map(({ type }) => type)
}

for (const [name, faults] of INJECTED) {
  story(`${name}: a code is told, typed, and approved once`, async (world) => {
    world.server.phones.injectFaults(faults)
    const login = await world.verify()
    await openGate(login.phone)
    await login.check(await hearCode(login.phone))
    assert.equal(await login.phone.ends(), 'completed')
    assert.equal(login.phone.calls[0]?.hungUpBy, 'app')
    await world.pass(60)
    await login.ends('approved', 'code_matched')
    const happened = await history(world, login)
    assert.equal(happened.filter((type) => type === 'dtmf_received').length, 1)
    assert.equal(new Set(happened).size, happened.length)
    assert.equal(login.phone.calls.length, 1)
  })

  story(`${name}: a refusal is a refusal`, async (world) => {
    world.server.phones.injectFaults(faults)
    const transfer = await world.verify({ flow: 'approve' })
    await transfer.phone.answers()
    await transfer.phone.keys('2')
    await transfer.phone.hears(/refused/)
    await world.pass(60)
    await transfer.ends('denied', 'rejected')
    const happened = await history(world, transfer)
    assert.equal(new Set(happened).size, happened.length)
  })
}

story('callbacks of a call that has ended change nothing', async (world) => {
  const { server, verify, calm } = world
  const login = await verify()
  await login.phone.saysBusy()
  await login.ends('undelivered', 'busy')
  const before = await login.now()
  const call = login.phone.calls[0]!.id
  const callbacks = server.phones.httpLog.filter(({ callId, about }) => callId === call && about.startsWith('status'))
  assert.ok(callbacks.length >= 3)
  for (const { method, url, headers, body } of [...callbacks, ...callbacks.toReversed()]) {
    assert.ok((await server.app.request(url, { method, headers, body })).ok)
  }
  await calm()
  assert.deepEqual(await login.now(), before)
  assert.equal(login.phone.calls.length, 1)
})

story('a gather posted a hundred times is one entry, and gets one document', async (world) => {
  const { server, verify, calm } = world
  const login = await verify()
  await openGate(login.phone)
  await hearCode(login.phone)
  await calm()
  const before = await login.now()
  const gather = server.phones.httpLog.findLast(({ about }) => about === 'gathered keys')!
  const { method, url, headers, body, answer } = gather
  const again = Array.from({ length: 100 }, async () => {
    const response = await server.app.request(url, { method, headers, body })
    return response.text()
  })
  assert.deepEqual(new Set(await Promise.all(again)), new Set([answer]))
  assert.deepEqual(await login.now(), before)
  const happened = await history(world, login)
  assert.equal(happened.filter((type) => type === 'dtmf_received').length, 1)
  await login.phone.hangsUp()
})

story('the first document, asked for a hundred times, is one answered call, and one document', async (world) => {
  const { server, verify } = world
  const login = await verify({ flow: 'keypad_code' })
  await login.phone.answers()
  await login.phone.hears(/Enter/)
  const { method, url, headers, body, answer } = server.phones.httpLog.findLast(({ about }) => about === 'document')!
  const again = Array.from({ length: 100 }, async () =>
    (await server.app.request(url, { method, headers, body })).text(),
  )
  assert.deepEqual(new Set(await Promise.all(again)), new Set([answer]))
  assert.equal((await history(world, login)).filter((type) => type === 'answered').length, 1)
  await login.phone.keys(login.created.display_code)
  await login.ends('approved', 'code_matched')
})

story('a delivery receipt that comes first, and twice, is noted once', async ({ server, verify }) => {
  server.phones.injectFaults({ status: { double: true, reorder: true } })
  const login = await verify({ channel: 'sms', fallback: ['call'] })
  await login.phone.receives(/Acme/)
  await login.stays()
  assert.deepEqual(await login.results(), ['delivered'])
  await server.challenges.reconcile()
  await login.stays()
  assert.equal(login.phone.calls.length, 0)
  await login.check(await login.code())
  await login.ends('approved', 'code_matched')
})
