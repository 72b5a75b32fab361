// The rules of Prometheus: valid, with a way to act on each, and each seen to fire and not to fire.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { ROOT, readText, readYaml } from '../deploy/deployment-files.ts'
import { promtool, withoutPromtool } from './promtool.ts'

type Rule = {
  alert: string
  expr: string
  for?: string
  labels: { severity: string }
  annotations: { summary: string; description: string; runbook_url: string }
}
const FILE = 'deploy/prometheus/alerts.yml'
const rules = readYaml<{ groups: { rules: Rule[] }[] }>(FILE)[0]!.groups.flatMap((group) => group.rules)

const directory = mkdtempSync(join(tmpdir(), 'answerback-rules-'))
after(() => rmSync(directory, { recursive: true }))

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

test('each alert says how bad it is, what it means, and leads to what is to be done', () => {
  const runbook = readText('docs/runbook.md')
  const anchors = new Set([...runbook.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!)))
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
  for (const { alert, labels, annotations } of rules) {
    assert.match(alert, /^Answerback[A-Z]\w+$/)
    assert.match(labels.severity, /^(critical|warning)$/)
    assert.ok(annotations.summary.length > 10 && annotations.description.length > 20, alert)
    const [file, anchor] = annotations.runbook_url.split('#')
    assert.equal(file, 'docs/runbook.md')
    assert.ok(anchors.has(anchor!), `${alert}: #${anchor} is no heading of the runbook`)
  }
})

test('promtool takes the configuration and the rules', { skip: withoutPromtool }, () => {
  const token = join(directory, 'token')
  writeFileSync(token, 'a token')
  const config = join(directory, 'prometheus.yml')
  writeFileSync(config, readText('deploy/prometheus/prometheus.yml').replace('/run/secrets/metrics_token', token))
  writeFileSync(join(directory, 'alerts.yml'), readText(FILE))
  assert.match(promtool('check', 'config', config), /SUCCESS/)
  assert.match(promtool('check', 'rules', join(ROOT, FILE)), new RegExp(`${rules.length} rules found`))
})

type Series = Record<string, string>
type Case = {
  alert: string
  /** Each a minute apart: `0+60x30` begins at 0 and grows by 60 a minute. */
  fires: { series: Series; at: string; labels: Record<string, string>; description: string }
  quiet: { series: Series; at: string }[]
}

const ENDED = (status: string, reason: string) =>
  `answerback_challenges_ended_total{flow="approve", channel="call", carrier="twilio", status="${status}", reason="${reason}"}`
const ASKED = (result: string) =>
  `answerback_carrier_request_duration_seconds_count{carrier="plivo", channel="call", result="${result}"}`
const WEBHOOK = (le: string, kind = 'turn') =>
  `answerback_carrier_webhook_duration_seconds_bucket{carrier="twilio", kind="${kind}", status="2xx", le="${le}"}`
const WEBHOOKS = 'answerback_carrier_webhook_duration_seconds_count{carrier="twilio", kind="turn", status="2xx"}'
const STATEMENT = (le: string) =>
  `answerback_database_statement_duration_seconds_bucket{instance="a:3000", result="ok", le="${le}"}`
const STATEMENTS = (result: string) =>
  `answerback_database_statement_duration_seconds_count{instance="a:3000", result="${result}"}`
const BEGAN = 'answerback_guard_decisions_total{rule="conversion", decision="began"}'
const REFUSED = 'answerback_guard_decisions_total{rule="conversion", decision="refused"}'

