// fly.toml: keys as fly.io/docs/reference/configuration has them, and values as the code has them.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'smol-toml'
import { SETTINGS } from '../../src/config/settings.ts'
import { WAITS_PER_INSTANCE } from '../../src/http/middleware/connection-limit.ts'
import { waitQuery } from '../../src/http/request-schemas.ts'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { milliseconds, neededMiB, PORT, ROOT, ROUTED_ON, readText } from './deployment-files.ts'

type Check = { method: string; path: string; interval: string; timeout: string; grace_period: string }
type Fly = {
  kill_signal: string
  kill_timeout: string
  build: { dockerfile: string }
  env: Record<string, string>
  deploy: { strategy: string; release_command: string; max_unavailable: number }
  http_service: {
    internal_port: number
    auto_stop_machines: string
    auto_start_machines: boolean
    min_machines_running: number
    concurrency: { type: string; soft_limit: number; hard_limit: number }
    http_options: { idle_timeout: number }
    checks: Check[]
  }
  vm: { size: string; memory: string }[]
}

/** The keys of each section, from the reference: flyctl passes over one that it does not know. */
const KEYS: Record<string, string[]> = {
  '': ['app', 'primary_region', 'kill_signal', 'kill_timeout', 'build', 'env', 'deploy', 'http_service', 'vm'],
  build: ['dockerfile'],
  deploy: ['strategy', 'max_unavailable', 'release_command'],
  http_service: [
    ...['internal_port', 'force_https', 'auto_stop_machines', 'auto_start_machines', 'min_machines_running'],
    ...['concurrency', 'http_options', 'checks'],
  ],
  'http_service.concurrency': ['type', 'soft_limit', 'hard_limit'],
  'http_service.http_options': ['idle_timeout'],
  'http_service.checks': ['method', 'path', 'interval', 'timeout', 'grace_period'],
  vm: ['size', 'memory'],
}

const fly = parse(readText('fly.toml')) as unknown as Fly

function sections(value: unknown, path = ''): [path: string, keys: string[]][] {
  if (Array.isArray(value)) return value.flatMap((item) => sections(item, path))
  if (typeof value !== 'object' || value === null) return []
  const below = Object.entries(value).flatMap(([key, inner]) => sections(inner, path ? `${path}.${key}` : key))
  return [[path, Object.keys(value)], ...below]
}

describe('fly.toml', () => {
  test('has no key that Fly does not know', () => {
    for (const [path, keys] of sections(fly).filter(([path]) => path !== 'env'))
      assert.deepEqual(
        keys.filter((key) => !KEYS[path]?.includes(key)),
        [],
        path,
      )
  })

  test('sends the signal that the server stops on, and waits for longer than the stop takes', () => {
    assert.equal(fly.kill_signal, 'SIGTERM')
    assert.ok(milliseconds(fly.kill_timeout) > DEADLINES.stop)
    assert.ok(milliseconds(fly.kill_timeout) <= 300_000, 'Fly allows five minutes')
  })

  test('asks often enough to see a stop before the server takes no more requests', () => {
    const [check, ...others] = fly.http_service.checks
    assert.deepEqual(others, [])
    assert.equal(check!.path, ROUTED_ON)
    assert.ok(milliseconds(check!.interval) < DEADLINES.notReady)
    assert.ok(milliseconds(check!.grace_period) >= 10_000, 'a start takes some seconds')
  })

  test('keeps two machines, and stops none that waits for a webhook', () => {
    assert.equal(fly.http_service.auto_stop_machines, 'off')
    assert.equal(fly.http_service.auto_start_machines, false)
    assert.ok(fly.http_service.min_machines_running >= 2)
    assert.equal(fly.deploy.strategy, 'rolling')
    assert.equal(fly.deploy.max_unavailable, 1)
  })

  test('lets a request wait as long as it may, and leaves room for carriers beside those that do', () => {
    const { idle_timeout } = fly.http_service.http_options
    assert.equal(waitQuery.safeParse({ wait: String(idle_timeout) }).success, false, 'a request may wait for so long')
    assert.ok(idle_timeout * 1000 > DEADLINES.streamKeepAlive)
    assert.ok(fly.http_service.concurrency.soft_limit >= WAITS_PER_INSTANCE)
    assert.ok(fly.http_service.concurrency.hard_limit > fly.http_service.concurrency.soft_limit)
  })

  test('has the memory that was measured', () => {
    const [, gigabytes] = /^(\d+)gb$/.exec(fly.vm[0]!.memory)!
    assert.ok(Number(gigabytes) * 1024 >= neededMiB(), `${neededMiB()} MiB`)
  })

  test('leads to the port that the server listens on', () => {
    assert.equal(fly.http_service.internal_port, Number(fly.env.PORT))
    assert.equal(Number(fly.env.PORT), PORT)
    assert.match(readText('Dockerfile'), new RegExp(`^EXPOSE ${PORT}$`, 'm'))
  })

  test('migrates by a command that the image has', () => {
    const [node, script, ...more] = fly.deploy.release_command.split(' ')
    assert.deepEqual([node, more], ['node', []])
    assert.equal(`exec node ${script}`, JSON.parse(readText('package.json')).scripts.migrate)
    assert.ok(existsSync(join(ROOT, script!)))
    assert.ok(existsSync(join(ROOT, fly.build.dockerfile)))
  })

  test('holds no secret, and names no setting that there is not', () => {
    for (const name of Object.keys(fly.env)) {
      assert.ok(name in SETTINGS, name)
      assert.ok(!('secret' in SETTINGS[name as keyof typeof SETTINGS]), name)
    }
  })
})
