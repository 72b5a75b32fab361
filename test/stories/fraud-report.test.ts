// Key 9: nothing of the service reaches the number for a day, and what was under way to it ends. The database decides, so
// what races with the report ends too.

import assert from 'node:assert/strict'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { as } from '../http/test-server.ts'
import { anAct } from '../store/samples.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { type Case, stage, type World } from './story.ts'

const story = stage({ pushes: true })
const DAY_MS = 86_400_000

/** A call to a new number, on which 9 is pressed. */
async function reported({ verify, calm }: World): Promise<Case> {
  const call = await verify({ flow: 'approve' })
  await call.phone.answers()
  await call.phone.keys('9')
  await calm()
  await call.ends('denied', 'fraud_reported')
  return call
}

function asked({ server }: World, to: string, more: object = {}, key: string = server.key) {
  return server.ask('POST', '/v1/challenges', { to, ...more }, as(key))
}

story(
  'the service is refused with the time at which it ends, by call and by text; no other service or number is',
  async (world) => {
    const { number } = await reported(world)
    for (const channel of ['call', 'sms']) {
      const { status, json } = await asked(world, number, { channel })
      assert.deepEqual([status, json.code], [403, 'number_blocked'])
      assert.match(json.detail, /reported a verification as fraud/)
      const left = Date.parse(json.until!) - Date.now()
      assert.ok(left > DAY_MS - 60_000 && left <= DAY_MS, String(left))
    }
    assert.equal((await asked(world, number, { channel: 'sms' }, world.server.foreignKey)).status, 201)
    assert.equal((await asked(world, nextNumber(), { channel: 'sms' })).status, 201)
  },
)

story(
  'what else the service has pending to the number ends as reported, and its right code is worth nothing',
  async (world) => {
    const { server, verify, calm } = world
    const call = await verify({ flow: 'approve' })
    const texts = await Promise.all(
      [server.key, server.foreignKey].map((key) => asked(world, call.number, { channel: 'sms' }, key)),
    )
    const [ours, theirs] = texts.map(({ json }) => json.id as ChallengeId)
    await call.phone.answers()
    await call.phone.keys('9')
    await calm()
    const [ended, untouched] = await Promise.all([ours, theirs].map((id) => server.challenges.find(id!)))
    assert.deepEqual(ended!.challenge.outcome, { status: 'denied', reason: 'fraud_reported' })
    assert.equal(untouched!.challenge.outcome, null)
    assert.equal((await server.challenges.ledger(ours!)).at(-1)!.type, 'number_reported')
    const code = server.challenges.secrets.code(ended!)
    const { json } = await server.ask('POST', `/v1/challenges/${ours}/check`, { code })
    assert.deepEqual([json.valid, json.status, json.reason], [false, 'denied', 'fraud_reported'])
    assert.equal((await server.ask('POST', `/v1/challenges/${ours}/deliveries`, { channel: 'call' })).status, 409)
  },
)

story('the app lifts the report with a reason; another service can not', async (world) => {
  const { server } = world
  const { number } = await reported(world)
  const lift = (key: string, body: object) => server.ask('POST', '/v1/numbers/unblock', body, as(key))
  assert.equal((await lift(server.key, { to: number })).status, 422)
  assert.equal((await lift('a guess', { to: number, reason: 'a slip' })).status, 401)
  const foreign = await lift(server.foreignKey, { to: number, reason: 'a slip' })
  assert.equal(foreign.text.includes('"unblocked":false'), true)
  assert.equal((await asked(world, number)).status, 403)
  const own = await lift(server.key, { to: number, reason: 'The person told our support that it was a slip.' })
  assert.deepEqual([own.status, own.text.includes('"unblocked":true')], [200, true])
  assert.ok(server.logged.some((line) => /told our support/.test(JSON.stringify(line))))
  const filter = { actor: null, action: 'number.unblocked', targets: null }
  const [entry, ...others] = await server.store.auditLog.list(filter, null, 10)
  assert.deepEqual(others, [])
  assert.match(entry!.actor, /^service:svc_/)
  assert.equal(entry!.reason, 'The person told our support that it was a slip.')
  const again = await asked(world, number, { channel: 'sms' })
  assert.equal(again.status, 201)
  assert.equal((await server.ask('GET', `/v1/challenges/${again.json.id}`)).json.status, 'pending')
})

