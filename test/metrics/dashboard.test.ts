// The dashboard of Grafana: sound as a document, and every query asks for metrics and labels that a server has.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { readYaml } from '../deploy/deployment-files.ts'
import { startDevelopment } from '../pages/development-server.ts'
import { SECRET, startReceiver } from '../support/webhook-receiver.ts'
import { type Panel, queriesOf, readDashboard } from './dashboard.ts'
import { labelValues } from './metric-samples.ts'
import { promtool, withoutPromtool } from './promtool.ts'

const dashboard = readDashboard()
const panels = dashboard.panels.filter(({ type }) => type !== 'row')

/** The variable that lets a person choose where the figures are. */
const DATASOURCE = ['$', '{datasource}'].join('')

describe('the document', () => {
  test('has panels with ids of their own, that say what they show and from where', () => {
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
    assert.ok(panels.length > 25)
    for (const { title, description, datasource, targets, fieldConfig } of panels) {
      assert.ok(title.length > 3 && (description ?? '').length > 3, title)
      assert.equal(datasource?.uid, DATASOURCE, title)
      assert.ok(targets!.length > 0, title)
      assert.equal(new Set(targets!.map(({ refId }) => refId)).size, targets!.length, title)
      for (const target of targets!) assert.equal(target.datasource.uid, DATASOURCE, title)
      assert.match(fieldConfig!.defaults.unit, /^(short|s|percentunit|reqps|ops|bytes)$/, title)
    }
  })

  test('lays no panel over another, nor beyond the edge', () => {
    const overlaps = (a: Panel['gridPos'], b: Panel['gridPos']) =>
      a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
    for (const [index, { title, gridPos }] of dashboard.panels.entries()) {
      assert.ok(gridPos.x >= 0 && gridPos.x + gridPos.w <= 24, title)
      for (const other of dashboard.panels.slice(index + 1))
        assert.ok(!overlaps(gridPos, other.gridPos), `${title} and ${other.title}`)
    }
  })

  test('uses the variables that it declares, and no other', () => {
    const declared = dashboard.templating.list.map(({ name }) => name)
    assert.deepEqual(declared, ['datasource', 'instance'])
    const used = [...JSON.stringify(dashboard).matchAll(/\$\{?([a-z_]\w*)/g)].map(([, name]) => name!)
    assert.deepEqual(
      [...new Set(used)].filter((name) => !declared.includes(name) && !name.startsWith('__')),
      [],
    )
  })

  test('has queries that Prometheus understands', { skip: withoutPromtool }, () => {
    const directory = mkdtempSync(join(tmpdir(), 'answerback-dashboard-'))
    const rules = queriesOf(dashboard).map(({ expr }, index) => ({ record: `query_${index}`, expr }))
    const file = join(directory, 'rules.json')
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
    try {
      assert.match(promtool('check', 'rules', file), new RegExp(`${rules.length} rules found`))
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})

describe('what the dashboard and the alerts ask for', () => {
  let known: ReturnType<typeof labelValues>
  before(async () => {
    const app = await startReceiver()
    const server = await startDevelopment({
      API_KEY: 'key_of_at_least_24_characters',
      EXCHANGE_SPEED: '50',
      WEBHOOK_URL: app.url,
      WEBHOOK_SECRET: SECRET,
    })
    try {
      const headers = { Authorization: 'Bearer key_of_at_least_24_characters', 'Content-Type': 'application/json' }
      const ask = async (path: string, init: RequestInit = {}) =>
        (await fetch(server.url + path, { headers, ...init })).json() as Promise<{ id: string; status: string }>
      // Its phone answers and approves by itself: docs/testing.md.
      const body = JSON.stringify({ to: '+17015550101', flow: 'approve' })
      const { id } = await ask('/v1/challenges', { method: 'POST', body })
      assert.equal((await ask(`/v1/challenges/${id}?wait=30`)).status, 'approved')
      while (!app.types().includes('challenge.approved')) await app.until(app.received.length + 1)
      // The push is counted once its answer has been read.
      do known = labelValues(await (await fetch(`${server.url}/metrics`)).text())
      while (!known.get('answerback_app_webhook_duration_seconds')?.has('result'))
    } finally {
      await server.stop()
      await app.close()
    }
  })

  type Rules = { groups: { rules: { alert: string; expr: string }[] }[] }
  const alerts = readYaml<Rules>('deploy/prometheus/alerts.yml')[0]!.groups.flatMap(({ rules }) => rules)
  const all = [
    ...queriesOf(dashboard),
    ...alerts.map(({ alert, expr }) => ({ title: alert, expr })),
    { title: 'instances', expr: dashboard.templating.list[1]!.definition! },
  ]

  /** What Prometheus adds to each. */
  const ADDED = ['instance', 'job']

  for (const { title, expr } of all)
    test(`${title}: ${expr.slice(0, 60)}`, () => {
      const selectors = [...expr.matchAll(/\b((?:answerback|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)]
      assert.ok(selectors.length > 0 || /\bup\{/.test(expr), expr)
      const labels = new Set(ADDED)
      for (const [, name = '', matchers = ''] of selectors) {
        const metric = known.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
        const own = known.get(metric)
        assert.ok(own, `${name} is no metric`)
        for (const label of own.keys()) labels.add(label)
        for (const [, label = '', operator, value = ''] of matchers.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)) {
          assert.ok(ADDED.includes(label) || own.has(label), `${name} has no label ${label}`)
          // Of what begins at 0 all values are known.
          if (own.get(label) && /^(=|!=)$/.test(operator!) && metric.endsWith('_total'))
            assert.ok(own.get(label)!.has(value), `${name} never has ${label}="${value}"`)
        }
      }
      for (const [, list = ''] of expr.matchAll(/\bby \(([^)]*)\)/g))
        for (const label of list.split(',').map((one) => one.trim())) assert.ok(labels.has(label), `by (${label})`)
    })

  test('every metric of ours is on the dashboard', () => {
    const text = queriesOf(dashboard)
      .map(({ expr }) => expr)
      .join('\n')
    const missing = [...known.keys()].filter((name) => name !== 'process_start_time_seconds' && !text.includes(name))
    assert.deepEqual(missing, [])
  })
})
