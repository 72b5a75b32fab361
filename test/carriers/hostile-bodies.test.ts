// Webhooks are parsed before they can be authenticated, so anyone may send the largest body that the server reads.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { IncomingWebhook, WebhookKind } from '../../src/carriers/carrier.ts'
import { CARRIERS } from '../../src/domain/challenge.ts'
import { carrierOf } from '../support/carriers.ts'
import { noRequestAllowed, unsigned, withHeaders } from './subject.ts'

/** The most that src/http/request-body.ts reads. */
const MAX_BYTES = 65_536
const MAX_MS = 20

const fill = (part: (index: number) => string) => {
  let body = ''
  for (let index = 0; body.length + part(index).length <= MAX_BYTES; index++) body += part(index)
  return body
}

const BODIES: Record<string, string> = {
  'many fields': fill((index) => `k${index}=&`),
  'one field many times': fill((index) => `k=${index}&`),
  'one field with one value many times': fill(() => 'k=v&'),
  'fields without a name': fill(() => '=&'),
  separators: '&'.repeat(MAX_BYTES),
  'one long value': `Digits=${'%31'.repeat(MAX_BYTES / 3 - 10)}`,
  'a JSON object of many keys': `{${fill((index) => `"k${index}":1,`).slice(0, -20)}"k":1}`,
  'a JSON array of many objects': `[${fill(() => '{"message":{}},').slice(0, -20)}{}]`,
  'deep JSON': '['.repeat(MAX_BYTES),
  'deep JSON objects': '{"a":'.repeat(MAX_BYTES / 5),
}

// Node refuses more than 16 KiB of headers.
const HEADERS: Record<string, Record<string, string>> = {
  'a signature': {
    'X-Twilio-Signature': 'a',
    'X-SignalWire-Signature': 'a',
    'X-Plivo-Signature-V3': 'a',
    'X-Plivo-Signature-V2': 'a',
    'X-Plivo-Signature-V3-Nonce': '1',
    'X-Plivo-Signature-V2-Nonce': '1',
    Authorization: 'Basic dTpw',
  },
  'many signatures': {
    'X-Plivo-Signature-V3': 'a,'.repeat(7500),
    'X-Plivo-Signature-V3-Nonce': '1',
    'X-Twilio-Signature': 'a,'.repeat(100),
    'X-SignalWire-Signature': 'a,'.repeat(100),
  },
}

for (const name of CARRIERS) {
  describe(`${name} refuses within ${MAX_MS} ms of processor time`, () => {
    const carrier = carrierOf(name, noRequestAllowed)
    for (const [about, body] of Object.entries(BODIES)) {
      test(about, async () => {
        for (const contentType of ['application/x-www-form-urlencoded', 'application/json']) {
          for (const headers of Object.values(HEADERS)) {
            for (const kind of ['turn', 'receipt'] satisfies WebhookKind[]) {
              const incoming = withHeaders(unsigned(kind, { contentType, body }), headers)
              assert.ok((await leastCpuMs(carrier.receive, incoming)) < MAX_MS, `${contentType} ${kind}`)
            }
          }
        }
      })
    }
  })
}

/** The least processor time of several runs: what other processes do meanwhile does not count, and one collection may. */
async function leastCpuMs(receive: (incoming: IncomingWebhook) => Promise<unknown>, incoming: IncomingWebhook) {
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < 5 && least >= MAX_MS; run++) {
    const start = process.cpuUsage()
    assert.equal(await receive(incoming), null)
    const { user, system } = process.cpuUsage(start)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}