const CASES: Case[] = [
  {
    alert: 'AnswerbackDown',
    fires: {
      series: {
        'up{job="answerback", instance="a:3000"}': '1 1 0x5',
        'up{job="answerback", instance="b:3000"}': '1x9',
      },
      at: '5m',
      labels: { job: 'answerback', instance: 'a:3000' },
      description: 'a:3000 has not answered a scrape for a minute.',
    },
    quiet: [{ series: { 'up{job="answerback", instance="a:3000"}': '1 0 1x9', 'up{job="other"}': '0x9' }, at: '5m' }],
  },
  {
    alert: 'AnswerbackGone',
    fires: {
      series: { 'up{job="answerback", instance="a:3000"}': '1 0x9' },
      at: '5m',
      labels: {},
      description: 'Prometheus has found no instance that answers for a minute: nobody is verified.',
    },
    quiet: [
      {
        series: { 'up{job="answerback", instance="a:3000"}': '0x9', 'up{job="answerback", instance="b:3000"}': '1x9' },
        at: '5m',
      },
    ],
  },
  {
    alert: 'AnswerbackNotReady',
    fires: {
      series: { 'answerback_ready{instance="a:3000"}': '1 0x9' },
      at: '5m',
      labels: { instance: 'a:3000' },
      description:
        'a:3000 has been not ready for two minutes: the database takes no write, or it does not come to its end.',
    },
    quiet: [{ series: { 'answerback_ready{instance="a:3000"}': '1 0 1x9' }, at: '5m' }],
  },
  {
    alert: 'AnswerbackCarrierFailing',
    fires: {
      series: { [ASKED('placed')]: '0+6x30', [ASKED('refused')]: '0+1x30', [ASKED('unknown')]: '0+3x30' },
      at: '20m',
      labels: { carrier: 'plivo' },
      description: 'plivo did not take 40% of the calls and messages of the last ten minutes.',
    },
    quiet: [
      { series: { [ASKED('placed')]: '0+9x30', [ASKED('refused')]: '0+1x30' }, at: '20m' },
      // Of one call in ten minutes one says nothing.
      { series: { [ASKED('placed')]: '0x30', [ASKED('refused')]: '0 0 0 0 0 0 0 0 0 0 0 0 0 1x16' }, at: '20m' },
    ],
  },
  {
    alert: 'AnswerbackCallsFailing',
    fires: {
      series: { [ENDED('approved', 'key_pressed')]: '0+8x30', [ENDED('undelivered', 'carrier_failed')]: '0+2x30' },
      at: '20m',
      labels: {},
      description: '20% of the challenges of the last ten minutes ended with no carrier having reached anybody.',
    },
    quiet: [
      {
        series: { [ENDED('approved', 'key_pressed')]: '0+6x30', [ENDED('undelivered', 'no_answer')]: '0+6x30' },
        at: '20m',
      },
      { series: { [ENDED('undelivered', 'carrier_failed')]: '0x12 1x20' }, at: '20m' },
    ],
  },
  {
    alert: 'AnswerbackCarrierBreakerOpen',
    fires: {
      series: {
        'answerback_carrier_breaker_open{carrier="plivo", breaker="requests", instance="a"}': '0 1x9',
        'answerback_carrier_breaker_open{carrier="plivo", breaker="requests", instance="b"}': '0x9',
      },
      at: '5m',
      labels: { carrier: 'plivo', breaker: 'requests' },
      description: 'The breaker of plivo for its requests has been open for a minute.',
    },
    quiet: [
      {
        series: { 'answerback_carrier_breaker_open{carrier="plivo", breaker="requests", instance="a"}': '0 1 0x9' },
        at: '5m',
      },
    ],
  },
  {
    alert: 'AnswerbackConversionCollapsed',
    fires: {
      // A day at four in five, then an hour at one in five.
      series: {
        [ENDED('approved', 'code_matched')]: '0+4x1440 5761+1x60',
        [ENDED('expired', 'expired')]: '0+1x1440 1444+4x60',
      },
      at: '1490m',
      labels: {},
      description:
        '20% of the challenges of the last half hour were approved: less than half of the share of the day before.',
    },
    quiet: [
      {
        series: { [ENDED('approved', 'code_matched')]: '0+4x1500', [ENDED('expired', 'expired')]: '0+1x1500' },
        at: '1490m',
      },
      // It was never better.
      {
        series: { [ENDED('approved', 'code_matched')]: '0+1x1500', [ENDED('expired', 'expired')]: '0+4x1500' },
        at: '1490m',
      },
      // At night, nobody.
      {
        series: {
          [ENDED('approved', 'code_matched')]: '0+4x1440 5760x60',
          [ENDED('expired', 'expired')]: '0+1x1440 1440x60',
        },
        at: '1490m',
      },
    ],
  },
  {
    alert: 'AnswerbackCarrierWebhookSlow',
    fires: {
      series: {
        [WEBHOOK('1')]: '0+90x20',
        [WEBHOOK('1.5')]: '0+100x20',
        [WEBHOOK('+Inf')]: '0+100x20',
        [WEBHOOKS]: '0+100x20',
      },
      at: '10m',
      labels: { carrier: 'twilio' },
      description:
        'twilio waits 1.45s for one document of a hundred. After 1.5 s a caller is asked to wait, and after 2 s there is silence.',
    },
    quiet: [
      {
        series: {
          [WEBHOOK('1')]: '0+100x20',
          [WEBHOOK('1.5')]: '0+100x20',
          [WEBHOOK('+Inf')]: '0+100x20',
          [WEBHOOKS]: '0+100x20',
        },
        at: '10m',
      },
      // Nobody listens to the answer to a status.
      {
        series: { [WEBHOOK('1', 'status')]: '0+1x20', [WEBHOOK('+Inf', 'status')]: '0+100x20', [WEBHOOKS]: '0+100x20' },
        at: '10m',
      },
    ],
  },
  {
    alert: 'AnswerbackCarrierWebhookErrors',
    fires: {
      series: {
        'answerback_carrier_webhook_duration_seconds_count{carrier="bandwidth", kind="receipt", status="5xx"}':
          '0x8 3x12',
      },
      at: '10m',
      labels: { carrier: 'bandwidth' },
      description: 'bandwidth got 3 answers of class 5xx in ten minutes: receipts that could not be noted.',
    },
    quiet: [{ series: { [WEBHOOKS]: '0+100x20' }, at: '10m' }],
  },
  {
    alert: 'AnswerbackOutboxOld',
    fires: {
      series: {
        'answerback_outbox_oldest_seconds{instance="a"}': '0+60x20',
        'answerback_outbox_oldest_seconds{instance="b"}': '0+60x20',
      },
      at: '10m',
      labels: {},
      description: 'The oldest outcome has been on its way to WEBHOOK_URL for 10m 0s.',
    },
    quiet: [{ series: { 'answerback_outbox_oldest_seconds{instance="a"}': '0 60 90 0 60 90 0x9' }, at: '10m' }],
  },
  {
    alert: 'AnswerbackDatabaseSlow',
    fires: {
      series: { [STATEMENT('0.5')]: '0+90x20', [STATEMENT('1')]: '0+100x20', [STATEMENT('+Inf')]: '0+100x20' },
      at: '15m',
      labels: { instance: 'a:3000' },
      description: 'One of a hundred statements of a:3000 takes 950ms. After 2 s one is given up.',
    },
    quiet: [{ series: { [STATEMENT('0.5')]: '0+100x20', [STATEMENT('+Inf')]: '0+100x20' }, at: '15m' }],
  },
  {
    alert: 'AnswerbackDatabaseFailing',
    fires: {
      series: { [STATEMENTS('ok')]: '0+90x20', [STATEMENTS('failed')]: '0+10x20' },
      at: '10m',
      labels: { instance: 'a:3000' },
      description: '10% of the statements of a:3000 fail.',
    },
    quiet: [{ series: { [STATEMENTS('ok')]: '0+1000x20', [STATEMENTS('failed')]: '0+1x20' }, at: '10m' }],
  },
  {
    alert: 'AnswerbackGuardTripped',
    fires: {
      series: { [BEGAN]: '0x8 1x12' },
      at: '10m',
      labels: { rule: 'conversion' },
      description:
        'conversion has begun to stand against a prefix, a region, a service or all in the last ten minutes.',
    },
    quiet: [
      { series: { [BEGAN]: '0x20', [REFUSED]: '0+5x20' }, at: '10m' },
      // It is told of once, and not for as long as the rule stands.
      { series: { [BEGAN]: '0x3 1x30' }, at: '20m' },
    ],
  },
  {
    alert: 'AnswerbackSpendingNearCeiling',
    fires: {
      series: {
        'answerback_spending_ratio{window="hour"}': '0.5 0.9x9',
        'answerback_spending_ratio{window="day"}': '0.1x9',
      },
      at: '5m',
      labels: { window: 'hour' },
      description: '90% of SPENDING_LIMIT for the hour is spent. At 100% no call is placed.',
    },
    quiet: [{ series: { 'answerback_spending_ratio{window="hour"}': '0.5 0.8x9' }, at: '5m' }],
  },
]

describe('each alert fires, and does not', { skip: withoutPromtool }, () => {
  test('there is a case for each', () => {
    assert.deepEqual(CASES.map(({ alert }) => alert).toSorted(), rules.map(({ alert }) => alert).toSorted())
  })

  for (const { alert, fires, quiet } of CASES)
    test(alert, () => {
      const { labels, annotations } = rules.find((rule) => rule.alert === alert)!
      const { labels: found, description } = fires
      const fired = { exp_labels: { ...labels, ...found }, exp_annotations: { ...annotations, description } }
      const tests = [{ ...fires, alerts: [fired] }, ...quiet.map((one) => ({ ...one, alerts: [] as unknown[] }))].map(
        ({ series, at, alerts }) => ({
          interval: '1m',
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: alerts }],
        }),
      )
      // JSON is YAML.
      const file = join(directory, `${alert}.json`)
      writeFileSync(file, JSON.stringify({ rule_files: [join(ROOT, FILE)], evaluation_interval: '1m', tests }))
      assert.match(promtool('test', 'rules', file), /SUCCESS/)
    })
})
