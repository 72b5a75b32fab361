// The table of docs/security.md, measured: what one client can cause at most, with the limits that are set by default.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readConfig } from '../../src/config/read-config.ts'
import { CARRIERS } from '../../src/domain/challenge.ts'
import { noFaults } from '../../src/exchange/simulator/fault-injection.ts'
import { type Answer, as, type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { markdownTable } from '../support/markdown-table.ts'
import { later } from './later.ts'

const MANY = 100

let server: Server
let used = 0
const called = new Set<string>()

before(async () => {
  const config = readConfig({})
  if ('faults' in config) throw new Error(config.faults.join('\n'))
  const { LIMIT_PER_NUMBER: number, LIMIT_PER_PREFIX: prefix, LIMIT_PER_IP: ip, RESEND_COOLDOWN: cooldown } = config
  server = await startServer({ limits: { number, prefix, ip }, cooldown })
})
after(() => server.stop())

type Caused = { calls: number; texts: number; challenges: number; lines: number }

/** Every number has an area of its own, so that no two have a prefix in common. */
function nextNumber(): string {
  return `+1${AREAS[used++]}5550100`
}

const AREAS = [
  ...[201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228],
  ...[229, 231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302],
]

async function totals(): Promise<Caused> {
  const [rows] = await server.query(
    `select (select count(*)::int from challenges) as challenges,
      (select count(*)::int from challenge_events where type <> 'placed') as other_lines`,
  )
  const phones = [...called].map((number) => server.phones.phone(number))
  const calls = phones.reduce((sum, phone) => sum + phone.calls.length, 0)
  const texts = phones.reduce((sum, phone) => sum + phone.messages.length, 0)
  // A delivery that was placed has a line for it, unless a webhook overtook the carrier's answer, as it may on a busy machine.
  return { calls, texts, challenges: rows!.challenges, lines: rows!.other_lines + calls + texts }
}

async function create(wanted: { to: string }): Promise<Answer> {
  called.add(wanted.to)
  return server.ask('POST', '/v1/challenges', { channel: 'sms', ...wanted })
}

async function times(count: number, ask: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index++) await ask(index)
}

/** A text to a new number, which the app has asked for before the client begins. */
async function begun(): Promise<{ id: string; page: Record<string, string>; path: string }> {
  const { json } = await create({ to: nextNumber() })
  return { id: json.id, page: as(json.page_token), path: `/v1/challenges/${json.id}` }
}

function row(client: string, tries: string, prepare: () => Promise<() => Promise<unknown>>): void {
  const name = `${client} | ${tries}`
  test(name, { skip: withoutPostgres }, async (t) => {
    const act = await prepare()
    await settle()
    const earlier = await totals()
    await act()
    await settle()
    server.phones.injectFaults(noFaults())
    const now = await totals()
    const caused = [
      now.calls - earlier.calls,
      now.texts - earlier.texts,
      now.challenges - earlier.challenges,
      now.lines - earlier.lines,
    ]
    const told = markdownTable('docs/security.md', 'What one client can cause').find(
      ([who, what]) => `${who} | ${what}` === name,
    )
    t.diagnostic(caused.join(' | '))
    assert.deepEqual(told?.slice(2), caused.map(String))
  })
}

const settle = () => server.calm()

row('without a key', '100 requests to each route', async () => {
  const { path } = await begun()
  return () =>
    times(MANY, async (index) => {
      const bearer = as(index % 2 ? 'a guess' : '')
      const answers = await Promise.all([
        server.ask('POST', '/v1/challenges', { to: '+12015550199' }, bearer),
        server.ask('POST', `${path}/check`, { code: '123456' }, bearer),
        server.ask('POST', `${path}/cancel`, {}, bearer),
        server.ask('POST', `${path}/deliveries`, { channel: 'call' }, bearer),
        server.ask('GET', `${path}?wait=55`, undefined, bearer),
        server.ask('GET', `${path}/events`, undefined, bearer),
        server.ask('GET', `${path}/timeline`, undefined, bearer),
        server.ask('POST', '/v1/factors', { type: 'recovery_codes', subject: 'user-1' }, bearer),
      ])
      for (const { status } of answers) assert.ok(status === 401 || status === 404, String(status))
    })
})

row('without a key', '100 forged webhooks of each kind and carrier', async () => {
  const { id } = await begun()
  const delivery = (await server.challenges.find(id))!.challenge.deliveries[0]!.id
  return () =>
    times(MANY, async () => {
      const kinds = ['answer', 'turn/1', 'status', 'detection', 'fallback']
      const paths = CARRIERS.flatMap((name) => [
        ...kinds.map((kind) => `/voice/${name}/en-US/${id}/${delivery}/${kind}`),
        `/sms/${name}/${id}/${delivery}`,
      ])
      for (const path of paths) {
        const body = 'CallSid=CA1&MessageSid=SM1&MessageStatus=failed&CallStatus=failed&Digits=1'
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Twilio-Signature': 'forged' }
        const { status } = await server.app.request(path, { method: 'POST', body, headers })
        assert.ok(status >= 400 && status < 500, `${path}: ${status}`)
      }
    })
})

row('with a page token', 'a redelivery after each cool-down until the challenge expires', async () => {
  const { id, path, page } = await begun()
  return () =>
    times(60, async () => {
      await later(server, id, 11)
      await server.ask('POST', `${path}/deliveries`, { channel: 'sms' }, page)
      await settle()
    })
})

row('with a page token', 'the same, without waiting', async () => {
  const { id, path, page } = await begun()
  return () =>
    times(MANY, async () => {
      // However long a hundred requests take.
      await later(server, id, 0)
      await server.ask('POST', `${path}/deliveries`, { channel: 'sms' }, page)
    })
})

row('with a page token', '100 guesses', async () => {
  const { path, page } = await begun()
  return () => times(MANY, () => server.ask('POST', `${path}/check`, { code: '000000' }, page))
})

row('with a page token', '100 challenges of its own', async () => {
  const { page } = await begun()
  return () => times(MANY, () => server.ask('POST', '/v1/challenges', { to: '+12015550199' }, page))
})

row('with an API key', '100 texts to one number', async () => {
  const to = nextNumber()
  return () => times(MANY, () => create({ to }))
})

row('with an API key', '100 calls to one number', async () => {
  const to = nextNumber()
  return () => times(MANY, () => create({ to, channel: 'call' } as { to: string }))
})

row('with an API key', '30 texts to 30 numbers for one `client_ip`', async () => {
  return () => times(30, () => create({ to: nextNumber(), client_ip: '198.51.100.7' } as { to: string }))
})

row('with an API key', '200 texts to 100 numbers with one prefix', async () => {
  return () => times(200, (index) => create({ to: `+1303555${String(100 + (index % 100)).padStart(4, '0')}` }))
})

row('with an API key', '100 texts to one number, all refused by the carrier', async () => {
  const to = nextNumber()
  server.phones.injectFaults({ requests: { refuse: { status: 429, code: 20429 } } })
  return () => times(MANY, () => create({ to }))
})
