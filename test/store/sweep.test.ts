import assert from 'node:assert/strict'
import { describe, mock, type TestContext, test } from 'node:test'
import { idempotencyStore } from '../../src/store/idempotency.ts'
import { numberRuleStore } from '../../src/store/number-rules.ts'
import { rateLimits } from '../../src/store/rate-limits.ts'
import { retention } from '../../src/store/retention.ts'
import { type Batch, batchSweep } from '../../src/store/sweep.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { onPostgres } from './test-databases.ts'

/** As Postgres tells it of a row, or of a statement. */
const failure = (code: string, message = 'planted') => Object.assign(new Error(message), { code, severity: 'ERROR' })

/** So many of the oldest rows can't be deleted. A statement takes 10 ms of a clock that nothing else moves. */
function rowsOf(t: TestContext, { bad, good }: { bad: number; good: number }) {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const rows = Array.from({ length: bad + good }, (_, index) => index < bad)
  let statements = 0
  const sweep = batchSweep(async ({ limit, skip }: Batch) => {
    statements++
    now += 10
    if (rows.slice(skip, skip + limit).includes(true)) throw failure('23503')
    return rows.splice(skip, limit)
  })
  const round = () =>
    sweep().then(
      () => null,
      (error: unknown) => error,
    )
  return { round, goodLeft: () => rows.filter((isBad) => !isBad).length, rows, statements: () => statements }
}

test('rows that fail, more of them than a round can try, keep none behind them waiting for ever', async (t) => {
  const { round, goodLeft } = rowsOf(t, { bad: 2_000, good: 3 })
  for (let count = 1; count <= 6 && goodLeft() > 0; count++) await round()
  assert.equal(goodLeft(), 0)
})

test('a row that can be deleted again goes in the round after the next at the latest', async (t) => {
  const { round, rows } = rowsOf(t, { bad: 700, good: 3 })
  while (rows.includes(false)) await round()
  rows.fill(false)
  await round()
  await round()
  assert.deepEqual(rows, [])
})

test('one row that fails among thousands costs few statements', async (t) => {
  const { round, rows, statements } = rowsOf(t, { bad: 1, good: 20_000 })
  await round()
  assert.equal(rows.length, 1)
  assert.ok(statements() < 50, `${statements()} statements`)
})

test('a round that ends before the row is found says that a batch failed', async (t) => {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const sweep = batchSweep(async () => {
    now += 1_000
    throw failure('23503')
  })
  await assert.rejects(sweep(), { code: '23503' })
})

test('all that was different is told, and not the first alone', async () => {
  const failures = [failure('23503', 'a'), failure('23503', 'b'), failure('23503', 'b')]
  const sweep = batchSweep(async ({ limit, skip }: Batch) => {
    const failed = failures.slice(skip, skip + limit)
    if (failed.length > 0) throw failed[0]
    return []
  })
  await assert.rejects(sweep(), (error: AggregateError) => {
    assert.deepEqual(
      error.errors.map(({ message }) => message),
      ['a', 'b'],
    )
    assert.match(error.message, /^3 /)
    return true
  })
})

describe('on Postgres', { skip: withoutPostgres }, () => {
  const { database } = onPostgres()

  const faults = {
    'no right to delete': ['create role reader; grant select on idempotency to reader; set role reader', '42501'],
    'no table': ['alter table idempotency rename to renamed', '42P01'],
  } as const
  for (const [name, [plant, code]] of Object.entries(faults))
    test(`${name}: it is the statement that fails, and it is sent once`, async () => {
      await database().session(async (query) => {
        await query('begin')
        try {
          for (const statement of plant.split(';')) await query(statement)
          const sent = mock.fn(query)
          // What follows an error in a transaction is another error, 25P02, so that a second statement is seen.
          await assert.rejects(idempotencyStore({ ...database(), query: sent as never }).sweep(), { code })
          assert.equal(sent.mock.callCount(), 1)
        } finally {
          await query('rollback')
        }
      })
    })

  test('no two rows are equal in the order of a sweep', async () => {
    const sent: string[] = []
    const watched = {
      ...database(),
      query: ((text: string, params: never) => {
        sent.push(text)
        return database().query(text, params)
      }) as never,
    }
    await rateLimits(watched).sweep()
    await numberRuleStore(watched).sweep()
    await idempotencyStore(watched).sweep()
    await retention(watched).sweep({ person: 0, ledger: 0, webhooks: false })
    assert.equal(sent.length, 10)
    for (const text of sent) {
      const [, table, order] =
        /from "(\w+)".*?order by (.+?) limit/s.exec(text.replace(/not exists \(.*?\)/gs, '')) ?? []
      assert.ok(table && order, text)
      const key = await database().query<{ name: string }>(
        `select attname as name from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey)
          where indrelid = $1::regclass and indisprimary`,
        [table],
      )
      const columns = order.split(', ').map((column) => column.replace(/^\w+\./, ''))
      assert.deepEqual(
        key.filter(({ name }) => !columns.includes(name)),
        [],
        text,
      )
    }
  })
})
