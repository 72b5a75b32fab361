// How spans are sent, and that a collector which takes none costs a request nothing.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { createServer } from '../../src/server.ts'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { timed, withTimerDelay } from '../faults/waiting.ts'
import { memoryStore } from '../simulator/memory-store.ts'
import { certificate, withoutOpenssl } from '../support/certificate.ts'
import { testConfig } from '../support/config.ts'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'
import { recordedLogger } from '../support/test-loggers.ts'
import { startOtlpReceiver } from './otlp-receiver.ts'

const SECRETS = { SECRET: 'a secret that is long enough for this', API_KEY: 'an_api_key_of_24_characters_' }
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

let collector: Awaited<ReturnType<typeof startOtlpReceiver>>
before(async () => {
  collector = await startOtlpReceiver()
})
after(() => collector.close())

/** A server whose requests end before they need a database. */
async function tracedServer(settings: Record<string, string>) {
  const { log, logged } = await recordedLogger()
  const config = testConfig({ ...SECRETS, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...settings })
  const store = { ...memoryStore(Date.now), notifier: {} as never, close: async () => {} }
  const { app, drain } = await createServer(config, log, { store, carriers: [] })
  const ask = (traceparent?: string, key?: string) =>
    app.request('/v1/challenges', {
      method: 'POST',
      headers: {
        ...(traceparent !== undefined && { traceparent }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
    })
  return { ask, drain, logged }
}

async function spansOf(settings: Record<string, string>, ...traceparents: (string | undefined)[]) {
  const { ask, drain } = await tracedServer(settings)
  collector.spans.length = 0
  for (const traceparent of traceparents) assert.equal((await ask(traceparent, SECRETS.API_KEY)).status, 415)
  await drain()
  return [...collector.spans]
}

describe('spans are sent', () => {
  for (const protocol of ['http/protobuf', 'http/json'])
    test(`as ${protocol}`, async () => {
      collector.requests.length = 0
      const spans = await spansOf(
        { OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_SERVICE_NAME: 'verify' },
        `00-${TRACE}-00f067aa0ba902b7-01`,
      )
      const [{ name, traceId, parentSpanId, kind, attributes, resource } = {} as (typeof spans)[number], ...more] =
        spans
      assert.deepEqual(more, [])
      assert.deepEqual([name, traceId, parentSpanId, kind], ['POST /v1/challenges', TRACE, '00f067aa0ba902b7', 2])
      assert.equal(attributes['http.response.status_code'], 415)
      assert.equal(resource['service.name'], 'verify')
      const type = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf'
      assert.equal(collector.requests[0]?.headers['content-type'], type)
    })

  test('compressed', async () => {
    collector.requests.length = 0
    assert.equal((await spansOf({ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, undefined)).length, 1)
    assert.equal(collector.requests[0]?.headers['content-encoding'], 'gzip')
  })

  test('over TLS, to a receiver that wants to know who sends', { skip: withoutOpenssl }, async (t) => {
    const [theirs, ours] = [certificate('IP:127.0.0.1'), certificate('DNS:verify')]
    const receiver = await startOtlpReceiver({ ...theirs, ca: ours.cert, requestCert: true, rejectUnauthorized: true })
    const directory = await mkdtemp(join(tmpdir(), 'answerback-tls-'))
    t.after(async () => {
      await receiver.close()
      await rm(directory, { recursive: true })
    })
    const file = async (name: string, text: string) => {
      await writeFile(join(directory, name), text)
      return join(directory, name)
    }
    const trusted = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_CERTIFICATE: await file('ca', theirs.cert),
    }
    const shown = {
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: await file('cert', ours.cert),
      OTEL_EXPORTER_OTLP_CLIENT_KEY: await file('key', ours.key),
    }
    for (const [settings, count] of [
      [trusted, 0],
      [{ ...trusted, ...shown }, 1],
    ] as const) {
      const { ask, drain } = await tracedServer(settings)
      await ask()
      await drain()
      assert.equal(receiver.spans.length, count)
    }
  })

  test('to an address for traces alone as it stands', async () => {
    collector.requests.length = 0
    const url = `${collector.url}/of/traces`
    await spansOf(
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url },
      undefined,
    )
    assert.deepEqual(
      collector.requests.map(({ path }) => path),
      ['/of/traces'],
    )
  })

  test('as the sampler says', async () => {
    const count = async (sampler: string, share: string, traceparent?: string) =>
      (await spansOf({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: share }, traceparent)).length
    const [kept, dropped] = [`00-${TRACE}-00f067aa0ba902b7-01`, `00-${TRACE}-00f067aa0ba902b7-00`]
    assert.equal(await count('parentbased_always_on', '1'), 1)
    assert.equal(await count('parentbased_always_on', '1', dropped), 0)
    assert.equal(await count('always_on', '0', dropped), 1)
    assert.equal(await count('always_off', '1', kept), 0)
    assert.equal(await count('parentbased_always_off', '1', kept), 1)
    assert.equal(await count('traceidratio', '0', kept), 0)
    assert.equal(await count('parentbased_traceidratio', '0'), 0)
    assert.equal(await count('parentbased_traceidratio', '1'), 1)
  })

  test('a traceparent that is none begins a trace of its own', async () => {
    const wrong = ['', 'nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `ff-${TRACE}-00f067aa0ba902b7-01`]
    const spans = await spansOf({}, ...wrong)
    assert.equal(spans.length, wrong.length)
    for (const { parentSpanId, traceId } of spans) assert.deepEqual([parentSpanId, traceId !== TRACE], ['', true])
  })
})

describe('a traceparent without an API key of ours', () => {
  const senders = {
    'nobody at all': undefined,
    'an unknown key': 'a_key_that_nobody_has',
    'a page': 'pgt_of_some_challenge',
  }
  for (const [who, key] of Object.entries(senders))
    test(`chooses no trace, and hides and adds no span: ${who}`, async () => {
      const sent = async (settings: Record<string, string>, flags: '00' | '01') => {
        const { ask, drain } = await tracedServer(settings)
        collector.spans.length = 0
        assert.equal((await ask(`00-${TRACE}-00f067aa0ba902b7-${flags}`, key)).status, 401)
        await drain()
        return [...collector.spans]
      }
      for (const flags of ['00', '01'] as const) {
        const [span, ...more] = await sent({}, flags)
        assert.deepEqual([span?.parentSpanId, span?.traceId === TRACE, span?.links, more], ['', false, [], []], flags)
        const none = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }
        assert.deepEqual(await sent(none, flags), [], flags)
      }
    })
})

describe('a collector that takes nothing', () => {
  after(() => collector.answerWith((response) => response.writeHead(200).end()))

  test('which refuses is told of once, and again when it takes them', async () => {
    const { ask, drain, logged } = await tracedServer({})
    collector.answerWith((response) => response.writeHead(400).end('no spans of +12025550123'))
    for (let batch = 0; batch < 3; batch++) {
      const sent = collector.requests.length
      // More than a batch holds, so that it is sent at once.
      for (let request = 0; request < 520; request++) assert.equal((await ask()).status, 401)
      while (collector.requests.length === sent) await new Promise(setImmediate)
    }
    collector.answerWith((response) => response.writeHead(200).end())
    await drain()
    const lines = logged.map((line): Record<string, string> => JSON.parse(line))
    assert.deepEqual(
      lines.filter(({ msg }) => msg?.startsWith('traces')).map(({ msg, why }) => [msg, why]),
      [
        ['traces not taken: spans are dropped until they are', '400'],
        ['traces are taken again', undefined],
      ],
    )
  })

  const nobody = 'http://127.0.0.1:9'
  for (const [what, settings] of [
    ['does not answer', {}],
    ['is not there', { OTEL_EXPORTER_OTLP_ENDPOINT: nobody }],
  ] as const)
    test(`which ${what} delays neither a request nor the end`, async () => {
      collector.answerWith(() => {})
      const { ask, drain } = await tracedServer(settings)
      const begun = performance.now()
      for (let request = 0; request < 3000; request++) await ask()
      const each = (performance.now() - begun) / 3000
      assert.ok(each < 20, `${each} ms a request`)
      const { value: stopped, late } = await withTimerDelay(() => timed(drain()))
      // The exporters would wait for ten seconds.
      assert.ok(stopped.ms < DEADLINES.lastSpans + 4_000 + late, `${stopped.ms} ms, and timers ${late} ms late`)
    })
})

describe('what is loaded', () => {
  const load = async (settings: Record<string, string>): Promise<string[]> => {
    const program = `
      import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
      const at = (path) => import(new URL(path, ${JSON.stringify(import.meta.url)}).href)
      const [{ createServer }, { testConfig }, { memoryStore }, { silentLogger }] = await Promise.all(
        ['../../src/server.ts', '../support/config.ts', '../simulator/memory-store.ts', '../../src/log/logger.ts'].map(at))
      const store = { ...memoryStore(Date.now), notifier: {}, close: async () => {} }
      const { app, drain } = await createServer(testConfig(${JSON.stringify({ ...SECRETS, ...settings })}), silentLogger, { store, carriers: [] })
      await app.request('/v1/challenges', { method: 'POST' })
      await drain()
      console.log(JSON.stringify(loaded))`
    const run = promisify(execFile)(process.execPath, [...NODE_ARGUMENTS, '--input-type=module', '-e', program], {
      maxBuffer: 2 ** 24,
    })
    return JSON.parse((await run).stdout)
  }
  const ofTraces = (loaded: string[]) =>
    loaded.filter((url) => /@opentelemetry|\/src\/tracing\/(?!load-tracing)/.test(url))

  test('without an endpoint, and where traces are switched off, nothing of it', async () => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
    for (const settings of [
      {},
      { ...endpoint, OTEL_SDK_DISABLED: 'true' },
      { ...endpoint, OTEL_TRACES_EXPORTER: 'none' },
    ])
      assert.deepEqual(ofTraces(await load(settings)), [], JSON.stringify(settings))
  })

  test('with one, all that it takes', async () => {
    const loaded = ofTraces(await load({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }))
    assert.ok(loaded.some((url) => url.includes('@opentelemetry/sdk-trace')))
    assert.ok(!loaded.some((url) => url.includes('exporter-trace-otlp-http')), 'one of the two exporters is enough')
  })
})
