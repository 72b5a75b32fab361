// The variables of OpenTelemetry: what they become, what is wrong, and that none of the standard's is taken for a mistake.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../src/config/read-config.ts'
import { secretValues } from '../../src/config/secret-values.ts'
import { tracingOptions } from '../../src/config/tracing-options.ts'
import { certificate, withoutOpenssl } from '../support/certificate.ts'

function optionsOf(environment: Record<string, string>) {
  const config = readConfig(environment)
  if ('faults' in config) throw new Error(config.faults.join('\n'))
  return tracingOptions(config)
}

function faultOf(environment: Record<string, string>): string | undefined {
  const config = readConfig(environment)
  return 'faults' in config ? config.faults.join('\n') : undefined
}

const OWN_FILE = fileURLToPath(import.meta.url)
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }

test('there are traces where an endpoint is set, and unless they are switched off', () => {
  assert.equal(optionsOf({}), null)
  assert.equal(optionsOf({ OTEL_SERVICE_NAME: 'verify', OTEL_TRACES_SAMPLER: 'always_on' }), null)
  assert.equal(optionsOf({ ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }), null)
  assert.equal(optionsOf({ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }), null)
  assert.deepEqual(optionsOf(ENDPOINT), {
    url: 'http://collector:4318/v1/traces',
    headers: {},
    protocol: 'http/protobuf',
    timeoutMs: 10_000,
    compression: 'none',
    certificates: {},
    resource: { 'service.name': 'answerback' },
    sampling: { ratio: 1, parentBased: true },
  })
})

test('what is set for traces alone counts more than what is set for all', () => {
  const options = optionsOf({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://example.com/otlp/',
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=two%20words',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=3, c = x=y ',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,host.name=one',
    OTEL_SERVICE_NAME: 'verify',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  })
  assert.deepEqual(options, {
    url: 'https://example.com/otlp/v1/traces',
    headers: { a: '3', b: 'two words', c: 'x=y' },
    protocol: 'http/json',
    timeoutMs: 2_000,
    compression: 'gzip',
    certificates: {},
    resource: { 'service.name': 'verify', 'host.name': 'one' },
    sampling: { ratio: 0.25, parentBased: false },
  })
  const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://example.com/of/traces' }
  assert.equal(optionsOf({ ...ENDPOINT, ...own })?.url, 'https://example.com/of/traces')
})

test('a wrong value is shown with what is wrong about it', () => {
  const wrong: [name: string, value: string, why: RegExp][] = [
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317', /"collector:4317" is no URL such as http:/],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://x', /"grpc:\/\/x" is no URL/],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:word@collector', /has a user, a password/],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /"grpc" is none of http\/protobuf, http\/json/],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s', /"10s" is no number of milliseconds from 1 to 600000/],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '0', /"0" is no number of milliseconds/],
    ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '-1', /"-1" is no number of milliseconds/],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd', /"zstd" is none of none, gzip/],
    ['OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'on', /"on" is none of none, gzip/],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/no/such/ca.pem', /"\/no\/such\/ca\.pem" can't be read \(ENOENT\)/],
    ['OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE', OWN_FILE, /has no certificate in PEM in it/],
    ['OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE', OWN_FILE, /has no certificate in PEM in it/],
    ['OTEL_EXPORTER_OTLP_CLIENT_KEY', OWN_FILE, /has no private key without a passphrase in PEM in it/],
    ['OTEL_RESOURCE_ATTRIBUTES', 'team', /"team" is no list such as name=value/],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=%E0%A4%A', /is no list such as name=value/],
    ['OTEL_TRACES_SAMPLER', 'sometimes', /"sometimes" is none of always_on,/],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5', /"1.5" is no number from 0 to 1/],
    ['OTEL_TRACES_EXPORTER', 'zipkin', /"zipkin" is none of otlp, none/],
    ['OTEL_SDK_DISABLED', 'yes', /"yes" is neither true nor false/],
  ]
  for (const [name, value, why] of wrong) {
    const fault = faultOf({ [name]: value }) ?? ''
    assert.ok(fault.startsWith(`${name}: `), fault)
    assert.match(fault, why)
  }
})

