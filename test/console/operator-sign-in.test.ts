// An operator's way in: the account, the password, the authenticator app, and back in after being locked out.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { drawPassword } from '../../src/console/password.ts'
import { codeFor, wrongCodeFor } from '../factors/authenticator.ts'
import { aChallenge, aCreation, anAct, aRequest } from '../store/samples.ts'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'
import { startConsole } from './console-app.ts'
import { lightHash } from './light-hash.ts'

const MAIN = new URL('../../src/cli/operator-accounts.ts', import.meta.url).pathname

// One after the other: each goes on where the one before has ended.
describe('the sign-in of the console', { skip: withoutPostgres }, () => {
  let pages: Awaited<ReturnType<typeof startConsole>>
  let browser: ReturnType<typeof pages.browser>
  before(async () => {
    pages = await startConsole()
    browser = pages.browser()
  })
  after(() => pages.close())

  async function operator(...words: string[]): Promise<string> {
    const env = { ...process.env, DATABASE_URL: pages.url }
    return (await promisify(execFile)(process.execPath, [...NODE_ARGUMENTS, MAIN, ...words], { env })).stdout
  }
  const passwordIn = (output: string) => /^ {2}([0-9a-z]{5}(?:-[0-9a-z]{5}){3})$/m.exec(output)![1]!

  /** As the command does, whose hash is heavy, and without its start. */
  async function reset(): Promise<string> {
    const drawn = drawPassword()
    const act = { ...anAct, action: 'operator.reset', target: 'ada' } as const
    assert.ok(await pages.store.operators.reset('ada', await lightHash(drawn), act))
    return drawn
  }

  let password = ''
  let secret = ''
  /** The factor, and a step that was not used yet. */
  let step = 0

  test('without an account there is nothing to be seen', async () => {
    for (const path of ['/', '/live', '/sign-in', '/console.css', '/chl_1'])
      assert.equal((await browser.get(path)).status, 404, path)
    assert.match(await operator('list'), /There is no account/)
  })

  test('an account is added by a command, which shows the password once', async () => {
    password = passwordIn(await operator('add', 'ada'))
    passwordIn(await operator('add', 'eve', '--role', 'viewer'))
    await assert.rejects(operator('add', 'ada'), { code: 1 })
    await assert.rejects(operator('add', 'Ada Byron'), { code: 1 })
    await assert.rejects(operator('add', 'bob', '--role', 'admin'), { code: 1 })
    const list = await operator('list')
    assert.match(list, /^ada +operator +may sign in +never signed in$/m)
    assert.match(list, /^eve +viewer/m)
    const [row] = await queryOnce(pages.url, "select password_hash from operators where name = 'ada'")
    assert.match(row!.password_hash, /^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/)
    await queryOnce(pages.url, `update operators set password_hash = $1 where name = 'ada'`, [
      await lightHash(password),
    ])
  })

  test('nothing but the sign-in is open without a session, and no stage is skipped', async () => {
    for (const path of [
      '/live',
      '/live-events',
      '/search',
      '/statistics',
      '/carriers',
      '/webhooks',
      '/guard',
      '/chl_1',
    ]) {
      const { status, location } = await browser.get(path)
      assert.deepEqual([status, location], [303, 'sign-in'], path)
    }
    for (const path of ['/guard', '/webhooks', '/number', '/search'])
      assert.equal((await browser.post(path, {})).location, 'sign-in', path)
    for (const path of ['/sign-in-code', '/authenticator', '/authenticator-code'])
      assert.equal((await browser.post(path, { code: '123456' })).status, 303, path)
  })

  test('a wrong password and an unknown name get the same answer', async () => {
    const answers = [
      await browser.post('/sign-in', { name: 'ada', password: 'wrong' }),
      await browser.post('/sign-in', { name: 'nobody', password: 'wrong' }),
    ]
    assert.deepEqual(
      answers.map(({ status }) => status),
      [422, 422],
    )
    assert.equal(answers[0]!.text.replace('ada', ''), answers[1]!.text.replace('nobody', ''))
    assert.equal(browser.cookies.size, 0)
  })

  test('the password opens the set-up of an authenticator app and nothing else; its first code signs in', async () => {
    const { location, headers } = await browser.post('/sign-in', {
      name: 'ada',
      password: password.toUpperCase().replaceAll('-', ' '),
    })
    assert.equal(location, 'sign-in-code')
    assert.match(
      headers.get('set-cookie')!,
      /^__Host-answerback_console=[\w-]{32}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const half = [...browser.cookies.values()][0]!
    assert.equal((await browser.get('/live')).location, 'sign-in')
    assert.match((await browser.get('/sign-in-code')).text, /Show the QR code/)
    const { text } = await browser.post('/authenticator', {})
    assert.match(text, /<svg/)
    secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(text)![1]!.replaceAll(' ', '')
    const factor = /name="factor" value="(fct_[\w-]+)"/.exec(text)![1]!
    const refused = await browser.post('/authenticator-code', { factor, code: wrongCodeFor(secret, Date.now()) })
    assert.equal(refused.status, 422)
    assert.ok(!refused.text.includes('<svg') && !refused.text.includes(secret.slice(0, 8)))
    assert.equal(
      (await browser.post('/authenticator-code', { factor: 'fct_other', code: '123456' })).location,
      'sign-in-code',
    )
    step = Math.floor(Date.now() / 30_000)
    assert.equal(
      (await browser.post('/authenticator-code', { factor, code: codeFor(secret, 0, step * 30_000) })).location,
      'live',
    )
    assert.notEqual([...browser.cookies.values()][0], half, 'a new id with the new stage')
    const live = await browser.get('/live')
    assert.equal(live.status, 200)
    assert.match(live.text, /<a href="account" aria-label="ada: your sign-in">ada<\/a> <button>Sign out/)
    assert.equal((await pages.audit())[0]!.action, 'operator.signed_in')
    const [session] = await queryOnce(pages.url, 'select id_hash from operator_sessions')
    assert.ok(![...browser.cookies.values()].includes(session!.id_hash))
    const thief = pages.browser()
    thief.cookies.set('__Host-answerback_console', half)
    assert.equal((await thief.get('/live')).location, 'sign-in')
  })

  test('the whole number is shown to an operator who asks, which stands in the audit log, and to no viewer', async () => {
    const challenge = aChallenge()
    const request = { ...aRequest(), to: '+12025550177' } as const
    await pages.store.challenges.insert(
      { challenge, request, expiresIn: 300, idempotency: null, slot: null },
      aCreation,
    )
    assert.doesNotMatch((await browser.get(`/${challenge.id}`)).text, /2025550177/)
    const shown = await browser.post('/number', { id: challenge.id })
    assert.match(shown.text, /\+12025550177/)
    assert.equal(shown.headers.get('cache-control'), 'no-store')
    assert.deepEqual((await pages.audit())[0], {
      actor: 'operator:ada',
      action: 'number.shown',
      target: challenge.id,
      reason: null,
    })
    await queryOnce(pages.url, "update operators set role = 'viewer' where name = 'ada'")
    const refused = await browser.post('/number', { id: challenge.id })
    assert.equal(refused.status, 403)
    assert.doesNotMatch(refused.text, /2025550177/)
    assert.doesNotMatch((await browser.get(`/${challenge.id}`)).text, /Show the whole number/)
    await queryOnce(pages.url, "update operators set role = 'operator' where name = 'ada'")
    assert.equal((await browser.post('/number', { id: 'chl_unknown' })).status, 404)
  })

  test('what follows a challenge is noted once for each view, and not again when the browser comes back', async () => {
    const challenge = aChallenge()
    await pages.store.challenges.insert(
      {
        challenge,
        request: { ...aRequest(), numberHash: 'of the stream test' },
        expiresIn: 300,
        idempotency: null,
        slot: null,
      },
      aCreation,
    )
    await queryOnce(pages.url, "update operators set role = 'viewer' where name = 'ada'")
    const reads = async () =>
      (
        await pages.store.auditLog.list(
          { actor: 'operator:ada', action: 'challenge.read', targets: [challenge.id] },
          null,
          50,
        )
      ).length
    const { text } = await browser.get(`/${challenge.id}`)
    assert.equal(await reads(), 1)
    const stream = /data-stream="([^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&')
    for (let count = 0; count < 3; count++) await browser.open(`/${stream}`)
    assert.equal(await reads(), 1, 'the page was noted')
    await browser.open(`/challenge-events?id=${challenge.id}`)
    assert.equal(await reads(), 2, 'without the page')
    const view = /view=(\d+)/.exec(stream)![1]!
    const foreign = aChallenge()
    await pages.store.challenges.insert(
      {
        challenge: foreign,
        request: { ...aRequest(), numberHash: 'another' },
        expiresIn: 300,
        idempotency: null,
        slot: null,
      },
      aCreation,
    )
    await browser.open(`/challenge-events?id=${foreign.id}&view=${view}`)
    const [entry] = await pages.audit()
    assert.deepEqual([entry!.action, entry!.target], ['challenge.read', foreign.id], 'a view of another challenge')
    for (const forged of ['0', '999999999', '-1', "'", '1e3'])
      await browser.open(`/challenge-events?id=${challenge.id}&view=${forged}`)
    assert.equal(await reads(), 7)
    await queryOnce(pages.url, "update operators set role = 'operator' where name = 'ada'")
  })

  test('a sign-out ends the session, and the next sign-in wants a code that was not used', async () => {
    const stolen = new Map(browser.cookies)
    assert.equal((await browser.post('/sign-out', {})).location, 'sign-in')
    assert.equal(browser.cookies.size, 0)
    for (const [name, value] of stolen) browser.cookies.set(name, value)
    assert.equal((await browser.get('/live')).location, 'sign-in')
    await browser.post('/sign-in', { name: 'ada', password })
    assert.match((await browser.get('/sign-in-code')).text, /The code that it shows/)
    assert.equal((await browser.post('/authenticator', {})).location, 'sign-in-code', 'there is one already')
    const used = codeFor(secret, 0, step * 30_000)
    assert.equal((await browser.post('/sign-in-code', { code: used })).status, 422)
    // The next one, or the present one where the machine was slow.
    const next = codeFor(secret, 0, Math.max((step + 1) * 30_000, Date.now()))
    assert.equal(
      (await browser.post('/sign-in-code', { code: `${next.slice(0, 3)} ${next.slice(3)}` })).location,
      'live',
    )
  })

  test('an idle session and an old one are over', async () => {
    for (const [column, age] of [
      ['used_at', '31 minutes'],
      ['created_at', '13 hours'],
    ] as const) {
      assert.equal((await browser.get('/live')).status, 200)
      const kept = await queryOnce(pages.url, `select ${column}::text as was from operator_sessions`)
      await queryOnce(pages.url, `update operator_sessions set ${column} = now() - interval '${age}'`)
      assert.equal((await browser.get('/live')).location, 'sign-in', column)
      await queryOnce(pages.url, `update operator_sessions set ${column} = '${kept[0]!.was}'`)
    }
  })

  test('no number of wrong passwords keeps out who has the right one, and a reset ends sessions and authenticator', async () => {
    const other = pages.browser()
    for (let count = 0; count < 6; count++) await other.post('/sign-in', { name: 'ada', password: 'wrong' })
    assert.equal((await other.post('/sign-in', { name: 'ada', password })).location, 'sign-in-code')
    assert.equal((await browser.get('/live')).status, 200, 'who is in stays in')
    const drawn = passwordIn(await operator('reset', 'ada'))
    assert.equal((await browser.get('/live')).location, 'sign-in')
    assert.equal((await other.get('/sign-in-code')).location, 'sign-in')
    assert.equal((await other.post('/sign-in', { name: 'ada', password })).status, 422)
    assert.equal((await other.post('/sign-in', { name: 'ada', password: drawn })).location, 'sign-in-code')
    assert.match((await other.get('/sign-in-code')).text, /Show the QR code/)
    assert.deepEqual((await pages.audit()).map(({ action }) => action).slice(0, 1), ['operator.reset'])
    await operator('disable', 'ada')
    assert.equal((await other.get('/sign-in-code')).location, 'sign-in')
    assert.equal((await other.post('/sign-in', { name: 'ada', password: drawn })).status, 422)
    await operator('disable', 'eve')
    assert.equal((await other.get('/sign-in')).status, 404)
    await assert.rejects(operator('disable', 'eve'), { code: 1 })
  })

  test('a reset while an old password is compared, or a code, opens nothing for who has sent it', async () => {
    let current = await reset()
    const { find } = pages.store.operators
    const resetAfter = async () => {
      current = await reset()
    }
    // The hash is read, and replaced before it has been compared.
    pages.store.operators.find = async (name) => {
      const account = await find(name)
      await resetAfter()
      return account
    }
    const late = pages.browser()
    const answer = await late.post('/sign-in', { name: 'ada', password: current })
    pages.store.operators.find = find
    assert.equal(answer.status, 422)
    assert.equal((await late.get('/sign-in-code')).location, 'sign-in')
    assert.equal((await late.post('/authenticator', {})).location, 'sign-in-code')
    assert.equal((await queryOnce(pages.url, 'select from operator_sessions')).length, 0)

    // The code is right, and the account is reset before the session of the next stage is opened.
    await late.post('/sign-in', { name: 'ada', password: current })
    const { text } = await late.post('/authenticator', {})
    const shown = /<code>([A-Z2-7 ]+)<\/code>/.exec(text)![1]!.replaceAll(' ', '')
    const factor = /name="factor" value="(fct_[\w-]+)"/.exec(text)![1]!
    const { confirm } = pages.factors
    pages.factors.confirm = async (...given) => {
      const confirmed = await confirm(...given)
      await resetAfter()
      return confirmed
    }
    const entered = await late.post('/authenticator-code', { factor, code: codeFor(shown, 0, Date.now()) })
    pages.factors.confirm = confirm
    assert.equal(entered.location, 'sign-in')
    assert.equal((await late.get('/live')).location, 'sign-in')
    assert.notEqual((await pages.audit())[0]!.action, 'operator.signed_in')
  })

  test('a session that is opened as a reset ends the others is over with it', async () => {
    const current = await reset()
    const late = pages.browser()
    await late.post('/sign-in', { name: 'ada', password: current })
    const kept = await queryOnce(pages.url, 'select * from operator_sessions')
    await reset()
    // The reset's statement did not see it, since it was committed after the statement had begun.
    const columns = Object.keys(kept[0]!)
    const values = columns.map(
      (column) => `'${kept[0]![column] instanceof Date ? kept[0]![column].toISOString() : kept[0]![column]}'`,
    )
    await queryOnce(pages.url, `insert into operator_sessions (${columns.join(', ')}) values (${values.join(', ')})`)
    assert.equal((await late.get('/sign-in-code')).location, 'sign-in')
  })

  test('a name that no account can have is a wrong one, also with a character that Postgres refuses', async () => {
    for (const name of ['a\0', '\ud800', 'Ada', ''])
      assert.equal(
        (await pages.browser().post('/sign-in', { name, password: 'wrong' })).status,
        422,
        JSON.stringify(name),
      )
  })

  test('a stranger who signs in without pause keeps no operator at another address out', async () => {
    const current = await reset()
    const signIn = (address: string, headers: Record<string, string>, form: Record<string, string>) =>
      pages.signIn.request(
        'https://answerback.example/sign-in',
        {
          method: 'POST',
          headers: { origin: 'https://answerback.example', ...headers },
          body: new URLSearchParams(form),
        },
        { incoming: { socket: { remoteAddress: address } } },
      )
    for (const [stranger, own] of [
      [
        { address: '203.0.113.9', headers: {} },
        { address: '198.51.100.7', headers: {} },
      ],
      // Behind a proxy, which adds the address behind those that a client has written itself.
      [
        { address: '10.0.0.2', headers: { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' } },
        { address: '10.0.0.2', headers: { 'x-forwarded-for': '198.51.100.7' } },
      ],
    ] as const) {
      let isOver = false
      const answers: number[] = []
      const busy = Array.from({ length: 20 }, async () => {
        while (!isOver && answers.length < 2_000)
          answers.push((await signIn(stranger.address, stranger.headers, { name: 'ada', password: 'wrong' })).status)
      })
      while (answers.length < 10) await setImmediate()
      const statuses: number[] = []
      for (let count = 0; count < 3; count++)
        statuses.push((await signIn(own.address, own.headers, { name: 'ada', password: current })).status)
      isOver = true
      await Promise.all(busy)
      assert.deepEqual(statuses, [303, 303, 303])
      assert.ok(answers.includes(429) && answers.every((status) => [422, 429].includes(status)))
    }
  })

  test('a form of another site is refused, and one behind a proxy that replaces Host is taken', async () => {
    await reset()
    const behindProxy = await pages.signIn.request('http://10.0.0.7:3000/sign-in', {
      method: 'POST',
      headers: { origin: 'https://answerback.example' },
      body: new URLSearchParams({ name: 'ada', password: 'wrong' }),
    })
    assert.equal(behindProxy.status, 422)
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      assert.equal((await browser.post('/sign-in', { name: 'ada', password }, headers)).status, 403)
  })
})
