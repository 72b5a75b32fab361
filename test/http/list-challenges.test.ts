// GET /v1/challenges: each filter at its edges, pages that don't move while challenges are made, and whose they are.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { silentLogger } from '../../src/log/logger.ts'
import { createServer } from '../../src/server.ts'
import { runOut } from '../stories/later.ts'
import { carrierOf } from '../support/carriers.ts'
import { testConfig } from '../support/config.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { as, type Server, startServer } from './test-server.ts'

let server: Server
before(async () => {
  server = await startServer()
})
after(() => server.stop())

type Page = { challenges: { id: string; status: string; created_at: string }[]; next_cursor: string | null }

async function list(query = '', headers: Record<string, string> = {}): Promise<Page> {
  const { status, text } = await server.ask('GET', `/v1/challenges${query}`, undefined, headers)
  assert.equal(status, 200, text)
  return JSON.parse(text)
}

async function ids(query = '', headers: Record<string, string> = {}): Promise<string[]> {
  const { challenges, next_cursor } = await list(query, headers)
  assert.equal(next_cursor, null)
  return challenges.map(({ id }) => id)
}

/** Ended, so that its number is free again. */
async function create(wanted: object = {}): Promise<string> {
  const { json, status } = await server.create(wanted)
  assert.equal(status, 201, json.detail)
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`)
  return json.id
}

test('a challenge is listed as it is read by itself, without its page token and its code', async () => {
  const { json } = await server.create({ flow: 'keypad_code', scope: 'listed', metadata: { order: '7' } })
  // It rings before the one is read or after both.
  await server.calm()
  const { text } = await server.ask('GET', `/v1/challenges/${json.id}`)
  assert.deepEqual(await list('?scope=listed'), { challenges: [JSON.parse(text)], next_cursor: null })
})

test('newest first', async () => {
  const made = [await create({ scope: 'order' }), await create({ scope: 'order' }), await create({ scope: 'order' })]
  assert.deepEqual(await ids('?scope=order'), made.toReversed())
})

describe('a number is found', () => {
  const number = '+12025550147'
  let id: string
  before(async () => {
    id = await create({ to: number })
    await create({ to: '+12025550148' })
  })
  for (const written of [
    'to=%2B12025550147',
    'to=+12025550147',
    'to=%2B1%20(202)%20555-0147',
    'to=tel%3A%2B1-202-555-0147',
    'to=%E2%80%AA%2B1%20202%20555%200147%E2%80%AC',
    'to=%EF%BC%8B12025550147',
    'to=2025550147&region=US',
    'to=(202)%20555.0147&region=US',
    'to=1%20202%20555%200147&region=US',
  ])
    test(`as ${written}`, async () => assert.deepEqual(await ids(`?${written}`), [id]))

  test('and another is not', async () => assert.deepEqual(await ids('?to=%2B12025550149'), []))
})

test('every status and reason, and only that', async () => {
  const scope = 'status'
  const canceled = await create({ scope })
  const pending = (await server.create({ scope })).json.id
  const busy = nextNumber()
  server.phones.phone(busy).will('busy')
  const { json } = await server.create({ scope, to: busy })
  await server.calm()
  const of = (filter: string) => ids(`?scope=${scope}&${filter}`)
  assert.deepEqual(await of('status=canceled'), [canceled])
  assert.deepEqual(await of('status=pending'), [pending])
  assert.deepEqual(await of('status=undelivered'), [json.id])
  assert.deepEqual(await of('reason=busy'), [json.id])
  assert.deepEqual(await of('reason=busy&status=undelivered'), [json.id])
  assert.deepEqual(await of('reason=busy&status=canceled'), [])
  for (const status of ['approved', 'denied', 'expired']) assert.deepEqual(await of(`status=${status}`), [])
})

test('one that is overdue is expired, and no longer pending', { skip: withoutPostgres }, async () => {
  const { json } = await server.create({ scope: 'overdue' })
  await runOut(server, json.id)
  assert.deepEqual(await ids('?scope=overdue&status=pending'), [])
  const { challenges } = await list('?scope=overdue&status=expired')
  assert.deepEqual(
    challenges.map(({ id, status }) => [id, status]),
    [[json.id, 'expired']],
  )
  assert.deepEqual(await ids('?scope=overdue&reason=expired'), [json.id])
})

test('all metadata that is asked for must be there', async () => {
  const scope = 'metadata'
  const both = await create({ scope, metadata: { user: 'ada', 'a [key]': 'b&=c', empty: '' } })
  const one = await create({ scope, metadata: { user: 'ada' } })
  const of = (filter: string) => ids(`?scope=${scope}&${filter}`)
  assert.deepEqual(await of('metadata[user]=ada'), [one, both])
  assert.deepEqual(await of('metadata%5Buser%5D=ada&metadata%5Ba%20%5Bkey%5D%5D=b%26%3Dc'), [both])
  assert.deepEqual(await of('metadata[empty]='), [both])
  assert.deepEqual(await of('metadata[user]=Ada'), [])
  assert.deepEqual(await of('metadata[__proto__]=ada'), [])
  assert.deepEqual(await of('metadata[user]=ada&metadata[other]=x'), [])
})

test('created_after leaves out what was created within its millisecond, in any offset', async () => {
  const scope = 'after'
  const [first, second] = [await create({ scope }), await create({ scope })]
  const { challenges } = await list(`?scope=${scope}`)
  const at = Date.parse(challenges.find(({ id }) => id === first)!.created_at)
  const after = (ms: number) => ids(`?scope=${scope}&created_after=${new Date(at + ms).toISOString()}`)
  assert.deepEqual(await after(-1), [second, first])
  assert.deepEqual(await after(0), [second])
  assert.deepEqual(await after(3_600_000), [])
  const east = new Date(at + 7_200_000).toISOString().replace('Z', '%2B02:00')
  assert.deepEqual(await ids(`?scope=${scope}&created_after=${east}`), [second])
  assert.deepEqual(await ids(`?scope=${scope}&created_after=0000-01-01T00:00:00Z`), [second, first])
  assert.deepEqual(await ids(`?scope=${scope}&created_after=9999-12-31T23:59:59.999Z`), [])
})

test('what is wrong with a query is said, with its name', async () => {
  const wrong: [query: string, path: string][] = [
    ['nothing=1', 'nothing'],
    ['metadata=1', 'metadata'],
    ['metadata[]=1', 'metadata[]'],
    [`metadata[${'k'.repeat(41)}]=1`, `metadata[${'k'.repeat(41)}]`],
    ['metadata[a]=1&metadata[a]=2', 'metadata[a]'],
    ['metadata[a]=%00', 'metadata[a]'],
    [Array.from({ length: 21 }, (_, n) => `metadata[k${n}]=1`).join('&'), 'metadata[]'],
    ['status=done', 'status'],
    ['status=', 'status'],
    ['status=pending&status=denied', 'status'],
    ['reason=null', 'reason'],
    ['toString=1', 'toString'],
    ['constructor=1', 'constructor'],
    ['__proto__=1', '__proto__'],
    ['__proto__=1&__proto__=2', '__proto__'],
    ['scope=', 'scope'],
    ['scope=%00', 'scope'],
    [`scope=${'s'.repeat(41)}`, 'scope'],
    ['created_after=yesterday', 'created_after'],
    ['created_after=2026-02-30T00:00:00Z', 'created_after'],
    ['created_after=2026-01-31', 'created_after'],
    ['created_after=2026-01-31T12:00:00', 'created_after'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['limit=1e1', 'limit'],
    ['to=', 'to'],
    ['to=2025550147', 'to'],
    ['to=%2B1', 'to'],
    ['to=ada', 'to'],
    ['to=%2B12025550147&to=%2B12025550147', 'to'],
    ['to=2025550147&region=us', 'region'],
    ['to=2025550147&region=ZZ', 'region'],
    ['region=US', 'region'],
    ['cursor=', 'cursor'],
    ['cursor=x', 'cursor'],
    ['cursor=%00', 'cursor'],
    [`cursor=${btoa('1 chl_a b')}`, 'cursor'],
    [`cursor=${btoa("1 chl_a';--")}`, 'cursor'],
    [`cursor=${btoa(`${'9'.repeat(17)} chl_a`)}`, 'cursor'],
    [`cursor=${btoa('-1 chl_a')}`, 'cursor'],
    [`cursor=${btoa('1 chl_ab')}%3D`, 'cursor'],
  ]
  for (const [query, path] of wrong) {
    const { status, json } = await server.ask('GET', `/v1/challenges?${query}`)
    assert.equal(status, 422, query)
    assert.ok(
      json.errors!.some((error) => error.path === path),
      `${query}: ${JSON.stringify(json.errors)}`,
    )
  }
})

test('the edges of limit', async () => {
  for (let count = 0; count < 3; count++) await create({ scope: 'limit' })
  for (const [limit, shown] of [
    [1, 1],
    [2, 2],
    [3, 3],
    [100, 3],
  ]) {
    const { challenges, next_cursor } = await list(`?scope=limit&limit=${limit}`)
    assert.equal(challenges.length, shown)
    assert.equal(next_cursor === null, shown === 3)
  }
})

test('250 are walked through once each, while others are made', { timeout: 60_000 }, async () => {
  const scope = 'walk'
  const made = new Set<string>()
  for (let batch = 0; batch < 25; batch++)
    for (const id of await Promise.all(Array.from({ length: 10 }, () => create({ scope })))) made.add(id)
  const seen: string[] = []
  let cursor: string | null = ''
  for (let pages = 0; cursor !== null; pages++) {
    assert.ok(pages < 20)
    const page: Page = await list(`?scope=${scope}&limit=30${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.challenges.map(({ id }) => id))
    cursor = page.next_cursor
    await create({ scope })
  }
  assert.equal(new Set(seen).size, seen.length, 'none twice')
  assert.deepEqual(
    seen.filter((id) => !made.has(id)),
    [],
    'none that was made meanwhile',
  )
  assert.equal(seen.length, 250)
})

