// The contract of webhooks: what they mean, and that only the carrier can send them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Carrier, WebhookKind } from '../../src/carriers/carrier.ts'
import { mutations, type Subject, signed, unsigned, withHeaders } from './subject.ts'

const KINDS: WebhookKind[] = ['answer', 'turn', 'status', 'detection', 'fallback', 'receipt']

export function webhooks(subject: Subject, carrier: Carrier): void {
  for (const { about, kind, event, ...payload } of subject.webhooks) {
    test(`parses ${about}, when the carrier has signed it`, async () => {
      assert.deepEqual(await carrier.receive(signed(subject, kind, payload)), event)
      assert.equal(await carrier.receive(unsigned(kind, payload)), null)
      assert.equal(await carrier.receive(signed(subject, kind, payload, 'another secret')), null)
    })
  }

  test('a webhook is refused with any byte of its proof, or of what the proof covers, changed', async () => {
    const whole = signed(subject, 'turn', subject.keysPayload('481516'))
    assert.ok(await carrier.receive(whole))
    const changed = Object.entries(subject.sign(whole)).flatMap(([name, value]) =>
      mutations(value).map((mutated) => withHeaders(whole, { [name]: mutated })),
    )
    if (subject.signsBody) {
      changed.push(...mutations(whole.url).map((url) => ({ ...whole, url })))
      changed.push(...mutations(whole.body).map((body) => ({ ...whole, body })))
    }
    for (const one of changed) {
      assert.equal(await carrier.receive(one), null, `${one.url} ${one.body} ${JSON.stringify([...one.headers])}`)
    }
  })

  test('an entry is what a keypad can send, and anything else is empty', async () => {
    for (const [sent, digits] of ENTRIES) {
      const event = await carrier.receive(signed(subject, 'turn', subject.keysPayload(sent)))
      assert.equal(event?.type, 'dtmf', `${sent} is an entry`)
      assert.equal(event?.type === 'dtmf' && event.digits, digits)
    }
  })

  test('only a turn has keys, and only an answer or a status an answered call, whatever the payload', async () => {
    const kindsOf: Record<string, Set<WebhookKind>> = { dtmf: new Set(), answered: new Set() }
    for (const kind of KINDS) {
      for (const payload of [...subject.webhooks, { about: 'keys', ...subject.keysPayload('1') }]) {
        const event = await carrier.receive(signed(subject, kind, payload))
        assert.ok(event, `${kind}: ${payload.about} is authentic`)
        kindsOf[event.type]?.add(kind)
      }
    }
    assert.deepEqual([...kindsOf.dtmf!], ['turn'])
    assert.ok(kindsOf.answered!.has('answer'))
    for (const kind of kindsOf.answered!) assert.ok(kind === 'answer' || kind === 'status', kind)
  })

  test('a garbled body is at most an empty entry, and never throws', async () => {
    for (const body of GARBAGE) {
      for (const contentType of [subject.keysPayload('1').contentType, 'text/plain', '']) {
        for (const kind of KINDS) {
          const event = await carrier.receive(signed(subject, kind, { contentType, body }))
          assert.ok(event, `${kind}: ${body} is authentic`)
          if (event.type === 'dtmf') assert.equal(event.digits, '')
        }
      }
    }
  })
}

const ENTRIES: [sent: string | null, digits: string][] = [
  ['481516', '481516'],
  ['481516#', '481516'],
  ['1', '1'],
  ['*', '*'],
  ['#', '#'],
  ['', ''],
  [null, ''],
  ['one', ''],
  ['1<2', ''],
  ['1\u0000', ''],
  ['٤٨١', ''],
  ['4'.repeat(10_000), ''],
]

const GARBAGE = [
  '',
  '{',
  '[]',
  'null',
  '"',
  '{}',
  '[null]',
  '[{}]',
  '%',
  '&&==',
  '__proto__=1&constructor=2',
  '\u0000ÿ',
]
