// A stranger starts a thousand verifications of one number, a hundred at once and all at once, through two instances: its phone
// rings once, and afterwards the owner's own login works.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { hearCode, openGate } from '../support/phone-helpers.ts'
import { openSideBySide } from './side-by-side.ts'

const SECRET = 'the secret of two instances that is long enough'
const STARTS = 1_000

for (const atOnce of [100, STARTS])
  test(`a thousand starts, ${atOnce} at once, make one call, and the owner is called afterwards`, {
    skip: withoutPostgres,
    timeout: 120_000,
  }, async (t) => {
    const { url, phones, startWith, ask, settled } = await openSideBySide(t, {
      LIMIT_PER_NUMBER: '3/10m,5/h,10/d',
      LIMIT_PER_PREFIX: '10/h',
    })
    const instances = await startWith([[SECRET], [SECRET]])
    const to = nextNumber()
    for (let begun = 0; begun < STARTS; begun += atOnce) {
      const answers = await Promise.all(
        Array.from({ length: atOnce }, (_, index) => ask(index % 2, '/v1/challenges', { to })),
      )
      // On a busy machine a statement may come too late to be answered.
      for (const { status } of answers) assert.ok([201, 409, 429, 503].includes(status), String(status))
      assert.ok(answers.filter(({ status }) => status === 201).length <= 1)
    }
    await settled()
    // Where every answer came too late, what was saved is ended, and the next start makes the call.
    for (const { challenges } of instances) await challenges.reconcile()
    await settled()
    assert.ok([201, 409, 429].includes((await ask(0, '/v1/challenges', { to })).status))
    await settled()
    const phone = phones.phone(to)
    assert.equal(phone.calls.length, 1)
    const [live] = await queryOnce(url, 'select count(*)::int from active_calls', [])
    assert.equal(live!.count, 1)

    await phone.declines()
    await settled()
    const started = await ask(0, '/v1/challenges', { to, account: 'the owner' })
    const { id, detail } = (await started.json()) as { id: string; detail?: string }
    assert.equal(started.status, 201, detail)
    await openGate(phone)
    const code = await hearCode(phone)
    const checked = await ask(1, `/v1/challenges/${id}/check`, { code })
    assert.equal(((await checked.json()) as { valid: boolean }).valid, true)
  })
