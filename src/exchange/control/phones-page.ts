// The phones page and its plain files.

import { readdirSync, readFileSync } from 'node:fs'
import { Hono } from 'hono'

const FOLDER = new URL('../page/', import.meta.url)
const TYPES: Record<string, string> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
}

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
}

export function phonesPage(): Hono {
  const files = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(new URL(name, FOLDER))]))
  const file = (name: string) => {
    const content = files.get(name)
    if (!content) return new Response('Not found', { status: 404, headers: SECURITY_HEADERS })
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
    return new Response(new Uint8Array(content), {
      headers: { ...SECURITY_HEADERS, 'content-type': `${type}; charset=utf-8` },
    })
  }
  return new Hono()
    .get('/phones', () => file('phones.html'))
    .get('/exchange/assets/:file', (c) => file(c.req.param('file')))
}
