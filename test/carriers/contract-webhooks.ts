// The inbound half of the contract: what a carrier's webhooks say, and that nobody else can say it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Carrier, WebhookKind } from '../../src/carriers/carrier.ts'
import { mutations, type Subject, signed, unsigned, withHeaders } from './subject.ts'

const HOOKS: WebhookKind[] = ['answer', 'turn', 'status', 'detection', 'fallback', 'receipt']

export function webhooks(subject: Subject, carrier: Carrier): void {
  for (const { about, hook, news, ...payload } of subject.recorded) {
    test(`hears ${about}, and from the carrier alone`, async () => {
      assert.deepEqual(await carrier.receive(signed(subject, hook, payload)), news)
      assert.equal(await carrier.receive(unsigned(hook, payload)), null)
      assert.equal(await carrier.receive(signed(subject, hook, payload, 'another secret')), null)
    })
  }

  test('no byte of the proof, or of what it seals, can be changed', async () => {
    const whole = signed(subject, 'turn', subject.keyed('481516'))
    assert.ok(await carrier.receive(whole))
    const changed = Object.entries(subject.sign(whole)).flatMap(([name, value]) =>
      mutations(value).map((mutated) => withHeaders(whole, { [name]: mutated })),
    )
    if (subject.seals) {
      changed.push(...mutations(whole.url).map((url) => ({ ...whole, url })))
      changed.push(...mutations(whole.body).map((body) => ({ ...whole, body })))
    }
    for (const one of changed) {
      assert.equal(await carrier.receive(one), null, `${one.url} ${one.body} ${JSON.stringify([...one.headers])}`)
    }
  })

  test('keys are keys, whatever is sent in their place', async () => {
    for (const [sent, digits] of ENTRIES) {
      const news = await carrier.receive(signed(subject, 'turn', subject.keyed(sent)))
      assert.equal(news?.type, 'keyed', `${sent} is an entry`)
      assert.equal(news?.type === 'keyed' && news.digits, digits)
    }
  })

  test('only a turn brings keys, and only a call is answered', async () => {
    for (const hook of HOOKS) {
      for (const payload of [...subject.recorded, { about: 'keys', ...subject.keyed('1') }]) {
        const news = await carrier.receive(signed(subject, hook, payload))
        if (news?.type === 'keyed') assert.equal(hook, 'turn', payload.about)
        if (news?.type === 'answered') assert.ok(hook === 'answer' || hook === 'status', `${hook}: ${payload.about}`)
      }
    }
  })

  test('garbage is never more than an empty entry, and never throws', async () => {
    for (const body of GARBAGE) {
      for (const contentType of [subject.keyed('1').contentType, 'text/plain', '']) {
        for (const hook of HOOKS) {
          const news = await carrier.receive(signed(subject, hook, { contentType, body }))
          if (news?.type === 'keyed') assert.equal(news.digits, '')
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