story(
  'it ends by itself, and leaves no row',
  async (world) => {
    const { server } = world
    const { number } = await reported(world)
    await server.query(`update number_rules set until = now() - interval '1 second' where kind = 'report'`)
    assert.equal((await asked(world, number, { channel: 'sms' })).status, 201)
    await server.store.numberRules.sweep()
    assert.deepEqual(await server.store.numberRules.list(10), [])
  },
  { skip: withoutPostgres },
)

story(
  'the app is told: the challenge, the masked number, and until when',
  async (world) => {
    const { server } = world
    await server.query('delete from outbox')
    const { id } = await reported(world)
    const messages = await server.store.outbox.claim(50, 30)
    const [message, ...more] = messages.filter(({ type }) => type === 'number.reported')
    assert.deepEqual([more, message!.challenge], [[], id])
    assert.ok(Date.parse(message!.until!) - Date.parse(message!.createdAt) === DAY_MS)
  },
  { skip: withoutPostgres },
)

// The report is saved by another instance, which does not know of this challenge yet.
story('a creation that races with the report is hung up once its carrier has answered', async (world) => {
  const { server } = world
  const to = nextNumber()
  const insert = server.store.challenges.insert
  server.store.challenges.insert = async (...given) => {
    const inserted = await insert(...given)
    const { rules } = given[1].begins
    const rule = {
      kind: 'report',
      forService: rules.service,
      forChannel: '',
      shown: '',
      reason: null,
      seconds: 60,
    } as const
    await server.store.numberRules.add({ ...rule, keys: rules.keys.slice(0, 1) }, anAct)
    return inserted
  }
  const { status, json } = await asked(world, to).finally(() => {
    server.store.challenges.insert = insert
  })
  assert.equal(status, 201)
  assert.deepEqual([json.status, json.reason], ['denied', 'fraud_reported'])
  await world.calm()
  for (const call of server.phones.phone(to).calls) assert.deepEqual([call.state, call.answeredAt], ['ended', null])
})

story('an approval that races with the report does not count', async (world) => {
  const { server, verify } = world
  const text = await verify({ channel: 'sms' })
  const code = await text.code()
  const save = server.store.challenges.save
  server.store.challenges.save = async (change) => {
    server.store.challenges.save = save
    const { serviceId } = (await text.stored()).request
    const keys = [`number:${(await text.stored()).request.numberHash}`]
    const rule = {
      kind: 'report',
      forService: serviceId,
      forChannel: '',
      shown: '',
      reason: null,
      seconds: 60,
    } as const
    await server.store.numberRules.add({ ...rule, keys }, anAct)
    return save(change)
  }
  const { valid } = await text.check(code)
  assert.equal(valid, false)
  await text.ends('denied', 'fraud_reported')
})

story(
  'a 9 pressed when the time of the challenge has passed leaves it expired, and is a report all the same',
  async (world) => {
    const { server, calm } = world
    const number = nextNumber()
    const phone = server.phones.phone(number)
    const { json: created } = await asked(world, number, { flow: 'approve' })
    await phone.answers()
    // The question must have been put in time: a call whose document is asked for later is hung up.
    await calm()
    await server.query('update challenges set expires_at = now() where id = $1', [created.id])
    await phone.keys('9')
    await calm()
    const { outcome } = (await server.challenges.find(created.id as ChallengeId))!.challenge
    assert.deepEqual(outcome, { status: 'expired', reason: 'expired' })
    const { status, json } = await asked(world, number, { channel: 'sms' })
    assert.deepEqual([status, json.code], [403, 'number_blocked'])
    const pushed = await server.query('select type from outbox where challenge_id = $1 order by type', [created.id])
    assert.equal(pushed.filter(({ type }) => type === 'number.reported').length, 1)
  },
)
