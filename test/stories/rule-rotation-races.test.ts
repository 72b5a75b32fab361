// What is taken back or given anew while the other instance of a rotation carries the rules over.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import postgres from 'postgres'
import { createNumbers } from '../../src/guard/numbers.ts'
import { eventually } from '../faults/waiting.ts'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { openSideBySide } from './side-by-side.ts'

const [OLD, NEW] = ['old', 'new'].map((age) => `the ${age} secret of two instances that is long enough`) as [
  string,
  string,
]
const BY = { actor: 'cli:ada', reason: 'asked by letter' }
const options = { skip: withoutPostgres, timeout: 60_000 }

async function open(t: TestContext) {
  const installation = await openSideBySide(t, { LIMIT_PER_NUMBER: 'off', FRAUD_FREEZE: '30d' })
  const { url, ask, phones, settled } = installation
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  t.after(() => sql.end())
  const keys = async () => (await queryOnce(url, 'select key from number_rules', [])).map(({ key }) => key)
  async function create(on: number, to: string, body: object) {
    const response = await ask(on, '/v1/challenges', { to, ...body })
    return { answer: response.status, id: ((await response.json()) as { id: string }).id }
  }
  return {
    ...installation,
    sql,
    keys,
    create,
    waitsForLock: () =>
      eventually('a statement that waits for a lock', async () => {
        const [row] = await queryOnce(
          url,
          `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          [],
        )
        return row!.waiting === 1
      }),
    /** A call that ends by this key, on the instance that the carrier reaches. */
    async callAnsweredBy(key: string, to: string) {
      assert.equal((await create(0, to, { flow: 'approve' })).answer, 201)
      await phones.phone(to).answers()
      await phones.phone(to).keys(key)
      await settled()
    },
  }
}

test('a rule whose deletion is under way gets no key', options, async (t) => {
  const { startWith, sql, keys, waitsForLock } = await open(t)
  const number = nextNumber()
  const [first, second] = await startWith([[OLD], [OLD, NEW]])
  await createNumbers(first!.store.numberRules, [OLD]).listAs('block', { number }, BY)

  const deletion = await sql.reserve()
  await deletion.unsafe(`begin; delete from number_rules`)
  const rotation = second!.challenges.rotateRules()
  await waitsForLock()
  await deletion.unsafe('commit')
  deletion.release()
  await rotation
  assert.deepEqual(await keys(), [])
})

test('a key that was added while the rule is deleted goes with it', options, async (t) => {
  const { startWith, sql, keys, waitsForLock } = await open(t)
  const number = nextNumber()
  const [first] = await startWith([[OLD], [OLD]])
  const numbers = createNumbers(first!.store.numberRules, [OLD])
  await numbers.listAs('block', { number }, BY)

  // As a rotation does it, up to its commit.
  const rotation = await sql.reserve()
  await rotation.unsafe(`begin;
    insert into number_rules (key, rule_id, secret_id, ciphertext, kind, for_service, for_channel, shown, reason, created_at)
    select 'number:under the new secret', rule_id, 'new', ciphertext, kind, for_service, for_channel, shown, reason, created_at
    from number_rules for share`)
  const removal = numbers.unlist({ number }, BY)
  await waitsForLock()
  await rotation.unsafe('commit')
  rotation.release()
  await removal
  assert.deepEqual(await keys(), [])
})

test('who approves on an instance that lists fewer secrets is stopped on none', options, async (t) => {
  const { url, startWith, create, ask, settled, callAnsweredBy } = await open(t)
  const number = nextNumber()
  const [, second] = await startWith([[OLD], [OLD, NEW]])
  const { id } = await create(0, number, { channel: 'sms' })
  const guess = () => ask(0, `/v1/challenges/${id}/check`, { code: '000000' })
  await guess()
  await queryOnce(url, `update failure_counters set count = 99`, [])
  await guess()
  await settled()
  await queryOnce(url, `update failure_counters set locked_until = null`, [])
  await second!.challenges.rotateRules()
  for (const on of [0, 1]) assert.equal((await create(on, number, { channel: 'sms' })).answer, 403)

  await ask(0, `/v1/challenges/${id}/cancel`, {})
  await callAnsweredBy('1', number)
  await second!.challenges.rotateRules()
  for (const on of [0, 1]) assert.equal((await create(on, number, { channel: 'sms' })).answer, 201)
})

test('a report takes the place of one under the next secret that is over', options, async (t) => {
  const { url, startWith, create, callAnsweredBy } = await open(t)
  const number = nextNumber()
  const [, second] = await startWith([[OLD], [OLD, NEW]])
  await callAnsweredBy('9', number)
  await second!.challenges.rotateRules()
  await queryOnce(url, `update number_rules set until = now() - interval '1 second'`, [])
  await callAnsweredBy('9', number)
  await second!.challenges.rotateRules()
  await startWith([[NEW], [NEW]])
  assert.equal((await create(0, number, { channel: 'sms' })).answer, 403)
})
