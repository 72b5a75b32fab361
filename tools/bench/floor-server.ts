// A program, floor B: a bare Hono and postgres.js, which does for each work the statements that can't be left out and asks
// the same carrier. It checks no signature, limit or right. FLOOR_PORT, FLOOR_DATABASE_URL and FLOOR_CARRIER_URL configure it.

import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import postgres from 'postgres'
import { FLOOR_INSERT, FLOOR_SELECT, FLOOR_STATE, floorUpdate } from './floor-statements.ts'

const { FLOOR_PORT, FLOOR_DATABASE_URL, FLOOR_CARRIER_URL } = process.env
const sql = postgres(FLOOR_DATABASE_URL!, { max: 10, onnotice: () => {} })
const UPDATE = floorUpdate('$1', '$2', '$3')
const DOCUMENT =
  '<?xml version="1.0" encoding="UTF-8"?><Response><Gather numDigits="1" action="/turn/1"><Say>Press 1.</Say></Gather></Response>'

const app = new Hono()

app.post('/challenges', async (c) => {
  const { to } = await c.req.json()
  const id = `chl_${randomBytes(12).toString('hex')}`
  const delivery = `dlv_${randomBytes(12).toString('hex')}`
  await run(FLOOR_INSERT, [id, to, FLOOR_STATE])
  const response = await fetch(`${FLOOR_CARRIER_URL}/2010-04-01/Accounts/AC0/Calls.json`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      To: to,
      From: '+12025550100',
      Url: `https://verify.example.com/voice/${delivery}`,
    }).toString(),
  })
  const { sid } = (await response.json()) as { sid: string }
  await run(UPDATE, [id, 1, FLOOR_STATE])
  return c.json({ id, delivery, sid, status: 'pending' }, 201)
})

app.post('/voice/:id/:version', async (c) => {
  await c.req.parseBody()
  await run(UPDATE, [c.req.param('id'), Number(c.req.param('version')), FLOOR_STATE])
  return c.body(DOCUMENT, 200, { 'Content-Type': 'text/xml' })
})

app.get('/challenges/:id', async (c) => {
  const [challenge] = await sql.unsafe(FLOOR_SELECT, [c.req.param('id')], { prepare: true })
  return c.json(challenge)
})

app.post('/challenges/:id/check', async (c) => {
  await c.req.json()
  await run(UPDATE, [c.req.param('id'), 2, FLOOR_STATE])
  return c.json({ valid: true })
})

app.get('/readyz', (c) => c.text('ready'))

async function run(text: string, parameters: (string | number)[]): Promise<void> {
  const rows = await sql.unsafe(text, parameters, { prepare: true })
  if (rows.length !== 1) throw new Error('The version was another.')
}

serve({ fetch: app.fetch, port: Number(FLOOR_PORT), hostname: '127.0.0.1' })
