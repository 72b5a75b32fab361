// What compose.yaml mounts is there, and where the files of Prometheus and Grafana say that it is.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { PORT, ROOT, readYaml } from './deployment-files.ts'

type Service = { volumes?: string[]; secrets?: string[]; ports?: string[] }
const [compose] = readYaml<{ services: Record<string, Service>; volumes: Record<string, null> }>('compose.yaml')
const { prometheus, grafana } = compose!.services

/** Where a path inside a container comes from, by the mount that it lies under. */
function onTheHost({ volumes = [] }: Service, inside: string): string | undefined {
  for (const [from, to] of volumes.map((volume) => volume.split(':') as [string, string]))
    if (from.startsWith('./') && (inside === to || inside.startsWith(`${to}/`)))
      return join(from, inside.slice(to.length))
  return undefined
}

test('a folder that is mounted is there, and a volume is declared', () => {
  for (const [name, { volumes = [] }] of Object.entries(compose!.services))
    for (const [from] of volumes.map((volume) => volume.split(':') as [string, string])) {
      if (from.startsWith('./')) assert.ok(existsSync(join(ROOT, from)), `${name}: ${from}`)
      else assert.ok(from in compose!.volumes, `${name}: ${from}`)
    }
})

type Scrape = {
  rule_files?: string[]
  scrape_configs: {
    authorization?: { credentials?: string; credentials_file?: string }
    dns_sd_configs?: { names: string[]; port: number }[]
  }[]
}

test('Prometheus finds its rules, its token and the server', () => {
  const [config] = readYaml<Scrape>('deploy/prometheus/prometheus.yml')
  for (const file of config!.rule_files!) {
    const inside = file.startsWith('/') ? file : join('/etc/prometheus', file)
    assert.equal(onTheHost(prometheus!, inside), 'deploy/prometheus/alerts.yml')
  }
  // By the name of the service, which stands for all its instances.
  const ours = config!.scrape_configs.filter(({ dns_sd_configs = [] }) =>
    dns_sd_configs.some(({ names, port }) => names.includes('answerback') && port === PORT),
  )
  assert.equal(ours.length, 1, `nothing scrapes answerback:${PORT}`)
  const { credentials, credentials_file } = ours[0]!.authorization!
  assert.equal(credentials, undefined)
  assert.deepEqual(prometheus!.secrets, [basename(credentials_file!)])
  assert.equal(credentials_file, `/run/secrets/${prometheus!.secrets![0]}`)
})

test('Grafana finds the dashboard and Prometheus', () => {
  const [datasources] = readYaml<{ datasources: { url: string }[] }>(
    'deploy/grafana/provisioning/datasources/prometheus.yml',
  )
  assert.deepEqual(
    datasources!.datasources.map(({ url }) => url),
    ['http://prometheus:9090'],
  )
  const [dashboards] = readYaml<{ providers: { options: { path: string } }[] }>(
    'deploy/grafana/provisioning/dashboards/answerback.yml',
  )
  for (const { options } of dashboards!.providers)
    assert.equal(onTheHost(grafana!, options.path), 'deploy/grafana/dashboards')
})
