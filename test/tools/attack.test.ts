// A small replay of the attack: npm run attack has the whole one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ATTACKS, type AttackName } from '../../tools/attack/attack-plan.ts'
import { replayAttack } from '../../tools/attack/replay-attack.ts'
import { withoutPostgres } from '../support/fresh-database.ts'

const SEED = 7
/** Enough for 24 calls to each prefix. What may be open in a region is scaled too: 40. */
const SCALE = 0.4

test('an attack is stopped within 20 calls a prefix beside honest logins, and record names the same', {
  skip: withoutPostgres,
  timeout: 600_000,
}, async () => {
  const enforced = await replayAttack('enforce', SEED, SCALE)
  const recorded = await replayAttack('record', SEED, SCALE)
  assert.equal(enforced.mostPerPrefix, 20)
  const begun = (name: AttackName) => enforced.totals[name].begun
  assert.deepEqual(
    {
      neighbours: begun('neighbours'),
      expensive: begun('expensive'),
      canceled: begun('canceled'),
      token: begun('token'),
    },
    { neighbours: 6, expensive: 40, canceled: 20, token: 20 },
  )
  assert.equal(begun('spread'), 40)
  assert.equal(begun('premium'), 0)
  for (const { totals, honest } of [enforced, recorded]) {
    assert.equal(totals.honest.begun, totals.honest.asked)
    assert.equal(honest.verified, honest.wanted)
    assert.equal(totals.honest.named, 0)
  }
  for (const name of Object.keys(ATTACKS) as AttackName[])
    if (name !== 'premium') assert.equal(recorded.totals[name].begun, recorded.totals[name].asked, name)
  assert.deepEqual(recorded.named, enforced.named)
  assert.ok(enforced.named.length > 50)
  const [bill, whole] = [enforced, recorded].map(({ points }) => points.at(-1)!.attackCost)
  assert.ok(bill! < 60 && whole! > bill!, `$${bill} of $${whole}`)
})
