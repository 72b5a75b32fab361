// Of numbers that differ only in their last four digits: after 20 deliveries with less than one in five verified none begins
// any more, at the boundary, at once, and on two databases' connections.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { E164 } from '../../src/domain/challenge.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import type { Database } from '../../src/store/database.ts'
import { numberRuleStore } from '../../src/store/number-rules.ts'
import { type PrefixQuestion, prefixTrafficStore } from '../../src/store/prefix-traffic.ts'
import { onEachDatabase } from './each-database.ts'
import { aChallenge, aCreation, anAct, aRequest, NO_RULES } from './samples.ts'

let prefixes = 0
const nextPrefix = () => `+187655${++prefixes}`

type Modes = Pick<PrefixQuestion, 'conversion' | 'neighbours'>
const ENFORCED: Modes = { conversion: 'enforce', neighbours: 'off' }

/** `begun`, `refused`, or `recorded`: begun though a rule that only records stands against it. */
async function start(database: Database, prefix: string, suffix: number, modes = ENFORCED, keys: string[] = []) {
  const request = { ...aRequest(), to: `${prefix}${String(suffix).padStart(4, '0')}` as E164 }
  const begins = {
    rules: { ...NO_RULES, keys },
    owner: [],
    consume: [],
    locks: [],
    hold: [],
    prefix: { prefix, region: 'JM', suffix, ...modes },
  }
  const inserted = await challengeStore(database).insert(
    { challenge: aChallenge(), request, expiresIn: 300, idempotency: null, slot: null },
    { ...aCreation, begins },
  )
  assert.ok(typeof inserted === 'object', String(inserted))
  if ('record' in inserted) return inserted.block ? 'recorded' : 'begun'
  assert.ok('prefix' in inserted && inserted.prefix === prefix)
  return 'refused'
}

/** Far apart, so that none is another's neighbour. */
const apart = (index: number) => (index * 97) % 10_000

async function startMany(database: Database, prefix: string, count: number, from = 0): Promise<string[]> {
  const results = []
  for (let index = from; index < from + count; index++) results.push(await start(database, prefix, apart(index)))
  return results
}

const begun = (results: string[]) => results.filter((one) => one === 'begun').length

onEachDatabase((database) => {
  describe('the traffic to a prefix', () => {
    test('is stopped after 20 deliveries of which none was verified, and another prefix is not', async () => {
      const prefix = nextPrefix()
      const results = await startMany(database(), prefix, 25)
      assert.deepEqual(results, [...Array(20).fill('begun'), ...Array(5).fill('refused')])
      assert.equal(await start(database(), nextPrefix(), 1), 'begun')
      const blocked = await prefixTrafficStore(database()).find(prefix)
      assert.equal(blocked?.rule, 'conversion')
      const hours = (Date.parse(blocked!.until) - Date.now()) / 3_600_000
      assert.ok(hours > 11.9 && hours <= 12.01, `blocked for ${hours} h`)
    })

    for (const [verified, more] of [
      [3, 0],
      [4, 1],
      [14, 51],
    ] as const)
      test(`with ${verified} of 20 verified, ${more} more may begin`, async () => {
        const prefix = nextPrefix()
        await startMany(database(), prefix, 19)
        await prefixTrafficStore(database()).note([{ prefix, verified, failed: 15, unrung: 0 }])
        await startMany(database(), prefix, 1, 19)
        assert.equal(begun(await startMany(database(), prefix, more + 3, 20)), more)
      })

    test('goes on when those under way are verified after all', async () => {
      const prefix = nextPrefix()
      await startMany(database(), prefix, 21)
      await prefixTrafficStore(database()).note([{ prefix, verified: 3, failed: 0, unrung: 0 }])
      assert.equal(await start(database(), prefix, 7_000), 'refused')
      await prefixTrafficStore(database()).note([{ prefix, verified: 1, failed: 0, unrung: 0 }])
      assert.equal(await start(database(), prefix, 7_000), 'begun')
    })

    test('is not stopped by a carrier that fails', async () => {
      const prefix = nextPrefix()
      await startMany(database(), prefix, 19)
      await prefixTrafficStore(database()).note([{ prefix, verified: 0, failed: 0, unrung: 19 }])
      assert.equal(begun(await startMany(database(), prefix, 25, 20)), 20)
    })

    test('is told of and not stopped where the rule only records, of the same deliveries', async () => {
      const prefix = nextPrefix()
      const results = []
      for (let index = 0; index < 25; index++)
        results.push(await start(database(), prefix, apart(index), { conversion: 'record', neighbours: 'off' }))
      assert.deepEqual(results, [...Array(20).fill('begun'), ...Array(5).fill('recorded')])
    })

    test('is stopped after six neighbours, in either direction', async () => {
      for (const step of [1, -10]) {
        const prefix = nextPrefix()
        const results = []
        for (let index = 0; index < 8; index++)
          results.push(
            await start(database(), prefix, 5_000 + step * index, { conversion: 'enforce', neighbours: 'enforce' }),
          )
        assert.deepEqual(results, [...Array(6).fill('begun'), 'refused', 'refused'])
      }
    })

    test('has no neighbours eleven numbers apart, nor where the person is called again', async () => {
      const [far, same] = [nextPrefix(), nextPrefix()]
      const modes = { conversion: 'enforce', neighbours: 'enforce' } as const
      for (let index = 0; index < 12; index++) {
        assert.equal(await start(database(), far, 11 * index, modes), 'begun')
        assert.equal(await start(database(), same, 4_711, modes), 'begun')
      }
    })

    test("is let through where the operator's list allows it", async () => {
      const prefix = nextPrefix()
      await startMany(database(), prefix, 20)
      const keys = [`prefix:${prefix}`]
      const rule = { keys, kind: 'allow', forService: '', forChannel: '', shown: prefix, reason: null } as const
      await numberRuleStore(database()).add({ ...rule, seconds: null }, anAct)
      assert.equal(await start(database(), prefix, 1, ENFORCED, keys), 'recorded')
    })

    test('begins anew when the block is over or lifted', async () => {
      const [over, lifted] = [nextPrefix(), nextPrefix()]
      for (const prefix of [over, lifted]) await startMany(database(), prefix, 20)
      await database().query('update prefix_traffic set blocked_until = now() where prefix = $1', [over])
      await prefixTrafficStore(database()).forget(lifted)
      for (const prefix of [over, lifted]) assert.equal(begun(await startMany(database(), prefix, 25, 20)), 20)
    })

    test('weighs half as much after twelve hours', async () => {
      const prefix = nextPrefix()
      await startMany(database(), prefix, 18)
      await database().query("update prefix_traffic set halved_at = now() - interval '13 hours' where prefix = $1", [
        prefix,
      ])
      assert.equal(begun(await startMany(database(), prefix, 25, 20)), 11)
    })

    test('is counted exactly when all begin at once', async () => {
      const prefix = nextPrefix()
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, index) => start(database(), prefix, apart(index))),
      )
      assert.equal(begun(results), 20)
    })

    test('leaves no row behind once it is forgotten', async () => {
      await database().query("update prefix_traffic set halved_at = now() - interval '25 hours', blocked_until = null")
      await startMany(database(), nextPrefix(), 1)
      await prefixTrafficStore(database()).sweep()
      const rows = await database().query('select from prefix_traffic')
      assert.equal(rows.length, 1)
    })
  })
})
