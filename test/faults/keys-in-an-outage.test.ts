// What a person says once and hangs up is heard, though the database was away: the carrier does not tell it again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { hearGateKeys } from '../support/phone-helpers.ts'
import { startFleet } from './fleet.ts'
import { eventually } from './waiting.ts'

test('keys that came while the database was away', { skip: withoutPostgres }, async (t) => {
  const all = await startFleet(t, {
    instances: 1,
    // Slow enough that nobody is given up for silent while the others are still being called.
    speed: 2,
    phoneTimeoutMs: 25_000,
    settings: { GATE: 'on', LIMIT_PER_PREFIX: 'off' },
  })
  const { phones, client, proxy, webhooks } = all

  const asked = async (wanted: object) => {
    const phone = phones.phone(nextNumber())
    const { id, display_code } = await client().create({ to: phone.number, ...wanted })
    await phone.answers()
    await phone.hears(/press 1|press 9|on your screen/)
    return { id, phone, code: display_code ?? '' }
  }
  const [report, approval, refusal, code, reportAtGate, gate, silent] = await Promise.all([
    asked({ flow: 'approve' }),
    asked({ flow: 'approve' }),
    asked({ flow: 'approve' }),
    asked({ flow: 'keypad_code' }),
    asked({ flow: 'send_code', fallback: ['sms'] }),
    asked({ flow: 'send_code' }),
    asked({ flow: 'approve' }),
  ])
  const { right } = await hearGateKeys(gate.phone)

  await proxy.refuse()
  const people = [
    { ...report, keys: '9' },
    { ...approval, keys: '1' },
    { ...refusal, keys: '5' },
    { ...code, keys: code.code },
    { ...reportAtGate, keys: '9' },
    { ...gate, keys: right },
  ]
  await Promise.all(
    people.map(async ({ phone, keys }) => {
      await phone.keys(keys)
      await phone.hears(/One moment, please/)
      await phone.hangsUp()
    }),
  )
  await silent.phone.hears(/One moment, please/)
  const ends = () => webhooks.filter(({ path, status }) => path.endsWith('/status') && status < 300).length
  await eventually('the ends of the calls to be told', async () => ends() >= people.length)
  await proxy.accept()
  await silent.phone.hears(/press 1/)
  await silent.phone.keys('1')

  const outcome = (id: string) =>
    eventually('an outcome', async () => {
      const { status, reason } = await client()
        .get(id)
        .catch(() => ({ status: 'pending', reason: null }))
      return status === 'pending' ? null : `${status} ${reason}`
    })
  assert.equal(await outcome(silent.id), 'approved key_pressed', 'a person who stayed is asked again')
  assert.equal(await outcome(report.id), 'denied fraud_reported')
  assert.equal(await outcome(approval.id), 'approved key_pressed')
  assert.equal(await outcome(refusal.id), 'denied rejected')
  assert.equal(await outcome(code.id), 'approved code_matched')
  assert.equal(await outcome(reportAtGate.id), 'denied fraud_reported')
  assert.deepEqual(reportAtGate.phone.messages, [], 'no text follows a report')
  assert.equal(await outcome(gate.id), 'undelivered hung_up', 'a code that nobody stayed to hear was not delivered')
  assert.deepEqual(phones.violations, [])
})
