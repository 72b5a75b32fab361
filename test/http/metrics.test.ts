// GET /metrics: what was counted of whole calls, by labels of ours alone, and who may read it.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { CARRIERS, CHANNELS, FLOWS } from '../../src/domain/challenge.ts'
import { TRAFFIC_RULES } from '../../src/domain/traffic-rule.ts'
import { noFaults } from '../../src/exchange/simulator/fault-injection.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { createServer } from '../../src/server.ts'
import { labelValues, metricNames, samplesOf } from '../metrics/metric-samples.ts'
import { memoryStore } from '../simulator/memory-store.ts'
import { testConfig } from '../support/config.ts'
import { nextNumber } from '../support/numbers.ts'
import { hearCode, openGate } from '../support/phone-helpers.ts'
import { as, type Server, startServer } from './test-server.ts'

const withoutPromtool = spawnSync('promtool', ['--version']).error
  ? "SKIPPED: no promtool found (Debian's package prometheus)"
  : false

/** As node-server gives the connection of `curl` on this machine to the app. */
const ON_THIS_MACHINE = {
  incoming: { url: '/metrics', headers: { host: 'localhost' }, socket: { remoteAddress: '127.0.0.1' } },
}

let server: Server
before(async () => {
  server = await startServer({}, ['twilio', 'bandwidth'])
})
after(() => server.stop())

const calm = () => server.calm()

/** Each line's value, by its name and labels. */
async function scrape(): Promise<Map<string, number>> {
  return samplesOf(await scrapedText())
}

async function scrapedText(): Promise<string> {
  return (await server.app.request('/metrics', {}, ON_THIS_MACHINE)).text()
}

/** What grew since, and by how much; neither the sums nor the buckets of times, nor what always grows. */
function growth(earlier: Map<string, number>, later: Map<string, number>): Record<string, number> {
  return Object.fromEntries(
    [...later]
      .map(([name, value]) => [name, value - (earlier.get(name) ?? 0)] as const)
      .filter(([name, value]) => value !== 0 && !/_(bucket|sum)\b|^(process|nodejs)_|_database_statement_/.test(name)),
  )
}

test('a call that is approved is counted, at each step', async () => {
  const earlier = await scrape()
  const to = nextNumber()
  const { json } = await server.ask('POST', '/v1/challenges', { to })
  const phone = server.phones.phone(to)
  await openGate(phone)
  await server.ask('POST', `/v1/challenges/${json.id}/check`, { code: await hearCode(phone) })
  await calm()
  const grown = growth(earlier, await scrape())
  const webhooks = Object.entries(grown).filter(([name]) => name.startsWith('answerback_carrier_webhook'))
  for (const [name] of webhooks) {
    assert.match(name, /^answerback_carrier_webhook_duration_seconds_count\{.*carrier="twilio".*\}$/)
    assert.match(name, /kind="(answer|turn|status)"/)
    assert.match(name, /status="2xx"/)
    Reflect.deleteProperty(grown, name)
  }
  assert.ok(webhooks.length >= 3, JSON.stringify(webhooks))
  // By the deck two cents a minute, of a hundred dollars in an hour and a thousand in a day.
  const spent = ['hour', 'day'].map((window) => `answerback_spending_ratio{window="${window}"}`)
  assert.ok(grown[spent[0]!]! > 0)
  assert.ok(Math.abs(grown[spent[0]!]! / grown[spent[1]!]! - 10) < 1e-6)
  for (const name of spent) Reflect.deleteProperty(grown, name)
  assert.deepEqual(grown, {
    'answerback_challenges_created_total{flow="send_code",channel="call"}': 1,
    'answerback_challenges_ended_total{flow="send_code",channel="call",carrier="twilio",status="approved",reason="code_matched"}': 1,
    'answerback_challenge_duration_seconds_count{flow="send_code",status="approved"}': 1,
    'answerback_call_ring_seconds_count{carrier="twilio"}': 1,
    'answerback_call_answer_seconds_count{carrier="twilio"}': 1,
    'answerback_carrier_request_duration_seconds_count{carrier="twilio",channel="call",result="placed"}': 1,
  })
})

test('a counter and a histogram begin at 0, so that Prometheus sees its first increase', async () => {
  const found = await scrape()
  const ended = (carrier: string) =>
    `answerback_challenges_ended_total{flow="keypad_code",channel="call",carrier="${carrier}",status="denied",reason="fraud_reported"}`
  assert.equal(found.get(ended('bandwidth')), 0)
  assert.equal(found.get(ended('plivo')), undefined, 'a carrier that is not configured')
  assert.equal(found.get('answerback_guard_decisions_total{rule="spending",decision="began"}'), 0)
  for (const [histogram, labels] of [
    ['challenge_duration_seconds', 'flow="approve",status="canceled"'],
    ['call_ring_seconds', 'carrier="bandwidth"'],
    ['call_answer_seconds', 'carrier="bandwidth"'],
    ['carrier_request_duration_seconds', 'carrier="bandwidth",channel="sms",result="unknown"'],
    ['carrier_webhook_duration_seconds', 'carrier="bandwidth",kind="fallback",status="5xx"'],
    ['app_webhook_duration_seconds', 'result="failed"'],
    ['database_statement_duration_seconds', 'result="failed"'],
  ])
    assert.equal(found.get(`answerback_${histogram}_count{${labels}}`), 0, histogram)
  const reasons = [...found.keys()].flatMap((name) => /reason="(\w+)"/.exec(name)?.[1] ?? [])
  assert.deepEqual([...new Set(reasons)].toSorted(), REASONS.toSorted())
})

