// No page of the console shows a code, a secret or a whole number, whatever was played before and whoever looks; nor do
// metrics, logs, the audit log, the ledger and what is pushed. An operator who asks sees one number, which is written down.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Hono } from 'hono'
import { pages } from '../../src/console/console.ts'
import type { ConsoleEnv } from '../../src/console/console-parts.ts'
import { ownForms } from '../../src/console/headers-and-own-forms.ts'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { createManageServices } from '../../src/services/manage-services.ts'
import { openServiceDirectory } from '../../src/services/service-directory.ts'
import type { OperatorRole } from '../../src/store/operator-schema.ts'
import { realClock } from '../../src/time/clock.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { adminOf } from '../services/admin-client.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { CONSOLE_SETTINGS, RECORDING } from './console-app.ts'

const ORIGIN = 'https://answerback.example'
const CEILINGS = { service: [{ max: 5, seconds: 3_600 }], all: [{ max: 10, seconds: 3_600 }] }

const options = { skip: withoutPostgres }
let server: Server
const numbers: string[] = []
/** What may stand nowhere, by what it is. */
const hidden = new Map<string, string>()
let code: string
before(async () => {
  if (!withoutPostgres) server = await startServer({}, ['twilio', 'plivo'])
})
after(() => server?.stop())

const number = () => {
  const drawn = nextNumber()
  numbers.push(drawn)
  return drawn
}

async function play(): Promise<void> {
  const admin = await adminOf(server)
  hidden.set('key of the installation', admin.key)
  const { id, key } = await admin.serve('Saltmarsh', { SMS_MESSAGE_EN_US: 'Your word is {CODE}.' })
  hidden.set('key of a service', key)
  hidden.set('key of the environment', server.key)
  const { secret } = await admin.ask('POST', `/v1/admin/services/${id}/webhook-secret`, {})
  hidden.set('webhook secret', secret)

  const spoken = await server.create({ to: number(), code_length: 8 })
  const phone = server.phones.phone(numbers.at(-1)!)
  await phone.answers()
  const [, first, second] = /press (\d), then (\d)/.exec(await phone.hears(/press (\d), then (\d)/))!
  await phone.keys(`${first}${second}`)
  const record = await server.challenges.find(spoken.json.id)
  code = server.challenges.secrets.code(record!)
  hidden.set('spoken code', code)
  hidden.set('page token', spoken.json.page_token)
  const wrong = `${code.slice(0, 7)}${(Number(code[7]) + 1) % 10}`
  await server.ask('POST', `/v1/challenges/${spoken.json.id}/check`, { code: wrong })
  await server.ask('POST', `/v1/challenges/${spoken.json.id}/check`, { code })

  const texted = await server.ask('POST', '/v1/challenges', { to: number(), channel: 'sms', code_length: 8 }, as(key))
  hidden.set('texted code', /\d{8}/.exec((await server.phones.phone(numbers.at(-1)!).receives()).text)![0])
  await server.ask('POST', `/v1/challenges/${texted.json.id}/cancel`, {}, as(key))

  const keyed = await server.create({ to: number(), flow: 'keypad_code', code_length: 8, details: 'Door of Ada' })
  hidden.set('shown code', keyed.json.display_code)
  await server.phones.phone(numbers.at(-1)!).answers()
  await server.phones.phone(numbers.at(-1)!).keys(keyed.json.display_code)

  await server.create({ to: number(), flow: 'approve' })
  await server.phones.phone(numbers.at(-1)!).answers()
  await server.phones.phone(numbers.at(-1)!).keys('9')
  await server.create({ to: number(), flow: 'approve' })
  await server.calm()
  await server.challenges.refreshGuard()
  await server.challenges.numbers.listAs(
    'block',
    { number: number() as never },
    { actor: 'operator:ada', reason: 'asked' },
  )
  for (const message of await server.store.outbox.claim(50, 30))
    await server.store.outbox.markFailed(message.id, 'http_500', null)
}

async function consoleAs(role: OperatorRole) {
  const { store, challenges } = server
  const directory = await openServiceDirectory({ store: store.services, name: 'Acme', apiKeys: [], clock: realClock })
  const services = createManageServices({ store: store.services, settingFaults: () => [], changed: directory.refresh })
  const parts = {
    ...{ challenges, store, services, directory, numbers: challenges.numbers, notifier: store.notifier },
    settingsOf: () => CONSOLE_SETTINGS,
    ...{
      traffic: { modes: RECORDING, spending: CEILINGS },
      publicUrl: ORIGIN,
      secrets: ['a secret of the test server, long enough'],
    },
    ...{
      endpoints: { any: () => false, has: () => false },
      regions: new Set(['US']),
      links: [],
      stopping: new AbortController().signal,
      clock: realClock,
      log: silentLogger,
    },
  }
  const app = new Hono().use(ownForms(ORIGIN)).route(
    '/',
    pages(parts, async (c, next) => {
      c.set('signedIn', { name: 'eve', role } satisfies ConsoleEnv['Variables']['signedIn'])
      c.set('isStillSignedIn', async () => true)
      await next()
    }),
  )
  return app
}

