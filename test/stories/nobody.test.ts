// Nobody was reached: each way has its own name, and none is a refusal by the person.

import assert from 'node:assert/strict'
import type { Phone } from '../../src/exchange/simulator/phone.ts'
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
  })

  story(`${flow}: no such number, as the company says at once`, async ({ server, verify }) => {
    server.phones.injectFaults({ requests: { refuse: { status: 400, code: 21217 } } })
    const login = await verify({ flow })
    assert.deepEqual([login.created.status, login.created.reason], ['undelivered', 'unreachable'])
    await login.ends('undelivered', 'unreachable')
    assert.equal(login.phone.calls.length, 0)
  })

  story(`${flow}: the company will not call, and there is no other`, async ({ server, verify }) => {
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

  story(`${flow}: canceled while somebody listens, and the line drops`, async ({ verify }) => {
    const login = await verify({ flow })
    await login.phone.answers()
    await login.phone.hears(/press|Enter/)
    await login.cancel()
    assert.equal(await login.phone.ends(), 'completed')
    await login.ends('canceled', 'canceled')
    assert.equal((await login.again('call')).status, 409)
  })
}

const messages: [string, (phone: Phone) => void, string][] = [
  ['to a number that cannot be reached', (phone) => phone.reports('unreachable'), 'unreachable'],
  ['to a landline', (phone) => phone.reports('landline'), 'unreachable'],
]
for (const [name, first, reason] of messages) {
  story(`a message ${name}`, async ({ verify }) => {
    const login = await verify({ channel: 'sms' }, first)
    await login.ends('undelivered', reason)
    assert.deepEqual(await login.results(), [reason])
  })
}

story('the call after a message that failed', async ({ verify }) => {
  const login = await verify({ channel: 'sms', fallback: ['call'] }, (phone) => phone.reports('unreachable'))
  await login.phone.rings()
  await login.phone.saysBusy()
  await login.ends('undelivered', 'busy')
  assert.deepEqual(await login.results(), ['unreachable', 'busy'])
})
