import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summaryOf } from '../../src/console/statistics-summary.ts'
import type { ChallengeCount, DeliveryCount, Statistics } from '../../src/store/statistics.ts'

const HOUR = 3_600_000
const counted = (count: Partial<ChallengeCount>): ChallengeCount => ({
  ...{ at: null, region: null, carrier: null, prefix: null, status: 'approved', reason: null, count: 1 },
  ...count,
})
const delivered = (count: Partial<DeliveryCount>): DeliveryCount => ({
  ...{ at: null, region: null, carrier: null, prefix: null, channel: 'call', result: 'delivered', count: 1 },
  ...count,
})

const STATISTICS: Statistics = {
  from: 10.5 * HOUR,
  until: 13.2 * HOUR,
  isCut: false,
  challenges: [
    counted({ at: 11 * HOUR, status: 'approved', count: 6 }),
    counted({ at: 11 * HOUR, status: 'undelivered', count: 2 }),
    counted({ at: 13 * HOUR, status: 'pending', count: 5 }),
    counted({ at: 13 * HOUR, status: 'canceled', count: 3 }),
    counted({ region: 'US', status: 'approved', reason: 'code_matched', count: 6 }),
    counted({ region: 'GB', status: 'undelivered', reason: 'busy', count: 2 }),
    counted({ region: 'GB', status: 'canceled', reason: 'canceled', count: 3 }),
    counted({ region: 'US', status: 'pending', count: 5 }),
  ],
  deliveries: [
    delivered({ at: 11 * HOUR, result: 'delivered', count: 3 }),
    delivered({ at: 11 * HOUR, result: 'voicemail', count: 1 }),
    delivered({ at: 11 * HOUR, result: 'busy', count: 4 }),
    delivered({ at: 13 * HOUR, result: 'canceled', count: 9 }),
    delivered({ at: 13 * HOUR, channel: 'sms', result: 'unreachable', count: 1 }),
    delivered({ carrier: 'plivo', channel: 'sms', result: 'unreachable', count: 1 }),
    delivered({ carrier: 'twilio', result: 'busy', count: 4 }),
    delivered({ carrier: 'twilio', result: null, count: 2 }),
  ],
  answerTimes: [
    { region: null, carrier: null, prefix: null, median: 8, slow: 20, count: 4 },
    { region: null, carrier: 'twilio', prefix: null, median: 7, slow: 20, count: 4 },
  ],
}

const summary = summaryOf(STATISTICS, 3_600)

test('what is open or was canceled counts in no rate', () => {
  assert.equal(summary.all.created, 16)
  assert.deepEqual(summary.all.approved, { count: 6, of: 8 })
  assert.deepEqual(summary.all.answered, { count: 4, of: 8 })
  assert.deepEqual(summary.all.arrived, { count: 0, of: 1 })
  assert.deepEqual([summary.all.answerSeconds?.median, summary.all.answerSeconds?.slow], [8, 20])
})

test('every stretch of the period is there, those without a challenge too', () => {
  assert.deepEqual(
    summary.stretches.map(({ at, created }) => [at / HOUR, created]),
    [
      [10, 0],
      [11, 8],
      [12, 0],
      [13, 8],
    ],
  )
  assert.equal(summary.stretches[1]!.byStatus.undelivered, 2)
  assert.deepEqual(summary.stretches[0]!.approved, { count: 0, of: 0 })
})

test('countries and carriers stand by their size, with what failed most', () => {
  assert.deepEqual(
    summary.countries.map(({ name, created, failures }) => [name, created, failures]),
    [
      ['US', 11, []],
      ['GB', 5, [['busy', 2]]],
    ],
  )
  assert.deepEqual(
    summary.carriers.map(({ name, answered, arrived, answerSeconds, failures }) => ({
      name,
      answered,
      arrived,
      answerSeconds,
      failures,
    })),
    [
      {
        name: 'twilio',
        answered: { count: 0, of: 4 },
        arrived: { count: 0, of: 0 },
        answerSeconds: 7,
        failures: [['busy', 4]],
      },
      {
        name: 'plivo',
        answered: { count: 0, of: 0 },
        arrived: { count: 0, of: 1 },
        answerSeconds: null,
        failures: [['unreachable', 1]],
      },
    ],
  )
  assert.deepEqual(summary.failures, [['busy', 2]])
})
