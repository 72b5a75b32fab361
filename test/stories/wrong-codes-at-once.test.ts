// Fifty wrong codes for one number at once, on two instances and at pairs of secrets that a rotation puts side by side:
// twenty are looked at.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { openSideBySide } from './side-by-side.ts'

const OLD = 'the old secret of two instances that is long enough'
const NEW = 'the new secret of two instances that is long enough'
const PAIRS = [
  [[OLD], [OLD]],
  [
    [OLD, NEW],
    [NEW, OLD],
  ],
] as const
const CHALLENGES = 10
const EACH = 5

test('of fifty at once exactly twenty are looked at', { skip: withoutPostgres, timeout: 60_000 }, async (t) => {
  const { url, startWith, ask, settled } = await openSideBySide(t)
  for (const [index, lists] of PAIRS.entries()) {
    await startWith(lists)
    const to = nextNumber()
    const ids: string[] = []
    for (let made = 0; made < CHALLENGES; made++) {
      const response = await ask(made % 2, '/v1/challenges', { to, channel: 'sms' })
      assert.equal(response.status, 201)
      ids.push(((await response.json()) as { id: string }).id)
    }
    await settled()
    const answers = await Promise.all(
      ids.flatMap((id, place) =>
        Array.from({ length: EACH }, async (_, tries) => {
          const response = await ask((place + tries) % 2, `/v1/challenges/${id}/check`, { code: '000000' })
          assert.equal(response.status, 200)
          return (await response.json()) as { valid: boolean }
        }),
      ),
    )
    assert.ok(answers.every(({ valid }) => !valid))
    const [spent] = await queryOnce(
      url,
      `select sum(5 - attempts_left)::int as count, bool_and(status in ('pending', 'denied')) as honest
        from challenges where "to" = $1`,
      [to],
    )
    assert.deepEqual({ ...spent }, { count: 20, honest: true }, `pair ${index}`)
    const counted = await queryOnce(
      url,
      `select distinct count from failure_counters, challenges where key = 'code:' || number_hash and "to" = $1`,
      [to],
    )
    assert.deepEqual([...counted], [{ count: 20 }], `pair ${index}`)
    for (const on of [0, 1]) assert.equal((await ask(on, '/v1/challenges', { to, channel: 'sms' })).status, 429)
  }
})
