// What a refusal says of its wait is true: a second before its end it is refused, and at its end it begins. The times are moved
// in the database.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChallengeSettings } from '../../src/challenges/challenge-settings.ts'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { type Answer, type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { ageCounters } from '../support/rate-limit-counters.ts'

const options = { skip: withoutPostgres, timeout: 60_000 }
const TWO = [
  { max: 2, seconds: 600 },
  { max: 3, seconds: 3600 },
]

async function withServer(settings: Partial<ChallengeSettings>, act: (server: Server) => Promise<void>) {
  const server = await startServer(settings)
  try {
    await act(server)
  } finally {
    await server.stop()
  }
}

const start = (server: Server, body: object) => server.ask('POST', '/v1/challenges', { channel: 'sms', ...body })

/** As if so much time had gone by for whatever ends. */
async function pass(server: Server, seconds: number): Promise<void> {
  for (const [table, column] of [
    ['failure_counters', 'locked_until'],
    ['number_rules', 'until'],
  ])
    await server.query(`update ${table} set ${column} = ${column} - $1::float8 * interval '1 second'`, [seconds])
  await server.query(ageCounters(`${seconds} seconds`))
}

/** `ask`: what is refused now. Time enough is left before the end for a busy machine. */
async function endsAsSaid(server: Server, ask: () => Promise<Answer>, secondsOf: (refused: Answer) => number) {
  const wait = secondsOf(await refusedBy(ask))
  await pass(server, wait - 40)
  const left = secondsOf(await refusedBy(ask))
  assert.ok(left > 0 && left <= 40, `${left}`)
  await pass(server, left)
  assert.equal((await ask()).status, 201)
}

async function refusedBy(ask: () => Promise<Answer>): Promise<Answer> {
  const refused = await ask()
  assert.ok(refused.status === 429 || refused.status === 403, refused.text)
  return refused
}

function retryAfter({ headers, json }: Answer): number {
  const wait = Number(headers.get('retry-after'))
  assert.ok(Number.isInteger(wait) && wait > 0)
  assert.equal(headers.get('ratelimit'), `"${json.limit}";r=0;t=${wait}`)
  return wait
}

const until = ({ json }: Answer) => Math.ceil((Date.parse(json.until!) - Date.now()) / 1000)

test('limits of how often, the shorter and then the longer one', options, () =>
  withServer({ limits: { number: TWO } }, async (server) => {
    const to = nextNumber()
    const ask = () => start(server, { to })
    for (let count = 0; count < 2; count++) assert.equal((await ask()).status, 201)
    const seconds: number[] = []
    const secondsOf = (refused: Answer) => {
      seconds.push(retryAfter(refused))
      return seconds.at(-1)!
    }
    await endsAsSaid(server, ask, secondsOf)
    await endsAsSaid(server, ask, secondsOf)
    assert.ok(seconds[0]! > 540 && seconds[0]! <= 600, 'the third waits for the ten minutes')
    assert.ok(seconds[2]! > 2900 && seconds[2]! <= 3000, 'and the fourth for the hour')
  }),
)

test('a lock after wrong codes, and the next one, twice as long', options, () =>
  withServer({ limits: {} }, async (server) => {
    const to = nextNumber()
    const guess = async (count: number) => {
      const { json } = await start(server, { to })
      for (let tries = 0; tries < count; tries++)
        await server.ask('POST', `/v1/challenges/${json.id}/check`, {
          code: await wrongCode(server, json.id as ChallengeId),
        })
    }
    for (let count = 0; count < 4; count++) await guess(5)
    await endsAsSaid(server, () => start(server, { to }), retryAfter)
    await guess(5)
    const wait = retryAfter(await refusedBy(() => start(server, { to })))
    assert.ok(wait > 1140 && wait <= 1200, `${wait}`)
  }),
)

test('the wait after calls that nobody answered', options, () =>
  withServer({ limits: {}, waitsUnanswered: true }, async (server) => {
    const to = nextNumber()
    const ask = () => start(server, { to, channel: 'call' })
    for (let count = 0; count < 3; count++) {
      assert.equal((await ask()).status, 201)
      await server.phones.phone(to).declines()
      await server.calm()
    }
    await endsAsSaid(server, ask, retryAfter)
  }),
)

test('a report of fraud, for as long as it is set', options, () =>
  withServer({ limits: {}, fraudFreeze: 7200 }, async (server) => {
    const to = nextNumber()
    assert.equal((await start(server, { to, channel: 'call', flow: 'approve' })).status, 201)
    const phone = server.phones.phone(to)
    await phone.answers()
    await phone.keys('9')
    await server.calm()
    const refused = await refusedBy(() => start(server, { to }))
    assert.ok(until(refused) > 7100 && until(refused) <= 7200, refused.text)
    assert.equal(refused.headers.get('retry-after'), null, 'a program must not try again by itself')
    await endsAsSaid(server, () => start(server, { to }), until)
  }),
)

async function wrongCode(server: Server, id: ChallengeId): Promise<string> {
  const right = server.challenges.secrets.code((await server.challenges.find(id))!)
  return right.replace(/./, (digit) => (digit === '0' ? '1' : '0'))
}
