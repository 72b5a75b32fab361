// What a page looks at is bounded, and the pages together still leave nothing out.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { challengeSearch, type ListPosition, type ListQuery, ROWS_LOOKED_AT } from '../../src/store/challenge-search.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import type { Database } from '../../src/store/database.ts'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nodesOf, type Plan } from './query-plan.ts'
import { aChallenge, aCreation, aRequest } from './samples.ts'
import { onEmbedded, onPostgres } from './test-databases.ts'

const ALL: ListQuery = {
  serviceId: 'svc_many',
  numberHashes: null,
  status: null,
  reason: null,
  scope: null,
  metadata: {},
  createdAfter: null,
  after: null,
  limit: 100,
}
const NUMBERS = ['one hash', 'another hash']
const MANY = ROWS_LOOKED_AT.service * 2 + 100

/** Ten in each microsecond, so that pages end among some that were created at once, rare ones too; two of three have the number. */
async function fill(database: Database): Promise<void> {
  const challenge = aChallenge()
  const request = { ...aRequest(), serviceId: 'svc_template' }
  await challengeStore(database).insert(
    { challenge, request, expiresIn: 300, idempotency: null, slot: null },
    aCreation,
  )
  await copies(
    database,
    `'id', 'chl_' || md5(n::text), 'service_id', 'svc_many',
     'created_at', template.created_at + n / 10 * interval '1 microsecond',
     'number_hash', (array['${NUMBERS[0]}', '${NUMBERS[1]}', md5(n::text)])[1 + n % 3],
     'scope', case when n % 500 between 100 and 109 then 'rare' else 'login' end`,
    MANY,
  )
}

/** `own`: what the `n`th of them has of its own. */
async function copies(database: Database, own: string, count: number): Promise<void> {
  // In a session, whose statements have no deadline.
  await database.session((query) =>
    query(`
      insert into challenges
      select (jsonb_populate_record(template, jsonb_build_object(${own}))).*
      from challenges as template, generate_series(1, ${count}) as n where service_id = 'svc_template'`),
  )
}

function behave(database: () => Database): void {
  before(() => fill(database()))

  async function walk(query: Partial<ListQuery>): Promise<{ ids: string[]; pages: number }> {
    const search = challengeSearch(database())
    const ids: string[] = []
    let pages = 0
    for (let after: ListPosition | null = null, isFirst = true; after || isFirst; isFirst = false) {
      const page = await search.list({ ...ALL, ...query, after })
      ids.push(...page.records.map(({ challenge }) => challenge.id))
      after = page.next
      pages++
    }
    assert.equal(new Set(ids).size, ids.length, 'none twice')
    return { ids, pages }
  }

  async function expected(condition: string): Promise<string[]> {
    const rows = await database().query<{ id: string }>(
      `select id from challenges where service_id = 'svc_many' and ${condition} order by created_at desc, id desc`,
    )
    return rows.map(({ id }) => id)
  }

  test('a filter that few fit', async () => {
    const { ids, pages } = await walk({ scope: 'rare' })
    assert.deepEqual(ids, await expected(`scope = 'rare'`))
    assert.equal(pages, 3)
  })

  test('a filter that none fits', async () => {
    assert.deepEqual(await walk({ metadata: { nothing: 'fits' } }), { ids: [], pages: 3 })
  })

  test('a filter that most fit, in pages that end within a microsecond', async () => {
    const { ids } = await walk({ scope: 'login', limit: 97 })
    assert.deepEqual(ids, await expected(`scope = 'login'`))
  })

  test('a number with more challenges than a page looks at, under two hashes', async () => {
    const { ids } = await walk({ numberHashes: NUMBERS })
    assert.deepEqual(ids, await expected(`number_hash in ('${NUMBERS.join("', '")}')`))
    const rare = await walk({ numberHashes: NUMBERS, scope: 'rare' })
    assert.deepEqual(rare.ids, await expected(`number_hash in ('${NUMBERS.join("', '")}') and scope = 'rare'`))
    assert.ok(rare.pages > 3)
  })

  test('any service, each of which is looked at by itself', async () => {
    for (const service of ['svc_many', 'svc_template'])
      await database().query(`insert into services (id, name) values ('${service}', 'Acme') on conflict do nothing`)
    const of = (service: string) =>
      database().query<{ id: string }>(
        `select id from challenges where service_id in (${service}) and scope in ('rare', 'login') order by created_at desc, id desc`,
      )
    const all = await of(`'svc_many', 'svc_template'`)
    const { ids } = await walk({ serviceId: null, scope: 'login', limit: 97 })
    const rare = await walk({ serviceId: null, scope: 'rare' })
    assert.deepEqual([...ids, ...rare.ids].toSorted(), all.map(({ id }) => id).toSorted())
    assert.deepEqual(rare.ids, await expected(`scope = 'rare'`))
  })

  test('a number on days far apart, under the hashes of two secrets, newest first', async () => {
    await copies(
      database(),
      `'id', 'chl_day_' || n, 'service_id', 'svc_days', 'number_hash', (array['old secret', 'new secret'])[1 + n % 2],
       'created_at', date_trunc('day', now(), 'UTC') - (array[0, 1, 1, 2, 40, 41, 399])[n] * interval '1 day' + n * interval '1 second'`,
      7,
    )
    const days = { serviceId: 'svc_days', numberHashes: ['new secret', 'old secret'], limit: 2 }
    const numbered = (...numbers: number[]) => numbers.map((n) => `chl_day_${n}`)
    assert.deepEqual((await walk(days)).ids, numbered(1, 3, 2, 4, 5, 6, 7))
    assert.deepEqual((await walk({ ...days, numberHashes: ['old secret'] })).ids, numbered(2, 4, 6))
    const [{ at }] = (await database().query<{ at: string }>(
      `select created_at as at from challenges where id = 'chl_day_5'`,
    )) as [{ at: string }]
    assert.deepEqual((await walk({ ...days, createdAfter: Date.parse(at) })).ids, numbered(1, 3, 2, 4))
  })

  test('a number of any service, or of one that has none of it', async () => {
    const search = challengeSearch(database())
    const of = async (serviceId: string | null) =>
      (await search.list({ ...ALL, serviceId, numberHashes: NUMBERS })).records.length
    assert.deepEqual([await of(null), await of('svc_other')], [100, 0])
  })
}

