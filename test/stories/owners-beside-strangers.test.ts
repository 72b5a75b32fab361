// What strangers do with a prefix or a region keeps nobody from a number that their account has proved: neither the limit per
// prefix nor the rules against fraud. Money is spent on any number, so its ceilings hold for all.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RuleMode, TrafficRule } from '../../src/domain/traffic-rule.ts'
import type { Rate } from '../../src/guard/guard.ts'
import { startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'

const options = { skip: withoutPostgres, timeout: 60_000 }
const OFF: Record<TrafficRule, RuleMode> = {
  conversion: 'off',
  neighbours: 'off',
  unverified: 'off',
  spending: 'off',
  carriers: 'off',
}
const FAR: readonly number[] = [97, 194, 291, 388, 485, 582, 679, 776, 873, 970, 1067, 1164, 1261, 1358, 1455]

type World = { prefix?: Rate[]; modes?: Partial<typeof OFF>; budget?: number; ceiling?: number }

async function open(
  t: { after(work: () => Promise<void>): void },
  { prefix = [], modes = {}, budget = 100, ceiling }: World,
) {
  const server = await startServer({
    cooldown: 0,
    limits: { prefix },
    traffic: {
      modes: { ...OFF, ...modes },
      unverifiedBudget: budget,
      spending: { service: [], all: ceiling === undefined ? [] : [{ max: ceiling, seconds: 3600 }] },
      deck: [{ prefix: '+', carrier: null, perMinute: 10_000, perText: 10_000 }],
    },
  })
  t.after(() => server.stop())
  const start = (to: string, account?: string) =>
    server.ask('POST', '/v1/challenges', { to, channel: 'sms', ...(account && { account }) })
  const strangers = async (suffixes: readonly number[], prefix = '+1202555') => {
    const statuses: number[] = []
    for (const suffix of suffixes) statuses.push((await start(`${prefix}${String(suffix).padStart(4, '0')}`)).status)
    return statuses
  }
  async function prove(to: string, account: string) {
    const { status, json } = await start(to, account)
    assert.equal(status, 201)
    const code = server.challenges.secrets.code((await server.challenges.find(json.id))!)
    assert.equal((await server.ask('POST', `/v1/challenges/${json.id}/check`, { code })).json.valid, true)
  }
  /** Of the owner, of another account, and of one who names none. */
  async function asked(to: string) {
    return {
      owner: (await start(to, 'owner')).status,
      account: (await start(to, 'another')).status,
      stranger: (await start(to)).status,
    }
  }
  return { server, start, strangers, prove, asked, refresh: server.challenges.refreshGuard }
}

const OWN = '+12025559999'

test(
  'the limit per prefix that strangers have used up, of which owners have one for themselves',
  options,
  async (t) => {
    const { start, strangers, prove, asked } = await open(t, { prefix: [{ max: 5, seconds: 3600 }] })
    await prove(OWN, 'owner')
    assert.deepEqual(await strangers([97, 194, 291, 388, 485]), [201, 201, 201, 201, 429])
    assert.deepEqual(await asked(OWN), { owner: 201, account: 429, stranger: 429 })
    const more = await Promise.all(Array.from({ length: 10 }, () => start(OWN, 'owner')))
    assert.equal(more.filter(({ status }) => status === 201).length, 4)
    assert.equal(more.find(({ status }) => status === 429)?.json.limit, 'per-prefix')
  },
)

test('a prefix that is blocked for its conversion, or for neighbours', options, async (t) => {
  for (const [rule, suffixes] of [
    ['conversion', [...FAR, ...FAR.map((suffix) => suffix + 40)].slice(0, 19)],
    ['neighbours', [1, 3, 5, 7, 9, 11, 13]],
  ] as const) {
    const { strangers, prove, asked } = await open(t, { modes: { [rule]: 'enforce' } })
    await prove(OWN, 'owner')
    await strangers([...suffixes, 15, 17])
    assert.deepEqual(await asked(OWN), { owner: 201, account: 403, stranger: 403 }, rule)
  }
})

test('what an owner starts under a block counts, so the few who are verified do not end it', options, async (t) => {
  const { server, strangers, prove, asked, refresh } = await open(t, { modes: { conversion: 'enforce' } })
  await prove(OWN, 'owner')
  await strangers([...FAR, ...FAR.map((suffix) => suffix + 40)].slice(0, 21))
  const counted = async () =>
    (await server.query(`select started, verified from prefix_traffic where prefix = '+1202555'`))[0]
  assert.deepEqual(await counted(), { started: 20, verified: 0 })
  await refresh()
  for (let count = 0; count < 3; count++) await prove(OWN, 'owner')
  await refresh()
  assert.deepEqual(await counted(), { started: 23, verified: 4 })
  assert.deepEqual(await asked(OWN), { owner: 201, account: 403, stranger: 403 })
})

test('a region without budget, or blocked for its conversion', options, async (t) => {
  const budget = await open(t, { modes: { unverified: 'enforce' }, budget: 5 })
  await budget.prove(OWN, 'owner')
  await budget.strangers(FAR)
  assert.deepEqual(await budget.asked(OWN), { owner: 201, account: 429, stranger: 429 })

  const region = await open(t, { modes: { conversion: 'enforce' } })
  await region.prove(OWN, 'owner')
  for (const prefix of ['+1907225', '+1907226'])
    for (const suffix of FAR.slice(0, 13)) {
      const { json } = await region.start(`${prefix}${String(suffix).padStart(4, '0')}`)
      if (json.id) await region.server.ask('POST', `/v1/challenges/${json.id}/cancel`)
    }
  await region.refresh()
  assert.deepEqual(await region.asked(OWN), { owner: 201, account: 403, stranger: 403 })
})

test('a ceiling on money holds for owners too, at once too', options, async (t) => {
  const { start, strangers, prove, asked } = await open(t, {
    modes: { spending: 'enforce', unverified: 'enforce' },
    budget: 3,
    ceiling: 10,
  })
  await prove(OWN, 'owner')
  await strangers(FAR)
  const many = await Promise.all(Array.from({ length: 20 }, () => start(OWN, 'owner')))
  assert.equal(many.filter(({ status }) => status === 201).length, 10 - 1 - 4)
  assert.deepEqual(await asked(OWN), { owner: 429, account: 429, stranger: 429 })
})
