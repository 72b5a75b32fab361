// Over a real socket, which comes from this machine as a proxy's does.

import assert from 'node:assert/strict'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { clientAddress } from '../../src/http/client-address.ts'

const app = new Hono().get('/:header', (c) => c.text(clientAddress(c, c.req.param('header'))))
let server: Server

before(async () => {
  server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
})
after(() => {
  server.closeAllConnections()
  server.close()
})

async function seen(header: string, headers: Record<string, string>): Promise<string> {
  const { port } = server.address() as AddressInfo
  return (await fetch(`http://127.0.0.1:${port}/${header}`, { headers })).text()
}

test('the last address of the list, which the proxy has added', async () => {
  const forwarded = (list: string) => seen('x-forwarded-for', { 'X-Forwarded-For': list })
  assert.equal(await forwarded('203.0.113.50, 198.51.100.7'), '198.51.100.7')
  assert.equal(await forwarded('198.51.100.7:4711'), '198.51.100.7')
  const prefix = await forwarded('2001:db8::1')
  assert.match(prefix, /^2001:db8:/)
  for (const written of ['[2001:db8::1]', '[2001:db8::1]:4711']) assert.equal(await forwarded(written), prefix)
  for (const odd of ['unknown', '', '[]', '198.51.100.7:x']) assert.equal(await forwarded(odd), '127.0.0.1', odd)
})

test('the header of a proxy that adds an address of its own to the list', async () => {
  const headers = { 'X-Forwarded-For': '198.51.100.7, 66.241.125.9', 'Fly-Client-IP': '198.51.100.7' }
  assert.equal(await seen('Fly-Client-IP', headers), '198.51.100.7')
  assert.equal(await seen('Fly-Client-IP', { 'X-Forwarded-For': '198.51.100.7' }), '127.0.0.1')
})
