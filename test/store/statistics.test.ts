// What is counted of the challenges of a period.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { challengeStore } from '../../src/store/challenges.ts'
import type { Database } from '../../src/store/database.ts'
import {
  CHALLENGES_LOOKED_AT,
  PREFIXES_SHOWN,
  type StatisticsFilter,
  statisticsStore,
} from '../../src/store/statistics.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { aChallenge, aCreation, aRequest } from './samples.ts'
import { onEmbedded, onPostgres, withoutDeadline } from './test-databases.ts'

const HOUR = 3_600
const DAY = 86_400
const ANY: StatisticsFilter = { serviceId: null, region: null, carrier: null, prefix: null }

type Row = {
  age: string
  status: string
  reason: string | null
  region: string
  result: string | null
  channel: string
  to: string | null
}

const ENDED: Omit<Row, 'age'> = {
  status: 'approved',
  reason: 'code_matched',
  region: 'US',
  result: 'delivered',
  channel: 'call',
  to: '+12025550123',
}
const ROWS: Row[] = [
  { ...ENDED, age: '10 minutes' },
  { ...ENDED, age: '10 minutes', region: 'GB', channel: 'sms', to: null },
  { ...ENDED, age: '5 hours', status: 'undelivered', reason: 'busy', result: 'busy' },
  { ...ENDED, age: '20 minutes', status: 'pending', reason: null, result: null, to: '+18765550123' },
  { ...ENDED, age: '3 days', status: 'denied', reason: 'rejected' },
]

/** Each has one delivery, which rings for eight seconds when it is a call that is delivered. */
async function fill(database: Database): Promise<void> {
  await database.query(`insert into services (id, name) values ('svc_counted', 'Acme')`)
  const record = { challenge: aChallenge(), request: { ...aRequest(), serviceId: 'svc_template' } }
  await challengeStore(database).insert({ ...record, expiresIn: 300, idempotency: null, slot: null }, aCreation)
  for (const [index, { age, status, reason, region, result, channel, to }] of ROWS.entries()) {
    const ended = status === 'pending' ? '{}' : `{"ended_at": "2026-01-01T00:00:00Z", "outcome_version": 2}`
    const answered = `[' || (extract(epoch from now() - interval '${age}' + interval '8 seconds') * 1000000)::bigint || ',"answered",0,{}]`
    const ledger = `'[0,"created",0,{}]${channel === 'call' && result === 'delivered' ? `\n${answered}` : ''}'`
    const delivery = { id: `dlv_${index}`, channel, carrier: 'plivo', ref: null, progress: { state: 'ended' }, result }
    await database.query(`
      insert into challenges
      select (jsonb_populate_record(template, jsonb_build_object(
        'id', 'chl_${index}', 'service_id', 'svc_counted', 'status', '${status}', 'to', ${to === null ? 'null' : `'${to}'`}, 'region', '${region}',
        'reason', ${reason === null ? 'null' : `'${reason}'`}, 'created_at', now() - interval '${age}',
        'expires_at', now() - interval '${age}' + interval '5 minutes', 'ledger', ${ledger}, 'deliveries',
        jsonb_build_array('${JSON.stringify(delivery)}'::jsonb || jsonb_build_object('createdAt', now() - interval '${age}'))
      ) || '${ended}'::jsonb)).*
      from challenges as template where service_id = 'svc_template'`)
  }
}