test("another service's challenges are never listed, by whatever filter or cursor", async () => {
  const to = nextNumber()
  const mine = await create({ to, scope: 'tenants' })
  const foreign = as(server.foreignKey)
  const theirs = (await server.ask('POST', '/v1/challenges', { to, scope: 'tenants' }, foreign)).json.id
  const number = `?to=${encodeURIComponent(to)}`
  assert.deepEqual([await ids(number), await ids(number, foreign)], [[mine], [theirs]])
  assert.deepEqual([await ids('?scope=tenants'), await ids('?scope=tenants', foreign)], [[mine], [theirs]])
  assert.deepEqual(await ids('', foreign), [theirs])
  const { next_cursor } = await list('?limit=1')
  assert.deepEqual(await ids(`?cursor=${next_cursor}`, foreign), [])
})

test('a page token lists nothing, and reads no timeline', async () => {
  const { json } = await server.create()
  const page = as(json.page_token)
  assert.equal((await server.ask('GET', '/v1/challenges', undefined, page)).status, 401)
  assert.equal((await server.ask('GET', `/v1/challenges/${json.id}/timeline`, undefined, page)).status, 401)
})

test('a number is found under every secret that is listed', { skip: withoutPostgres }, async () => {
  const to = nextNumber()
  const id = await create({ to })
  const old = 'a secret of the test server, long enough'
  const found = async (secret: string) => {
    const config = testConfig({ SECRET: secret, API_KEY: server.key, DATABASE_URL: server.databaseUrl! })
    const unreachable = async () => Promise.reject(new Error('no call is placed here'))
    const other = await createServer(config, silentLogger, { carriers: [carrierOf('twilio', unreachable)] })
    const headers = as(server.key)
    const response = await other.app.request(`/v1/challenges?to=${encodeURIComponent(to)}`, { headers })
    await other.drain()
    return ((await response.json()) as Page).challenges.map((challenge) => challenge.id)
  }
  const next = 'the next secret of the test server, long enough'
  assert.deepEqual(await found(`${next},${old}`), [id])
  assert.deepEqual(await found(`${old},${next}`), [id])
  assert.deepEqual(await found(next), [])
})

test('when retention has removed the number, it still leads to the challenge', { skip: withoutPostgres }, async () => {
  const to = nextNumber()
  const id = await create({ to, details: 'a secret matter', metadata: { user: 'forgotten' } })
  await server.calm()
  await server.query(`update challenges set ended_at = now() - interval '2 days', next_check_at = null where id = $1`, [
    id,
  ])
  await server.store.retention.sweep({ person: 86_400, ledger: null, webhooks: false })
  const { challenges } = await list(`?to=${encodeURIComponent(to)}`)
  assert.deepEqual(
    challenges.map((challenge) => challenge.id),
    [id],
  )
  // An id is random, and may end in four digits.
  const text = JSON.stringify(challenges).replaceAll(/"(chl|dlv)_[\w-]+"/g, '""')
  assert.doesNotMatch(text, /secret matter|forgotten|\d{4}"/)
  assert.deepEqual(await ids('?metadata[user]=forgotten'), [])
})
