// Key 9 on one instance while two of them are asked for more, at every pair of secrets that a rotation puts side by side:
// what was begun before the report ends, and nothing begins after it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { openSideBySide } from './side-by-side.ts'

const OLD = 'the old secret of two instances that is long enough'
const NEW = 'the new secret of two instances that is long enough'
const PAIRS = [
  [[OLD], [OLD]],
  [[OLD], [OLD, NEW]],
  [
    [OLD, NEW],
    [NEW, OLD],
  ],
  [[NEW], [NEW, OLD]],
] as const
const CREATIONS = 24

test('what races with a report ends, and what follows it is refused, on both instances', {
  skip: withoutPostgres,
  timeout: 120_000,
}, async (t) => {
  const { url, phones, startWith, ask, settled } = await openSideBySide(t)

  async function create(on: number, body: object): Promise<{ status: number; code: string | undefined }> {
    const response = await ask(on % 2, '/v1/challenges', body)
    return { status: response.status, code: ((await response.json()) as { code?: string }).code }
  }

  for (const [index, lists] of PAIRS.entries()) {
    await startWith(lists)
    const to = nextNumber()
    assert.equal((await create(0, { to, flow: 'approve' })).status, 201)
    const phone = phones.phone(to)
    await phone.answers()
    const some = () => Promise.all(Array.from({ length: CREATIONS }, (_, on) => create(on, { to, channel: 'sms' })))
    const [before, , after] = await Promise.all([some(), phone.keys('9'), some()])
    const answers = [...before, ...after]
    for (const { status, code } of answers)
      assert.ok(status === 201 || code === 'number_blocked', `pair ${index}: ${status} ${code}`)
    for (let rest = 0; rest < 2; rest++) await settled()
    const rows = await queryOnce(
      url,
      'select status, reason, count(*)::int from challenges where "to" = $1 group by 1, 2',
      [to],
    )
    const created = 1 + answers.filter(({ status }) => status === 201).length
    assert.deepEqual([...rows], [{ status: 'denied', reason: 'fraud_reported', count: created }], `pair ${index}`)
    for (const on of [0, 1])
      assert.equal((await create(on, { to, channel: 'sms' })).code, 'number_blocked', `pair ${index}`)
  }
})