describe('on a Postgres server', { skip: withoutPostgres }, () => {
  const { database, url } = onPostgres()
  behave(() => database())

  test('behind a filter with 100,000 a page reads what it may look at, in the order of an index, and no more', async () => {
    await copies(
      database(),
      `'id', 'chl_huge_' || n, 'service_id', 'svc_huge', 'number_hash', 'a hash of many',
       'created_at', template.created_at + n * interval '1 second', 'scope', 'login'`,
      100_000,
    )
    // Of each of twelve days more than a page looks at.
    await copies(
      database(),
      `'id', 'chl_daily_' || n, 'service_id', 'svc_huge', 'number_hash', 'a hash of many days',
       'created_at', template.created_at - n * interval '1 minute', 'scope', 'login'`,
      12 * 1440,
    )
    await queryOnce(url(), 'analyze challenges')
    await database().query(`insert into services (id) values ('svc_huge') on conflict do nothing`)
    const filters: Partial<ListQuery>[] = [
      {},
      { scope: 'no such' },
      { status: 'denied' },
      { metadata: { no: 'such' } },
      { serviceId: null, scope: 'no such' },
      { serviceId: null, numberHashes: ['a hash of many'], scope: 'no such' },
      { serviceId: null, numberHashes: ['a hash of many days', 'another'], scope: 'no such' },
    ]
    for (const filter of filters) {
      const plans: Plan[] = []
      const explaining = {
        ...database(),
        async query<Row>(text: string, params?: Parameters<Database['query']>[1]): Promise<Row[]> {
          // Without the deadline of a statement, which a busy machine may pass.
          const [row] = await queryOnce(url(), `explain (analyze, format json) ${text}`, params as string[])
          plans.push((row!['QUERY PLAN'] as [{ Plan: Plan }])[0].Plan)
          return []
        },
      }
      await challengeSearch(explaining).list({ ...ALL, serviceId: 'svc_huge', limit: 25, ...filter })
      const scans = plans.flatMap(nodesOf).filter((node) => node['Relation Name'] === 'challenges')
      const told = `${JSON.stringify(filter)}: ${JSON.stringify(scans)}`
      assert.ok(scans.length > 0, told)
      for (const scan of scans) assert.match(scan['Node Type'], /^Index (Only )?Scan$/, told)
      const read = scans.reduce(
        (sum, scan) => sum + (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops'],
        0,
      )
      // Each service, or day of a number, that is there is looked at by itself, and those of one microsecond together.
      const most = filter.numberHashes ? 3 * ROWS_LOOKED_AT.number : 2 * ROWS_LOOKED_AT.service
      assert.ok(read <= most + 20, `${read} rows. ${told}`)
    }
  })
})

describe('embedded', () => {
  behave(onEmbedded().database)
})
