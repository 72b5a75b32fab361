// What a claim reads while one service's messages wait by the thousand.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Database } from '../../src/store/database.ts'
import { outboxStore } from '../../src/store/outbox.ts'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nodesOf, type Plan } from './query-plan.ts'
import { onPostgres } from './test-databases.ts'

const BACKLOG = 50_000

describe('a claim beside 50,000 due messages of one service', { skip: withoutPostgres }, () => {
  const { database, url } = onPostgres()

  test('reads no more for them, whether they are to have a share or not, and gets what others wait for', async () => {
    await queryOnce(
      url(),
      `insert into outbox (id, service_id, challenge_id, type, next_at)
        select 'msg_' || n, 'svc_hung', 'chl_none', 'challenge.expired', now() - interval '1 minute'
        from generate_series(1, ${BACKLOG}) as n`,
    )
    // The planner knows of no other service, as when the first message of one comes.
    await queryOnce(url(), 'analyze outbox')
    await queryOnce(
      url(),
      `insert into outbox (id, service_id, challenge_id, type)
        values ('msg_good', 'svc_good', 'chl_none', 'challenge.expired')`,
    )
    for (const share of [0, 3]) {
      const read: number[] = []
      const explaining: Database = {
        ...database(),
        async query<Row>(text: string, params?: Parameters<Database['query']>[1]): Promise<Row[]> {
          // Without the deadline of a statement, which a busy machine may pass.
          const [row] = await queryOnce(url(), `explain (analyze, format json) ${text}`, params as string[])
          read.push(rowsRead((row!['QUERY PLAN'] as [{ Plan: Plan }])[0].Plan))
          return []
        },
      }
      const shares = { of: { svc_hung: share }, others: 1 }
      await outboxStore(explaining).claim(200, 30, shares)
      assert.equal(read.length, 1)
      assert.ok(read[0]! < 60, `${read[0]} rows`)
      await queryOnce(url(), `update outbox set next_at = now() where id = 'msg_good'`)
      const claimed = await outboxStore(database()).claim(200, 30, shares)
      assert.equal(claimed.length, share + 1)
      assert.equal(claimed.filter(({ service }) => service === 'svc_good').length, 1)
      await queryOnce(url(), `update outbox set next_at = now() where id = 'msg_good'`)
    }
  })
})

/** Of the outbox, by the scans of it. */
function rowsRead(plan: Plan): number {
  const scans = nodesOf(plan).filter((node) => node['Relation Name'] === 'outbox' && node['Node Type'].includes('Scan'))
  const read = scans.map((scan) => (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops'])
  return read.reduce((sum, rows) => sum + rows, 0)
}
