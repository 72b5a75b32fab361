import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/config/read-config.ts'
import { SECRET } from '../support/webhook-receiver.ts'

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://verify.example.com',
  SECRET: 'correct horse battery staple twice over',
  API_KEY: 'key_of_at_least_24_characters',
  DATABASE_URL: 'postgres://answerback@db/answerback',
  CARRIERS: 'plivo',
  PLIVO_AUTH_ID: 'MAXXXXXXXXXXXXXXXXXX',
  PLIVO_AUTH_TOKEN: 'token',
  PLIVO_FROM: '+12025550100',
}

function read(url: string, environment: Record<string, string> = {}) {
  const config = readConfig({ WEBHOOK_SECRET: SECRET, WEBHOOK_URL: url, ...environment })
  return 'faults' in config ? config.faults.join() : config.WEBHOOK_URL
}

test('WEBHOOK_URL is a whole URL, used unchanged', () => {
  for (const url of ['https://app.example.com/hooks/?app=1', 'http://127.0.0.1:8080/', 'https://app.example.com'])
    assert.equal(read(url), url)
  for (const url of [
    'app.example.com',
    'ftp://app.example.com/',
    'https://me:mine@app.example.com/',
    'https://a.example/#b',
  ])
    assert.match(read(url)!, /^WEBHOOK_URL: /, url)
})

test('production accepts http only for a private address', () => {
  assert.equal(read('https://app.example.com/', PRODUCTION), 'https://app.example.com/')
  assert.match(read('http://app:3000/hooks', PRODUCTION)!, /WEBHOOK_PRIVATE=on/)
  assert.equal(read('http://app:3000/hooks', { ...PRODUCTION, WEBHOOK_PRIVATE: 'on' }), 'http://app:3000/hooks')
})

test('no URL without a secret', () => {
  assert.match(read('https://app.example.com/', { WEBHOOK_SECRET: '' })!, /^WEBHOOK_SECRET: /)
  assert.match(read('https://app.example.com/', { WEBHOOK_SECRET: 'whsec_short' })!, /^WEBHOOK_SECRET: /)
})
