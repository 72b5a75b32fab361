// A whole call through the exchange, on a server in a process of its own, and what a collector gets of it.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Exchange } from '../../src/testing/testing.ts'
import { startDevelopment } from '../pages/development-server.ts'
import { SECRET, startReceiver } from '../support/webhook-receiver.ts'
import { type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts'

const API_KEY = 'key_of_at_least_24_characters'
const COLLECTOR_KEY = 'key+of the collector'
const METADATA = 'what only the app knows'
const DETAILS = 'Pay 250 euros to Ada Byron'
const APP_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const APP_SPAN = '00f067aa0ba902b7'

type Played = {
  spans: ReceivedSpan[]
  bytes: string
  id: string
  number: string
  code: string
  pushed: Record<string, string>[]
  collector: { path: string; headers: Record<string, unknown> }[]
  output: string
}

async function play(traceparent: string): Promise<Played> {
  const [collector, app] = await Promise.all([startOtlpReceiver(), startReceiver()])
  const server = await startDevelopment({
    API_KEY,
    EXCHANGE_SPEED: '50',
    WEBHOOK_URL: app.url,
    WEBHOOK_SECRET: SECRET,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${encodeURIComponent(COLLECTOR_KEY)}`,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test%20bench',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  })
  const ask = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return (await response.json()) as { id: string; valid: boolean }
  }
  try {
    const phone = await new Exchange(server.url).phone()
    const { number } = phone
    const wanted = { to: number, details: DETAILS, metadata: { note: METADATA } }
    const { id } = await ask('/v1/challenges', wanted, { traceparent })
    await phone.answers()
    const gate = (await phone.heard(/code, press \d, then \d/)).match(/press (\d), then (\d)/)!
    await phone.press(`${gate[1]}${gate[2]}`)
    const heard = await phone.heard(/code is:.*?Once more:/)
    const code = heard.match(/code is:(.*)Once more:/)![1]!.replace(/\D/g, '')
    assert.equal((await ask(`/v1/challenges/${id}/check`, { code })).valid, true)
    await phone.ends()
    while (!app.types().includes('challenge.approved')) await app.until(app.received.length + 1)
    await fetch(`${server.url}/no/such/${number}?code=${code}`, { method: 'PROPFIND' })
    await fetch(`${server.url}/voice/twilio/en-US/${id}/dlv_1/answer`, { method: 'POST', body: `Digits=${code}` })
    await server.stop()
    return {
      spans: collector.spans,
      bytes: Buffer.concat(collector.bodies).toString('latin1'),
      id,
      number,
      code,
      pushed: app.received.map(({ headers }) => headers),
      collector: collector.requests,
      output: server.output(),
    }
  } catch (error) {
    await server.stop()
    throw error
  } finally {
    await Promise.all([collector.close(), app.close()])
  }
}

describe('the traces of a call', () => {
  let played: Played
  before(async () => {
    played = await play(`00-${APP_TRACE}-${APP_SPAN}-01`)
  })

  const named = (name: string) => played.spans.filter((span) => span.name === name)
  const one = (name: string) => {
    const found = named(name)
    assert.equal(found.length, 1, `${name} among ${played.spans.map((span) => span.name).join('\n')}`)
    return found[0]!
  }
  const below = ({ spanId, traceId }: ReceivedSpan) =>
    played.spans.filter((span) => span.parentSpanId === spanId && span.traceId === traceId)

  test('go to the path of traces, with the headers that the collector wants, and name this process', () => {
    for (const { path, headers } of played.collector) {
      assert.equal(path, '/v1/traces')
      assert.equal(headers['x-collector-key'], COLLECTOR_KEY)
    }
    for (const { resource } of played.spans) {
      assert.equal(resource['service.name'], 'answerback')
      assert.equal(resource['deployment.environment.name'], 'test bench')
    }
  })

  test('the creation goes on with the trace of the app, and has its statements and its carrier below it', () => {
    const creation = one('POST /v1/challenges')
    assert.deepEqual([creation.traceId, creation.parentSpanId, creation.kind], [APP_TRACE, APP_SPAN, 2])
    assert.deepEqual(
      {
        method: creation.attributes['http.request.method'],
        route: creation.attributes['http.route'],
        status: creation.attributes['http.response.status_code'],
        challenge: creation.attributes['answerback.challenge.id'],
      },
      { method: 'POST', route: '/v1/challenges', status: 201, challenge: played.id },
    )
    const [placed] = below(creation).filter(({ name }) => name === 'twilio place')
    assert.equal(placed?.kind, 3)
    assert.equal(placed?.attributes['http.request.method'], 'POST')
    assert.equal(placed?.attributes['http.response.status_code'], 201)
    assert.equal(placed?.attributes['server.address'], '127.0.0.1')
    assert.equal(placed?.attributes['answerback.result'], 'placed')
    const statements = below(creation).filter(({ attributes }) => 'db.system.name' in attributes)
    assert.ok(
      statements.some(({ name }) => name.includes('INSERT challenges')),
      statements.map(({ name }) => name).join('\n'),
    )
    assert.deepEqual(
      played.spans.filter(({ name }) => /UPDATE (set|of)\b/.test(name)),
      [],
    )
  })

  test('each webhook of the call links to the span of the challenge, which links to its creation', () => {
    const challenge = one('challenge')
    const creation = one('POST /v1/challenges')
    assert.deepEqual(challenge.links, [{ traceId: creation.traceId, spanId: creation.spanId }])
    assert.equal(challenge.parentSpanId, '')
    const { traceId, spanId } = challenge
    const webhooks = played.spans.filter(
      ({ attributes }) => attributes['answerback.event'] !== undefined && attributes['answerback.carrier'] === 'twilio',
    )
    const events = new Set(webhooks.map(({ attributes }) => attributes['answerback.event']))
    assert.deepEqual(
      ['answered', 'dtmf', 'ended', 'ringing'].filter((event) => !events.has(event)),
      [],
    )
    for (const webhook of webhooks) {
      assert.deepEqual(webhook.links, [{ traceId, spanId }], webhook.name)
      assert.equal(webhook.parentSpanId, '')
      assert.match(webhook.name, /^POST \/voice\/twilio\/:locale\/:challenge\/:delivery\/(answer|status|turn\/:turn)$/)
    }
    assert.deepEqual(one('POST /v1/challenges/:id/check').links, [{ traceId, spanId }])
    const pushes = named('webhook')
    assert.ok(pushes.length > 0)
    for (const push of pushes) {
      assert.deepEqual(push.links, [{ traceId, spanId }])
      assert.equal(push.attributes['http.response.status_code'], 204)
    }
    assert.deepEqual(
      played.pushed.map(({ traceparent }) => traceparent).toSorted(),
      pushes.map((push) => `00-${push.traceId}-${push.spanId}-01`).toSorted(),
    )
  })

  test('a webhook that nobody signed is refused, and links to nothing', () => {
    const [refused, ...more] = played.spans.filter(({ attributes }) => attributes['http.response.status_code'] === 403)
    assert.equal(more.length, 0)
    assert.deepEqual(refused?.links, [])
    assert.equal(refused?.attributes['answerback.challenge.id'], undefined)
    assert.equal(refused?.status, 0, 'what a stranger sends is no fault of ours')
  })

  test('no path, code, number, token, text or metadata is in any byte', () => {
    const { bytes, code, number } = played
    assert.ok(bytes.includes(played.id))
    const strange = named('HTTP')
    assert.equal(strange.length, 1)
    assert.equal(strange[0]?.attributes['http.request.method'], '_OTHER')
    const secrets = [number, number.slice(1), number.slice(-10), API_KEY, COLLECTOR_KEY, METADATA, DETAILS, 'Byron']
    for (const secret of [...secrets, 'pgt_', 'whsec_', 'PROPFIND', 'no/such', '?code='])
      assert.ok(!bytes.includes(secret), secret)
    for (const { name, attributes } of played.spans)
      for (const value of [name, ...Object.values(attributes)])
        assert.ok(!new RegExp(`(?<!\\w)${code}(?!\\w)`).test(String(value)), `${name}: ${value}`)
  })

  test('a line of the log names the trace in which it was written', () => {
    const placed = played.output.split('\n').find((line) => line.includes('carrier asked')) ?? ''
    assert.equal(JSON.parse(placed).trace_id, APP_TRACE)
  })
})