test('a carrier that refuses: the request, the next carrier, and in time its breaker', async (t) => {
  t.after(() => server.phones.injectFaults(noFaults()))
  const earlier = await scrape()
  assert.equal(earlier.get('answerback_carrier_breaker_open{carrier="twilio",breaker="requests"}'), 0)
  server.phones.injectFaults({ requests: { refuse: { status: 401, code: 20003 } } })
  for (let call = 0; call < 5; call++) await server.create({ carrier: 'twilio' })
  await calm()
  const later = await scrape()
  const grown = growth(earlier, later)
  assert.equal(
    grown['answerback_carrier_request_duration_seconds_count{carrier="twilio",channel="call",result="refused"}'],
    5,
  )
  assert.equal(
    grown[
      'answerback_challenges_ended_total{flow="send_code",channel="call",carrier="twilio",status="undelivered",reason="carrier_failed"}'
    ],
    5,
  )
  assert.equal(later.get('answerback_carrier_breaker_open{carrier="twilio",breaker="requests"}'), 1)
  assert.equal(later.get('answerback_carrier_breaker_open{carrier="bandwidth",breaker="requests"}'), 0)
})

test('those who wait are counted while they do', async () => {
  const { json } = await server.create({ carrier: 'bandwidth' })
  const waiting = [1, 2].map(() => server.ask('GET', `/v1/challenges/${json.id}?wait=30`))
  const until = async (count: number) => {
    while ((await scrape()).get('answerback_waiters') !== count) await new Promise(setImmediate)
  }
  await until(2)
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`)
  await Promise.all(waiting)
  await until(0)
})

test('nothing that a stranger sends becomes a label', async () => {
  await calm()
  const earlier = await scrape()
  for (const path of ['/voice/evil/en-US/chl_1/dlv_1/answer', '/sms/evil/chl_1/dlv_1', '/voice/plivo/xx/a/b/turn/9'])
    await server.app.request(path, { method: 'POST', body: 'a=1' })
  assert.deepEqual(growth(earlier, await scrape()), {})
  await server.app.request('/voice/twilio/en-US/chl_1/dlv_1/status', { method: 'POST', body: 'a=1' })
  assert.deepEqual(growth(earlier, await scrape()), {
    'answerback_carrier_webhook_duration_seconds_count{carrier="twilio",kind="status",status="4xx"}': 1,
  })
})

const REASONS = [
  ...['code_matched', 'key_pressed', 'rejected', 'fraud_reported', 'too_many_attempts', 'expired', 'canceled'],
  ...['busy', 'no_answer', 'call_rejected', 'voicemail', 'hung_up', 'no_input', 'unreachable', 'carrier_failed'],
]
const carrier = new Set<string>(CARRIERS)
const flow = new Set<string>(FLOWS)
const channel = new Set<string>(CHANNELS)
const status = new Set(['approved', 'denied', 'undelivered', 'expired', 'canceled'])
/** Every label and every value that it may ever have. */
const LABELS: Record<string, Record<string, Set<string>>> = {
  answerback_challenges_created_total: { flow, channel },
  answerback_challenges_ended_total: { flow, channel, carrier, status, reason: new Set(REASONS) },
  answerback_challenge_duration_seconds: { flow, status },
  answerback_call_ring_seconds: { carrier },
  answerback_call_answer_seconds: { carrier },
  answerback_carrier_request_duration_seconds: {
    carrier,
    channel,
    result: new Set(['placed', 'refused', 'unknown']),
  },
  answerback_carrier_webhook_duration_seconds: {
    carrier,
    kind: new Set(['answer', 'turn', 'status', 'detection', 'fallback', 'receipt']),
    status: new Set(['2xx', '4xx', '5xx']),
  },
  answerback_carrier_breaker_open: { carrier, breaker: new Set(['requests', 'deliveries']) },
  answerback_app_webhook_duration_seconds: { result: new Set(['delivered', 'failed']) },
  answerback_database_statement_duration_seconds: { result: new Set(['ok', 'failed']) },
  answerback_guard_decisions_total: {
    rule: new Set(TRAFFIC_RULES),
    decision: new Set(['refused', 'recorded', 'began', 'ended']),
  },
  answerback_spending_ratio: { window: new Set(['hour', 'day']) },
}

test('each label has values of a list of ours, whatever was asked for', async () => {
  const odd = 'x"y\\z{}\n'
  for (const method of ['GET', 'PUT', 'PATCH', 'BREW'])
    await server.app.request('/sms/twilio/chl_1/dlv_1', { method, ...(method !== 'GET' && { body: odd }) })
  for (const wanted of [{ carrier: odd }, { flow: odd }, { channel: 'fax' }, { scope: odd }, { locale: 'zz' }])
    await server.ask('POST', '/v1/challenges', { to: nextNumber(), ...wanted })
  await server.create({ scope: 'a-scope-of-theirs', metadata: { a: 'b' }, locale: 'de-DE' })
  await server.create({ channel: 'sms' })
  for (const path of ['/sms/twilio/evil/evil', '/voice/bandwidth/evil/evil/evil/fallback', '/sms/bandwidth'])
    await server.app.request(path, { method: 'POST', body: odd })
  await calm()
  const found = labelValues(await scrapedText())
  assert.ok(found.size >= Object.keys(LABELS).length)
  for (const [metric, labels] of found)
    for (const [label, values] of labels)
      if (label !== 'le')
        for (const value of values) assert.ok(LABELS[metric]?.[label]?.has(value), `${metric}: ${label}="${value}"`)
})

test('it is ready until it stops', async () => {
  const other = await startServer()
  const ready = async () => {
    const text = await (await other.app.request('/metrics', {}, ON_THIS_MACHINE)).text()
    return samplesOf(text).get('answerback_ready')
  }
  assert.equal(await ready(), 1)
  other.stopping.abort()
  assert.equal(await ready(), 0)
  await other.stop()
})

test('statements are counted with their time, also those that fail', async () => {
  const statements = (result: string) => `answerback_database_statement_duration_seconds_count{result="${result}"}`
  const earlier = await scrape()
  await server.ask('GET', '/v1/challenges/chl_none')
  const later = await scrape()
  // The statements of the two scrapes themselves are among them.
  assert.ok(later.get(statements('ok'))! > earlier.get(statements('ok'))!)
  assert.ok(later.get('answerback_database_statement_duration_seconds_sum{result="ok"}')! > 0)
  const both = await Promise.allSettled([server.newService('twice'), server.newService('twice')])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal((await scrape()).get(statements('failed')), 1)
})

test('promtool finds nothing to object to', { skip: withoutPromtool }, async () => {
  const input = await scrapedText()
  assert.equal(execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' }), '')
})

test('every metric stands in docs/metrics.md', async () => {
  const { readFile } = await import('node:fs/promises')
  const document = await readFile(new URL('../../docs/metrics.md', import.meta.url), 'utf8')
  const names = metricNames(await scrapedText())
  const documented = [...document.matchAll(/^\| `([a-z]\w*)`/gm)].map(([, name]) => name!)
  assert.deepEqual(documented.toSorted(), names.toSorted())
})

describe('who may read it', () => {
  const KEY = 'an api key of 24 characters'
  async function statusOf(
    environment: Record<string, string>,
    headers: Record<string, string> = {},
    url = 'http://localhost/metrics',
    remoteAddress = '127.0.0.1',
  ): Promise<number> {
    const config = testConfig({
      SECRET: 'a secret that is long enough for this',
      API_KEY: KEY.replaceAll(' ', '_'),
      ...environment,
    })
    const store = { ...memoryStore(Date.now), notifier: {} as never }
    const { app } = await createServer(config, silentLogger, { store })
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    const incoming = { url: '/metrics', headers: { host: new URL(url).host, ...sent }, socket: { remoteAddress } }
    return (await app.request(url, { headers }, { incoming })).status
  }
  const TOKENS = { METRICS_TOKEN: 'the-new-token-of-16,the-old-token-of-16' }

  test('with METRICS_TOKEN who has one of its list, in production too', async () => {
    for (const environment of [TOKENS, { ...TOKENS, HOST: '0.0.0.0' }]) {
      assert.equal(await statusOf(environment), 401)
      assert.equal(await statusOf(environment, as('the-new-token-of-17')), 401)
      assert.equal(await statusOf(environment, as(KEY.replaceAll(' ', '_'))), 401)
      assert.equal(await statusOf(environment, as('the-new-token-of-16')), 200)
      assert.equal(await statusOf(environment, as('the-old-token-of-16'), 'https://verify.example.com/metrics'), 200)
    }
  })

  test('without one, in development, who asks on this machine', async () => {
    for (const url of ['http://localhost/metrics', 'http://127.0.0.1:3000/metrics', 'http://[::1]:3000/metrics'])
      assert.equal(await statusOf({}, {}, url), 200, url)
    assert.equal(await statusOf({}, {}, 'https://verify.example.com/metrics'), 404)
    assert.equal(await statusOf({}, { 'X-Forwarded-For': '203.0.113.7' }), 404)
    assert.equal(await statusOf({}, {}, 'http://localhost/metrics', '203.0.113.7'), 404)
    assert.equal(await statusOf({ HOST: '0.0.0.0' }), 404, 'the network can reach it')
  })
})