test('certificates are read, and a key must be that of its certificate', { skip: withoutOpenssl }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'answerback-pem-'))
  t.after(() => rm(directory, { recursive: true }))
  const [ours, theirs] = [certificate('DNS:ours'), certificate('DNS:theirs')]
  const file = async (name: string, text: string) => {
    const path = join(directory, name)
    await writeFile(path, text)
    return path
  }
  const [cert, key, otherKey] = [
    await file('cert.pem', ours.cert),
    await file('key.pem', ours.key),
    await file('other-key.pem', theirs.key),
  ]
  const pair = { OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: cert, OTEL_EXPORTER_OTLP_CLIENT_KEY: key }
  assert.deepEqual(optionsOf({ ...ENDPOINT, ...pair, OTEL_EXPORTER_OTLP_CERTIFICATE: cert })?.certificates, {
    ca: ours.cert,
    cert: ours.cert,
    key: ours.key,
  })
  assert.match(faultOf({ ...pair, OTEL_EXPORTER_OTLP_CLIENT_KEY: otherKey }) ?? '', /is the key of another certificate/)
  assert.match(faultOf({ OTEL_EXPORTER_OTLP_CLIENT_KEY: key }) ?? '', /CLIENT_CERTIFICATE: it is not set/)
  const pasted = faultOf({ OTEL_EXPORTER_OTLP_CLIENT_KEY: ours.key }) ?? ''
  assert.match(pasted, /^OTEL_EXPORTER_OTLP_CLIENT_KEY: … \(\d+ characters\) can't be read/)
  assert.ok(!pasted.includes(ours.key.split('\n')[1]!.slice(0, 8)), pasted)
  assert.match(faultOf({ OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: cert }) ?? '', /CLIENT_KEY: it is not set/)

  const [general, traces] = ['OTEL_EXPORTER_OTLP', 'OTEL_EXPORTER_OTLP_TRACES']
  const named: [environment: Record<string, string>, fault: string][] = [
    [
      { [`${traces}_CLIENT_CERTIFICATE`]: cert },
      `${traces}_CLIENT_KEY: it is not set. ${traces}_CLIENT_CERTIFICATE needs`,
    ],
    [{ [`${traces}_CLIENT_KEY`]: key }, `${traces}_CLIENT_CERTIFICATE: it is not set. ${traces}_CLIENT_KEY needs`],
    [{ [`${general}_CLIENT_KEY`]: key }, `${general}_CLIENT_CERTIFICATE: it is not set. ${general}_CLIENT_KEY needs`],
    [
      { ...pair, [`${traces}_CLIENT_KEY`]: otherKey },
      `${traces}_CLIENT_KEY: it is the key of another certificate than ${general}_CLIENT_CERTIFICATE.`,
    ],
    [
      { ...pair, [`${traces}_CLIENT_CERTIFICATE`]: await file('other-cert.pem', theirs.cert) },
      `${general}_CLIENT_KEY: it is the key of another certificate than ${traces}_CLIENT_CERTIFICATE.`,
    ],
  ]
  for (const [environment, fault] of named)
    assert.ok(faultOf(environment)?.startsWith(fault), `${faultOf(environment)}, not ${fault}`)
})

test('of headers neither a fault nor a line of the log shows the value', () => {
  const fault = faultOf({ OTEL_EXPORTER_OTLP_HEADERS: 'the-secret-of-the-collector' }) ?? ''
  assert.match(fault, /^OTEL_EXPORTER_OTLP_HEADERS: /)
  assert.ok(!fault.includes('secret'), fault)
  const config = readConfig({ OTEL_EXPORTER_OTLP_HEADERS: 'key=the-secret,other=of%20both', API_KEY: 'k'.repeat(24) })
  assert.ok(!('faults' in config))
  assert.deepEqual(secretValues(config), ['k'.repeat(24), 'the-secret', 'of both'])
})