/** Every page that a link, a form or a stream of another leads to, beginning with the first one. */
async function crawl(app: Hono): Promise<Map<string, string>> {
  const seen = new Map<string, string>()
  const open = ['live']
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    if (seen.has(path) || seen.size > 300) continue
    const response = await app.request(`${ORIGIN}/${path}`)
    assert.ok([200, 303, 302].includes(response.status), `${path}: ${response.status}`)
    const isStream = (response.headers.get('content-type') ?? '').includes('event-stream')
    const text = isStream ? await firstPart(response) : await response.text()
    seen.set(path, `${text} ${response.headers.get('location') ?? ''}`)
    for (const [, link] of text.matchAll(/(?:href|data-stream)="([^"]+)"/g)) {
      const to = link!.replaceAll('&amp;', '&')
      // The account of who is signed in is a page of the sign-in, which own-factors.test.ts looks at.
      if (!/^(\.\.|#|https?:|account$)/.test(to)) open.push(to)
    }
  }
  return seen
}

async function firstPart(response: Response): Promise<string> {
  const reader = response.body!.getReader()
  const { value } = await reader.read()
  await reader.cancel()
  return new TextDecoder().decode(value)
}

function assertNothingIn(text: string, where: string): void {
  const digits = text.replace(/(?<=\d)[\s().-](?=\d)/g, '')
  for (const full of numbers) assert.ok(!digits.includes(full.slice(2)), `${where}: a whole number`)
  for (const [what, secret] of hidden) assert.ok(!text.includes(secret), `${where}: ${what}`)
}

test('after calls and texts of every kind no page shows a code, a secret or a whole number', options, async () => {
  await play()
  for (const role of ['viewer', 'operator'] as const) {
    const app = await consoleAs(role)
    const seen = await crawl(app)
    for (const page of [
      'live',
      'search',
      'statistics',
      'money',
      'carriers',
      'webhooks',
      'guard',
      'services',
      'live-events',
    ])
      assert.ok(seen.has(page), `${role}: ${page} was not reached`)
    assert.ok([...seen.keys()].filter((path) => path.startsWith('chl_')).length >= 5, [...seen.keys()].join(' '))
    assert.ok([...seen.keys()].some((path) => path.startsWith('challenge-events')))
    assert.ok([...seen.keys()].some((path) => path.startsWith('svc_')))
    for (const [path, text] of seen) assertNothingIn(`${path} ${text}`, `${role}: ${path}`)
  }
})

test('nor do the metrics, the logs, the audit log, the ledger and what is pushed', options, async () => {
  const rows = async (table: string) => JSON.stringify(await server.query(`select * from ${table}`))
  for (const table of ['audit_log', 'challenge_events', 'outbox', 'spending', 'guard_traffic', 'operator_sessions'])
    assertNothingIn(await rows(table), table)
  const near = { headers: { host: '127.0.0.1' }, url: '/metrics', socket: { remoteAddress: '127.0.0.1' } }
  const metrics = await server.app.request('http://127.0.0.1/metrics', {}, { incoming: near })
  assert.equal(metrics.status, 200)
  assertNothingIn(await metrics.text(), 'metrics')
  assert.ok(server.logged.length > 5)
  for (const line of server.logged) assertNothingIn(JSON.stringify(line), 'log')
})

test(
  'an operator who asks sees one number, which is written down, and a viewer who asks none, which is too',
  options,
  async () => {
    const [{ id }] = (await server.query(`select id from challenges where "to" = '${numbers[0]}'`)) as [
      { id: ChallengeId },
    ]
    const ask = async (role: OperatorRole) => {
      const headers = { origin: ORIGIN }
      const app = await consoleAs(role)
      return app.request(`${ORIGIN}/number`, { method: 'POST', headers, body: new URLSearchParams({ id }) })
    }
    const entries = async () => {
      const rows = await server.store.auditLog.list({ actor: 'operator:eve', action: null, targets: null }, null, 2)
      return rows.map(({ action, target }) => `${action} ${target}`)
    }
    const refused = await ask('viewer')
    assert.equal(refused.status, 403)
    assertNothingIn(await refused.text(), 'the answer to a viewer')
    assert.equal((await entries())[0], 'act.refused number')
    const shown = await ask('operator')
    assert.ok((await shown.text()).includes(numbers[0]!))
    assert.equal((await entries())[0], `number.shown ${id}`)
  },
)
