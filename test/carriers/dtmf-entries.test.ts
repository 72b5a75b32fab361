// What an entry of keys is made of, for each carrier, held to the table of docs/dtmf.md.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseWebhook as parseBandwidth } from '../../src/carriers/bandwidth/parse-webhook.ts'
import type { CarrierEvent } from '../../src/carriers/carrier.ts'
import { parseWebhook as parsePlivo } from '../../src/carriers/plivo/parse-webhook.ts'
import { TWILIO_ERRORS } from '../../src/carriers/twilio/error-codes.ts'
import { parseWebhook as parseTwiml } from '../../src/carriers/twiml/parse-webhook.ts'
import { markdownTable } from '../support/markdown-table.ts'

/** A repeated field is an array of its values, as the signed fields are read. */
function twiml(form: string): CarrierEvent {
  const fields = new URLSearchParams(form)
  const values = [...new Set(fields.keys())].map((name) => {
    const [first = '', ...more] = new Set(fields.getAll(name))
    return [name, more.length === 0 ? first : [first, ...more]]
  })
  return parseTwiml('turn', { CallSid: 'CA1', ...Object.fromEntries(values) }, TWILIO_ERRORS)
}

const CARRIERS: [string, (sent: string) => CarrierEvent][] = [
  ['Twilio', twiml],
  ['SignalWire', twiml],
  ['Bandwidth', (json) => parseBandwidth('turn', { callId: 'c-1', eventType: 'gather', ...JSON.parse(json) })],
  ['Plivo', (form) => parsePlivo('turn', new URLSearchParams(`CallUUID=c-1&${form}`))],
]

const ROWS = markdownTable('docs/dtmf.md', 'What a carrier sends')

for (const [keys = '', ...cells] of ROWS) {
  for (const [index, [carrier, parse]] of CARRIERS.entries()) {
    test(`${carrier}, ${keys}: ${cells[index]}`, () => {
      const [, sent = '', entry = ''] = /^`(.*?)` → (?:`(.*)`|silence)$/.exec(cells[index]!) ?? assert.fail()
      const event = parse(sent)
      assert.equal(event.type, 'dtmf')
      assert.equal(event.type === 'dtmf' && event.digits, entry)
    })
  }
}

test('the table has every kind of entry for every carrier', () => {
  assert.ok(ROWS.length >= 12)
  for (const row of ROWS) assert.equal(row.length, 1 + CARRIERS.length)
})
