// A real Prometheus on loopback, in a directory of its own, that scrapes one server each second.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../test/deploy/deployment-files.ts'
import { eventually } from '../../test/faults/waiting.ts'
import { freePort } from '../../test/support/free-port.ts'

export type Sample = { metric: Record<string, string>; value: number }

export async function startPrometheus(target: number) {
  const directory = mkdtempSync(join(tmpdir(), 'answerback-prometheus-'))
  const port = await freePort()
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(ROOT, 'deploy/prometheus/alerts.yml')],
    scrape_configs: [{ job_name: 'answerback', static_configs: [{ targets: [`127.0.0.1:${target}`] }] }],
  }
  // JSON is YAML.
  writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(config))
  const child: ChildProcess = spawn(
    'prometheus',
    [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  process.on('exit', () => child.kill('SIGKILL'))
  let said = ''
  child.stderr!.on('data', (text) => (said += text))

  async function ask<T>(path: string): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    const answer = (await response.json()) as { status: string; error?: string; data: T }
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`)
    return answer.data
  }

  async function query(expr: string): Promise<Sample[]> {
    const { result } = await ask<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
      `/api/v1/query?query=${encodeURIComponent(expr)}`,
    )
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
  }

  const hasScraped = () =>
    query('up == 1').then(
      ({ length }) => length === 1,
      () => false,
    )
  await eventually('Prometheus to have scraped', hasScraped).catch((error: Error) => {
    throw new Error(`${error.message}\n${said}`)
  })
  return {
    query,
    /** The names of the alerts that fire, or are about to. */
    alerts: async () => {
      const { alerts } = await ask<{ alerts: { labels: { alertname: string } }[] }>('/api/v1/alerts')
      return alerts.map(({ labels }) => labels.alertname)
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true })
    },
  }
}
