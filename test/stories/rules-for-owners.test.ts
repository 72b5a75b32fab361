// What stands against a number stands against it for whoever asks: for an account that has proved it, for each inside line of
// it, and for a challenge that has waited for its page since before.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeId, E164 } from '../../src/domain/challenge.ts'
import { createNumbers, type Numbers } from '../../src/guard/numbers.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'

const SECRETS = ['a secret of the test server', 'long enough']
const BY = { actor: 'cli:ada', reason: 'a test' }
const options = { skip: withoutPostgres, timeout: 60_000 }

let server: Server
let numbers: Numbers
before(async () => {
  server = await startServer({ cooldown: 0, limits: {}, countries: new Set(['US']) })
  numbers = createNumbers(server.store.numberRules, SECRETS)
})
after(() => server.stop())

async function start(body: object, key = server.key) {
  const { status, json } = await server.ask('POST', '/v1/challenges', body, as(key))
  return { status, code: json.code, id: json.id as ChallengeId, page: as(json.page_token) }
}

async function prove(to: string, account: string): Promise<void> {
  const { id } = await start({ to, account, channel: 'sms' })
  const code = server.challenges.secrets.code((await server.challenges.find(id))!)
  assert.equal((await server.ask('POST', `/v1/challenges/${id}/check`, { code })).json.valid, true)
}

/** Each against a number, in the name of the operator, an app or the person. */
const RULES: Record<string, { against: (to: E164) => Promise<unknown>; ofAll: boolean }> = {
  'a block': { against: (number) => numbers.listAs('block', { number }, BY), ofAll: true },
  'an opt-out': { against: (to) => numbers.optOut(to, null, BY), ofAll: true },
  'a report of fraud': { against: reported, ofAll: false },
  // Last: numbers of other tests begin so too.
  'a blocked prefix': {
    against: (to) => numbers.listAs('block', { prefix: to.slice(0, -2) }, BY),
    ofAll: true,
  },
}

/** On a call to one of its lines, for an account that has proved the number. */
async function reported(to: string): Promise<void> {
  await start({ to, extension: '7', account: 'the owner', flow: 'approve' })
  const phone = server.phones.phone(to)
  await phone.answers()
  await phone.hears(/press 9/)
  await phone.keys('9')
  await server.calm()
}

for (const [name, { against, ofAll }] of Object.entries(RULES))
  test(`${name} holds for owners, for every line, and for what waits for its page`, options, async () => {
    const to = nextNumber()
    await prove(to, 'the owner')
    const waiting = await start({ to, require_waiter: true, account: 'the owner' }, server.foreignKey)
    const ours = await start({ to, require_waiter: true })
    assert.deepEqual([waiting.status, ours.status], [201, 201])
    await against(to)
    const calls = server.phones.phone(to).calls.length
    for (const body of [
      { channel: 'sms' },
      { channel: 'sms', account: 'the owner' },
      { account: 'the owner' },
      { extension: '12' },
      { extension: '7', account: 'the owner' },
      { flow: 'approve' },
      { require_waiter: true },
    ]) {
      const refused = await start({ to, ...body })
      assert.deepEqual([refused.status, refused.code], [403, 'number_blocked'], JSON.stringify(body))
    }
    assert.equal((await start({ to, channel: 'sms' }, server.foreignKey)).status, ofAll ? 403 : 201)
    for (const [one, isStopped] of [
      [ours, true],
      [waiting, ofAll],
    ] as const) {
      const reader = (
        await server.app.request(`/v1/challenges/${one.id}/events`, { headers: one.page })
      ).body!.getReader()
      await reader.read()
      for (let rest = 0; rest < 2; rest++) await server.calm()
      const { outcome } = (await server.challenges.find(one.id))!.challenge
      assert.equal(outcome !== null, isStopped, `${JSON.stringify(outcome)}`)
      await reader.cancel()
    }
    assert.equal(server.phones.phone(to).calls.length, calls + (ofAll ? 0 : 1))
  })

test(
  'an account that has proved a number in a country that is not allowed any more is refused like others',
  options,
  async () => {
    const to = '+447400123499' as E164
    await numbers.listAs('allow', { number: to }, BY)
    await prove(to, 'the owner')
    await numbers.unlist({ number: to }, BY)
    for (const body of [
      {},
      { account: 'the owner' },
      { account: 'the owner', extension: '12' },
      { require_waiter: true },
    ]) {
      const refused = await start({ to, ...body })
      assert.deepEqual([refused.status, refused.code], [403, 'country_not_allowed'])
    }
  },
)