test('a misspelt one is reported', () => {
  assert.match(faultOf({ OTEL_EXPORTER_OTLP_ENDPONT: 'http://x' }) ?? '', /Is OTEL_EXPORTER_OTLP_ENDPOINT meant/)
  assert.match(faultOf({ OTEL_SERVICE_NAM: 'x' }) ?? '', /Is OTEL_SERVICE_NAME meant/)
})

// opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables and …/protocol/exporter
test('what the standard names and nothing here reads is no mistake', () => {
  const general = [
    'OTEL_ENTITIES',
    'OTEL_PROPAGATORS',
    'OTEL_LOG_LEVEL',
    'OTEL_CONFIG_FILE',
    'OTEL_EXPERIMENTAL_CONFIG_FILE',
  ]
  const batches = ['BSP', 'BLRP'].flatMap((kind) =>
    ['SCHEDULE_DELAY', 'EXPORT_TIMEOUT', 'MAX_QUEUE_SIZE', 'MAX_EXPORT_BATCH_SIZE'].map(
      (part) => `OTEL_${kind}_${part}`,
    ),
  )
  const limits = ['', 'SPAN_', 'LOGRECORD_'].flatMap((kind) =>
    ['ATTRIBUTE_VALUE_LENGTH_LIMIT', 'ATTRIBUTE_COUNT_LIMIT'].map((limit) => `OTEL_${kind}${limit}`),
  )
  const spans = ['EVENT_COUNT', 'LINK_COUNT'].map((part) => `OTEL_SPAN_${part}_LIMIT`)
  const counts = ['EVENT', 'LINK'].map((part) => `OTEL_${part}_ATTRIBUTE_COUNT_LIMIT`)
  const exporters = ['METRICS', 'LOGS'].flatMap((signal) => [`OTEL_${signal}_EXPORTER`])
  const metrics = ['EXEMPLAR_FILTER', 'METRIC_EXPORT_INTERVAL', 'METRIC_EXPORT_TIMEOUT'].map((name) => `OTEL_${name}`)
  const parts = ['ENDPOINT', 'HEADERS', 'PROTOCOL', 'COMPRESSION', 'TIMEOUT', 'INSECURE', 'CERTIFICATE', 'CLIENT_KEY']
  const otlp = ['', 'TRACES_', 'METRICS_', 'LOGS_', 'PROFILES_'].flatMap((signal) =>
    [...parts, 'CLIENT_CERTIFICATE'].map((part) => `OTEL_EXPORTER_OTLP_${signal}${part}`),
  )
  const others = [
    ...['METRICS_TEMPORALITY_PREFERENCE', 'METRICS_DEFAULT_HISTOGRAM_AGGREGATION'].map(
      (part) => `OTEL_EXPORTER_OTLP_${part}`,
    ),
    ...['ENDPOINT', 'TIMEOUT', 'PROTOCOL'].map((part) => `OTEL_EXPORTER_ZIPKIN_${part}`),
    ...['HOST', 'PORT'].map((part) => `OTEL_EXPORTER_PROMETHEUS_${part}`),
    ...['NODE_RESOURCE_DETECTORS', 'NODE_ENABLED_INSTRUMENTATIONS', 'NODE_DISABLED_INSTRUMENTATIONS'].map(
      (part) => `OTEL_${part}`,
    ),
    'OTEL_SEMCONV_STABILITY_OPT_IN',
  ]
  const all = [...general, ...batches, ...limits, ...spans, ...counts, ...exporters, ...metrics, ...otlp, ...others]
  const own = new Set(Object.keys(readConfig({})))
  for (const name of all.filter((one) => !own.has(one))) assert.equal(faultOf({ [name]: 'x' }), undefined, name)
})
