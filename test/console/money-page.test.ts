// What calls and texts have cost, and how much of each ceiling is used.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { moneyColumns } from '../../src/console/charts/money-columns.ts'
import { ceilingUses, spendingSummary, total } from '../../src/console/spending-summary.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { startConsole } from './console-app.ts'

test('every day of the period is there, those without a call too, and groups stand by their cost', () => {
  const sum = { day: null, serviceId: null, carrier: null, region: null, channel: 'call', count: 1, cost: 200 } as const
  const summary = spendingSummary(
    {
      today: '2026-03-01',
      sums: [
        { ...sum, day: '2026-03-01' },
        { ...sum, day: '2026-03-01', channel: 'sms', count: 3, cost: 300 },
        { ...sum, day: '2026-02-27' },
        { ...sum, region: 'US' },
        { ...sum, region: 'JM', channel: 'sms', count: 3, cost: 300 },
      ],
    },
    4,
  )
  assert.deepEqual(
    summary.days.map((day) => [new Date(day.at).toISOString().slice(0, 10), total(day)]),
    [
      ['2026-02-26', { count: 0, cost: 0 }],
      ['2026-02-27', { count: 1, cost: 0.02 }],
      ['2026-02-28', { count: 0, cost: 0 }],
      ['2026-03-01', { count: 4, cost: 0.05 }],
    ],
  )
  assert.deepEqual(
    summary.countries.map(({ name }) => name),
    ['JM', 'US'],
  )
  assert.deepEqual(summary.all, { call: { count: 2, cost: 0.04 }, sms: { count: 3, cost: 0.03 } })
})

test('a ceiling is used by what was spent in its hour or day, of all first, then of the fullest service', () => {
  const none = { started: 0, verified: 0, failed: 0 }
  const totals = (key: string, hour: number, day: number) => ({
    key,
    hour: { ...none, cost: hour },
    day: { ...none, cost: day },
  })
  const ceilings = { all: [{ max: 10, seconds: 86_400 }], service: [{ max: 1, seconds: 3_600 }] }
  const uses = ceilingUses(ceilings, [
    totals('all', 20_000, 50_000),
    totals('service:svc_a', 2_000, 9_000),
    totals('service:svc_b', 12_000, 30_000),
    totals('service:svc_c', 0, 0),
    totals('region:US', 5, 5),
  ])
  assert.deepEqual(
    uses.map(({ service, spent, max }) => [service, spent, max]),
    [
      [null, 5, 10],
      ['svc_b', 1.2, 1],
      ['svc_a', 0.2, 1],
    ],
  )
})

test('the labels of the axis differ, however small the sums', () => {
  for (const cost of [0, 0.003, 0.012, 0.02, 0.04, 0.3, 3, 9.9, 40, 1_500]) {
    const amounts = { call: { count: 1, cost }, sms: { count: 1, cost: -0.01 } }
    const chart = String(moneyColumns([{ at: 0, ...amounts }]))
    const labels = [...chart.matchAll(/text-anchor="end">([\d.]+)</g)].map(([, label]) => label)
    assert.ok(labels.length >= 3, String(cost))
    assert.equal(new Set(labels).size, labels.length, labels.join(' '))
  }
})

describe('the money page', { skip: withoutPostgres }, () => {
  let pages: Awaited<ReturnType<typeof startConsole>>
  before(async () => {
    pages = await startConsole()
  })
  after(() => pages.close())

  test('shows what was spent by day, carrier, country and service, and of one service alone', async () => {
    assert.match((await pages.get('/money')).text, /Nothing was called or texted/)
    const service = (await pages.post('/services', { name: 'Saltmarsh' })).location!
    const { today } = await pages.store.spending.sums(1, null)
    const spent = { day: today, carrier: 'twilio', region: 'US', channel: 'call' } as const
    await pages.store.spending.add([
      { ...spent, serviceId: 'svc_first', count: 1_000, cost: 12_345_600 },
      { ...spent, serviceId: service, carrier: 'plivo', region: 'JM', channel: 'sms', count: 2, cost: 2_000 },
    ])
    await pages.store.guardTraffic.add([
      { key: 'all', started: 2, verified: 0, failed: 0, cost: 25_000 },
      { key: `service:${service}`, started: 2, verified: 0, failed: 0, cost: 60_000 },
    ])
    const { text } = await pages.get('/money')
    assert.match(text, /<dt>All<\/dt><dd><b>1 234\.76<\/b>/)
    assert.match(text, /Twilio<\/th><td>1000<\/td><td>0<\/td><td>1 234\.56/)
    assert.match(text, /Jamaica<\/th><td>0<\/td><td>2<\/td><td>0\.20/)
    assert.match(text, /Saltmarsh<\/th><td>0<\/td><td>2<\/td><td>0\.20/)
    assert.match(text, /All services together<\/th><td>hour<\/td><td>2\.50<\/td><td>10\.00<\/td>.* 25 %/)
    assert.match(text, /Saltmarsh<\/th><td>hour<\/td><td>6\.00<\/td><td>5\.00<\/td>.* 120 %/)
    assert.match(text, /recorded, and not refused: GUARD_SPENDING/)
    const own = (await pages.get(`/money?period=7d&service=${service}`)).text
    assert.match(own, /<dt>All<\/dt><dd><b>0\.20<\/b>/)
    assert.doesNotMatch(own, /Twilio<\/th>/)
    assert.match(text, /leave out what a rule that only records would have refused/)
    const lost = { ...spent, serviceId: service, carrier: 'signalwire', region: 'CA', count: 0, cost: -300 } as const
    await pages.store.spending.add([lost])
    const { sums } = await pages.store.spending.sums(7, service)
    for (const group of ['day', 'carrier', 'region', 'serviceId'] as const) {
      const costs = sums.flatMap((sum) => (sum[group] === null ? [] : [sum.cost]))
      assert.equal(
        costs.reduce((all, cost) => all + cost, 0),
        1_700,
        group,
      )
    }
    for (const query of ['period=1y', "service='", 'period=constructor'])
      assert.equal((await pages.get(`/money?${query}`)).location, 'money', query)
    pages.as('viewer')
    assert.equal((await pages.get('/money')).status, 200)
    pages.as('operator')
  })
})
