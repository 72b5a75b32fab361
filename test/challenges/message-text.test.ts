import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageText } from '../../src/challenges/message-text.ts'
import { aRequest } from '../store/samples.ts'

function textOf(message: string | null, origin: string | null): string {
  const request = { ...aRequest(), message }
  const settings = { serviceName: 'Acme', origin, messages: { sms: {}, call: {} } }
  return messageText({ request, settings, code: '481516', minutes: 5 })
}

test('the line for autofill stands last, and before an app hash where there is one', () => {
  assert.equal(textOf('{CODE} is it', null), '481516 is it')
  assert.equal(textOf('{CODE}\nis it', 'example.com'), '481516\nis it\n\n@example.com #481516')
  assert.equal(textOf('<#> {CODE}\nFA+9qCX9VSu', null), '<#> 481516\nFA+9qCX9VSu')
  assert.equal(textOf('<#> {CODE}\nFA+9qCX9VSu', 'example.com'), '<#> 481516\n\n@example.com #481516\nFA+9qCX9VSu')
  assert.match(textOf(null, 'example.com'), /Acme login code\..*\n\n@example\.com #481516$/)
})
