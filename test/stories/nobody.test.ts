// Nobody was reached: each way has its own name, and none is a refusal by the person.

import assert from 'node:assert/strict'
import type { Receipt } from '../../src/exchange/simulator/message.ts'
import { stage } from './story.ts'

const story = stage()
const FLOWS = ['send_code', 'keypad_code', 'approve']

for (const flow of FLOWS) {
  story(`${flow}: busy`, async ({ verify }) => {
    const login = await verify({ flow })
    await login.phone.saysBusy()
    await login.ends('undelivered', 'busy')
    assert.deepEqual(await login.results(), ['busy'])
  })

  story(`${flow}: no answer`, async ({ verify, pass }) => {
    const login = await verify({ flow })
    await login.phone.ignores()
    await pass(25)
    await login.ends('undelivered', 'no_answer')
  })

  story(`${flow}: the call is declined`, async ({ verify }) => {
    const login = await verify({ flow })
    await login.phone.declines()
    await login.ends('undelivered', 'call_rejected')
  })

  story(`${flow}: hung up before a word was said`, async ({ verify, calm }) => {
    const login = await verify({ flow })
    await login.phone.answers()
    await login.phone.hangsUp()
    await calm()
    // When the hang-up overtakes the first document, no turn was open, and no keys are waited for.
    if ((await login.now()).status === 'pending') await login.endsHungUp()
    else await login.ends('undelivered', 'hung_up')
  })

  story(`${flow}: no such number, as the network says`, async ({ verify }) => {
    const login = await verify({ flow }, (phone) => phone.will('no_such_number'))
    await login.ends('undelivered', 'unreachable')
    assert.equal((await login.now()).deliveries[0]!.cause, 'number_unknown')
  })

  story(`${flow}: the phone is switched off, as the network says`, async ({ verify }) => {
    const login = await verify({ flow }, (phone) => phone.will('unreachable'))
    await login.ends('undelivered', 'unreachable')
    assert.equal((await login.now()).deliveries[0]!.cause, 'handset_off')
  })

  story(`${flow}: it never rang, and the network says no more than that nobody answered`, async ({ verify }) => {
    const login = await verify({ flow }, (phone) => phone.will('no_answer_at_once'))
    await login.ends('undelivered', 'unreachable')
    assert.equal((await login.now()).deliveries[0]!.cause, undefined)
  })

  story(`${flow}: no such number, as the carrier answers at once`, async ({ server, verify }) => {
    server.phones.injectFaults({ requests: { refuse: { status: 400, code: 21217 } } })
    const login = await verify({ flow })
    assert.deepEqual([login.created.status, login.created.reason], ['undelivered', 'unreachable'])
    await login.ends('undelivered', 'unreachable')
    assert.equal((await login.now()).deliveries[0]!.cause, 'number_unknown')
    assert.equal(login.phone.calls.length, 0)
  })

  story(`${flow}: the carrier refuses to call, and there is no other`, async ({ server, verify }) => {
    server.phones.injectFaults({ requests: { refuse: { status: 400, code: 21215 } } })
    const login = await verify({ flow })
    assert.deepEqual([login.created.status, login.created.reason], ['undelivered', 'carrier_failed'])
    await login.ends('undelivered', 'carrier_failed')
    assert.equal(login.phone.calls.length, 0)
  })

  story(`${flow}: canceled while it rings, and the phone falls silent`, async ({ verify }) => {
    const login = await verify({ flow })
    const call = await login.phone.rings()
    assert.equal((await login.cancel()).status, 200)
    assert.equal(await login.phone.ends(), 'canceled')
    assert.equal(call.hungUpBy, 'app')
    await login.ends('canceled', 'canceled')
    assert.deepEqual(await login.results(), ['canceled'])
    assert.equal((await login.cancel()).status, 200)
  })

  story(`${flow}: canceled during the call, and the line drops`, async ({ verify }) => {
    const login = await verify({ flow })
    await login.phone.answers()
    await login.phone.hears(/press|Enter/)
    await login.cancel()
    assert.equal(await login.phone.ends(), 'completed')
    await login.ends('canceled', 'canceled')
    assert.equal((await login.again('call')).status, 409)
  })
}

const messages: [string, receipt: Receipt, reason: string, cause: string | undefined][] = [
  ['to a phone that is off', 'unreachable', 'unreachable', 'handset_off'],
  ['to a landline', 'landline', 'unreachable', 'landline'],
  ['that is taken for spam', 'blocked', 'carrier_failed', 'filtered'],
  ['that fails at the carrier', 'carrier_failed', 'carrier_failed', undefined],
]
for (const [name, receipt, reason, cause] of messages) {
  story(`a message ${name}`, async ({ verify, server }) => {
    const login = await verify({ channel: 'sms' }, (phone) => phone.reports(receipt))
    await login.ends('undelivered', reason)
    assert.deepEqual(await login.results(), [reason])
    assert.equal((await login.now()).deliveries[0]!.cause, cause)
    const lines = await server.challenges.ledger(login.id)
    const { why, ...facts } = lines.find(({ type }) => type === 'undelivered')!.facts
    assert.deepEqual(facts, { result: reason, ...(cause && { cause }) })
    assert.match(String(why), /^(failed|undelivered), \d{5}$/)
  })
}

story('the call after a message that failed', async ({ verify }) => {
  const login = await verify({ channel: 'sms', fallback: ['call'] }, (phone) => phone.reports('unreachable'))
  await login.phone.rings()
  await login.phone.saysBusy()
  await login.ends('undelivered', 'busy')
  assert.deepEqual(await login.results(), ['unreachable', 'busy'])
})
