// Each of two instances knows a call as it last saved it, and the carrier's webhooks go now to one and now to the other. So
// one of them decides on a record that the other has changed, or that time has.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Flow } from '../../src/client/client.ts'
import { deriveGate } from '../../src/domain/one-time-codes.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { SECRET, startFleet } from './fleet.ts'
import { eventually } from './waiting.ts'

describe('a record that is known and stale', { skip: withoutPostgres }, () => {
  test('decides nothing', async (t) => {
    let at = 0
    const all = await startFleet(t, {
      instances: 2,
      // To the instances speech takes as long as in life, so keys pressed at once are early.
      settings: { EXCHANGE_SPEED: '1' },
      sendWebhook: (request) => {
        const { pathname, search } = new URL(request.url)
        return fetch(new Request(all.instances[at]!.url + pathname + search, request))
      },
    })
    const [first, second] = all.instances
    const read = (id: string) => all.client(second).get(id)

    /** A call that the first instance has placed and answered. */
    async function answeredCall(flow: Flow) {
      at = 0
      const phone = all.phones.phone(nextNumber())
      const challenge = await all.client(first).create({ to: phone.number, flow })
      await phone.answers()
      await eventually('the answer', async () => (await read(challenge.id)).deliveries[0]!.state === 'answered')
      return { phone, challenge }
    }

    await t.test('keys of a turn that another instance has begun count', async () => {
      const { phone, challenge } = await answeredCall('keypad_code')
      await phone.hears(/digit code/)
      at = 1
      await phone.keys(challenge.display_code === '111111' ? '222222' : '111111')
      await phone.hears(/not/)
      at = 0
      await phone.keys(challenge.display_code!)
      assert.equal(await phone.ends(), 'completed')
      const { reason, attempts_left } = await read(challenge.id)
      assert.deepEqual([reason, attempts_left], ['code_matched', 4])
    })

    await t.test('a key after a cancel through another instance approves nothing', async () => {
      const { phone, challenge } = await answeredCall('approve')
      await phone.hears(/press 1/)
      const key = phone.keys('1')
      await all
        .client(second)
        .cancel(challenge.id)
        .catch(() => {})
      await key
      await phone.ends()
      const { status, reason } = await read(challenge.id)
      const ledger = await all.database.query<{ type: string }>(
        'select type from challenge_events where challenge_id = $1 order by version',
        [challenge.id],
      )
      const decided = ledger.map(({ type }) => type).filter((type) => type === 'canceled' || type === 'dtmf_received')
      assert.equal(decided.length, 1)
      assert.deepEqual(
        [status, reason],
        decided[0] === 'canceled' ? ['canceled', 'canceled'] : ['approved', 'key_pressed'],
      )
    })

    await t.test('a key after the time is over approves nothing', async () => {
      const { phone, challenge } = await answeredCall('approve')
      await phone.hears(/press 1/)
      await all.database.query(`update challenges set expires_at = now() where id = $1`, [challenge.id])
      await phone.keys('1')
      await phone.ends()
      assert.equal((await read(challenge.id)).status, 'expired')
    })

    await t.test('keys that are early by the clock of the instance alone open the gate', async () => {
      const { phone, challenge } = await answeredCall('send_code')
      await all.database.query(
        `update challenges set deliveries = jsonb_set(deliveries, '{-1,progress,turnStartedAt}',
          '"2026-01-01T00:00:00.000Z"') where id = $1`,
        [challenge.id],
      )
      await phone.keys(deriveGate(SECRET, challenge.deliveries[0]!.id as `dlv_${string}`))
      await phone.hears(/code is/)
      await phone.hangsUp()
    })
    assert.deepEqual(all.phones.violations, [])
  })
})
