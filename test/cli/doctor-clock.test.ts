import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { clock } from '../../src/cli/doctor/clock-difference.ts'
import { serverInfo } from '../../src/store/server-info.ts'
import { type FreshDatabase, freshDatabase, withoutPostgres } from '../support/fresh-database.ts'

describe('the clocks, as doctor compares them', { skip: withoutPostgres }, () => {
  let fresh: FreshDatabase
  before(async () => {
    fresh = await freshDatabase()
  })
  after(() => fresh.drop())

  test('agree on one machine', async () => {
    const { verdict } = clock((await serverInfo(fresh.url)).clockAhead)
    assert.equal(verdict, 'good')
  })

  test('are told apart, and by how much', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 15 * 60_000 })
    const { clockAhead } = await serverInfo(fresh.url)
    t.mock.timers.reset()
    const { verdict, sentence } = clock(clockAhead)
    assert.equal(verdict, 'odd')
    assert.match(sentence, /clock is (89[5-9]|90[0-5]) s behind this machine's/)
  })
})
