// Signs as Twilio's page describes, independently of the code under test: twilio.com/docs/usage/webhooks/webhooks-security

import { createHmac } from 'node:crypto'
import type { IncomingWebhook } from '../../src/carriers/carrier.ts'

export function signature(
  key: string,
  { url, headers, body }: Pick<IncomingWebhook, 'url' | 'headers' | 'body'>,
): string {
  return createHmac('sha1', key)
    .update(url + fields(headers, body))
    .digest('base64')
}

function fields(headers: Headers, body: string): string {
  const pairs = headers.get('content-type')?.startsWith('application/json')
    ? json(body)
    : [...new URLSearchParams(body)]
  const sorted = pairs.map((pair, at) => ({ pair, at })).sort((a, b) => order(a.pair[0], b.pair[0]) || a.at - b.at)
  return sorted.map(({ pair }) => pair.join('')).join('')
}

function json(body: string): [string, string][] {
  try {
    return Object.entries(JSON.parse(body) ?? {}).map(([name, value]) => [name, String(value)])
  } catch {
    return []
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