function behave(database: () => Database): void {
  before(() => fill(database()))
  const statisticsOf = (seconds: number, filter: Partial<StatisticsFilter> = {}) =>
    statisticsStore(database()).statistics({ ...ANY, ...filter, seconds, stretchSeconds: HOUR })

  test('what is in the period is counted by time and by country, and one that is overdue as expired', async () => {
    const { challenges, isCut, from, until } = await statisticsOf(DAY)
    assert.equal(isCut, false)
    assert.equal(Math.round((until - from) / 1000), DAY)
    const byCountry = challenges.filter(({ region }) => region !== null)
    assert.deepEqual(
      byCountry.map(({ region, status, reason, count }) => [region, status, reason, count].join(' ')).toSorted(),
      ['GB approved code_matched 1', 'US approved code_matched 1', 'US expired expired 1', 'US undelivered busy 1'],
    )
    const byTime = challenges.filter(({ at }) => at !== null)
    assert.equal(
      byTime.reduce((sum, { count }) => sum + count, 0),
      4,
    )
    for (const { at } of byTime) assert.ok(at! % (HOUR * 1000) === 0 && at! <= until && at! > from - HOUR * 1000)
    const ofDays = (await statisticsOf(7 * DAY)).challenges.filter(({ region }) => region !== null)
    assert.equal(
      ofDays.reduce((sum, { count }) => sum + count, 0),
      5,
    )
  })

  test('deliveries are counted by channel and result, and answered calls are measured', async () => {
    const { deliveries, answerTimes } = await statisticsOf(DAY)
    const byCarrier = deliveries.filter(({ carrier }) => carrier !== null)
    assert.deepEqual(
      byCarrier.map(({ carrier, channel, result, count }) => [carrier, channel, result, count].join(' ')).toSorted(),
      ['plivo call  1', 'plivo call busy 1', 'plivo call delivered 1', 'plivo sms delivered 1'],
    )
    const all = answerTimes.find(
      ({ region, carrier, prefix }) => region === null && carrier === null && prefix === null,
    )!
    assert.deepEqual([all.count, Math.round(all.median), Math.round(all.slow)], [1, 8, 8])
  })

  test('numbers are counted by their prefix, of which at least seven digits stay out, and what retention removed by itself', async () => {
    const { challenges, deliveries, answerTimes } = await statisticsOf(DAY)
    const prefixes = (counts: { prefix: string | null; count: number }[]) =>
      counts.flatMap(({ prefix, count }) => (prefix === null ? [] : [`${prefix} ${count}`])).toSorted()
    assert.deepEqual(prefixes(challenges), ['+1202 1', '+1202 1', '+1876 1', 'removed 1'])
    assert.deepEqual(prefixes(deliveries), ['+1202 1', '+1202 1', '+1876 1', 'removed 1'])
    assert.deepEqual(prefixes(answerTimes), ['+1202 1'])
  })

  test('what is asked for alone is counted alone: a service, a country, a carrier, a prefix', async () => {
    const count = async (filter: Partial<StatisticsFilter>) => {
      const { challenges, deliveries } = await statisticsOf(DAY, filter)
      const of = (counts: { at: number | null; count: number }[]) =>
        counts.reduce((sum, one) => sum + (one.at === null ? 0 : one.count), 0)
      return [of(challenges), of(deliveries)]
    }
    assert.deepEqual(await count({}), [4, 4])
    assert.deepEqual(await count({ serviceId: 'svc_counted' }), [4, 4])
    assert.deepEqual(await count({ serviceId: 'svc_other' }), [0, 0])
    assert.deepEqual(await count({ region: 'GB' }), [1, 1])
    assert.deepEqual(await count({ carrier: 'plivo' }), [4, 4])
    assert.deepEqual(await count({ carrier: 'twilio' }), [0, 0])
    assert.deepEqual(await count({ prefix: '+1202' }), [2, 2])
    assert.deepEqual(await count({ prefix: '+1876', region: 'GB' }), [0, 0])
  })

  test('of nothing there is nothing', async () => {
    const { challenges, deliveries, answerTimes } = await statisticsOf(60)
    assert.deepEqual([challenges, deliveries, answerTimes], [[], [], []])
  })
}

describe('on a Postgres server', { skip: withoutPostgres }, () => {
  const { database } = onPostgres()
  behave(() => database())

  test('of more than are looked at the newest are counted, and the answer says since when', async () => {
    await database().session(async (query) => {
      await query(`
        insert into challenges
        select (jsonb_populate_record(template, jsonb_build_object(
          'id', 'chl_many_' || n, 'service_id', 'svc_counted', 'created_at', now() - interval '40 days' - n * interval '1 second',
          'expires_at', now() - interval '39 days'))).*
        from challenges as template, generate_series(1, ${CHALLENGES_LOOKED_AT}) as n where service_id = 'svc_template'`)
    })
    const { isCut, from, until, challenges } = await statisticsStore(withoutDeadline(database())).statistics({
      ...ANY,
      seconds: 60 * DAY,
      stretchSeconds: DAY,
    })
    assert.equal(isCut, true)
    assert.ok(until - from < 41 * DAY * 1000)
    const counted = challenges.filter(({ region }) => region !== null).reduce((sum, { count }) => sum + count, 0)
    assert.equal(counted, CHALLENGES_LOOKED_AT)
  })

  test('of many prefixes the commonest are named, and the others stand together', async () => {
    await database().session(async (query) => {
      await query(`
        insert into challenges
        select (jsonb_populate_record(template, jsonb_build_object(
          'id', 'chl_prefix_' || n, 'service_id', 'svc_counted', 'created_at', now() - interval '10 days',
          'to', '+1' || 400 + n % 300 || '5550123', 'expires_at', now() - interval '9 days'))).*
        from challenges as template, generate_series(1, 340) as n where service_id = 'svc_template'`)
    })
    const { challenges } = await statisticsStore(database()).statistics({
      ...ANY,
      seconds: 11 * DAY,
      stretchSeconds: DAY,
    })
    const byPrefix = Map.groupBy(
      challenges.filter(({ prefix }) => prefix !== null),
      ({ prefix }) => prefix,
    )
    assert.equal(byPrefix.size, PREFIXES_SHOWN + 2)
    const of = (prefix: string) => byPrefix.get(prefix)!.reduce((sum, { count }) => sum + count, 0)
    assert.deepEqual([of('+1401'), of('other'), of('removed')], [2, 340 - 19 * 2 + 1, 1])
  })
})

describe('embedded', () => {
  behave(onEmbedded().database)
})
