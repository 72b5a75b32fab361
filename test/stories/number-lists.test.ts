// Whom the operator lets be called, and who wants no calls: the lists of npm run guard, and the opt-outs.

import assert from 'node:assert/strict'
import { numberHash } from '../../src/domain/one-time-codes.ts'
import { noFaults } from '../../src/exchange/simulator/fault-injection.ts'
import { runCommand, type SUBCOMMANDS } from '../../src/guard/commands.ts'
import { createNumbers } from '../../src/guard/numbers.ts'
import { as } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'
import { stage, type World } from './story.ts'

/** The first that the test server lists. */
const SECRET = 'a secret of the test server'
const OTHER_SECRET = 'another secret of the test server'
const SATELLITE = '+881612345678'
const PREMIUM = '+19005550123'

const story = stage({ countries: new Set(['US']) })

function operator({ server }: World, secrets = [SECRET]) {
  const numbers = createNumbers(server.store.numberRules, secrets)
  return (words: string, options = {}) => {
    const [command, ...args] = words.split(' ') as [keyof typeof SUBCOMMANDS, ...string[]]
    return runCommand(command, args, options, numbers, 'cli:ada')
  }
}

async function asked({ server }: World, to: string, channel = 'sms', key = server.key) {
  const { status, json } = await server.ask('POST', '/v1/challenges', { to, channel }, as(key))
  return status === 201 ? 201 : `${status} ${json.code}: ${json.detail}`
}

story(
  'a blocked number, and every number behind a blocked prefix, is refused to every service until it is off the list',
  async (world) => {
    const run = operator(world)
    const [number, other] = [nextNumber(), nextNumber()]
    assert.equal(
      await run(`block ${number}`, { reason: 'a complaint' }),
      `${number.slice(0, 2)}••••••${number.slice(-4)} is on the block list.`,
    )
    for (const key of [world.server.key, world.server.foreignKey])
      assert.match(
        String(await asked(world, number, 'sms', key)),
        /^403 number_blocked: \+1•+\d{4} is on the operator's block list\.$/,
      )
    assert.equal(await asked(world, other), 201)
    assert.match(
      (await run('list'))!,
      /^block +\+1•+\d{4} {2}both {2}every service {2}since .* {2}until taken back {2}a complaint$/,
    )
    await run(`block ${other.slice(0, 8)}*`)
    assert.match(String(await asked(world, other)), /^403 number_blocked: \+1\d{6} is on/)
    await run(`allow ${other}`)
    assert.equal(await asked(world, other), 201, 'the longest match decides')
    assert.match((await run(`unlist ${number}`))!, /is off the list/)
    await run(`unlist ${other.slice(0, 8)}*`)
    assert.equal(await asked(world, number), 201)
    const entries = await world.server.store.auditLog.list({ actor: 'cli:ada', action: null, targets: null }, null, 50)
    const written = entries.map(({ action, reason, target }) => `${action} ${target.split(':')[0]} ${reason}`)
    for (const entry of [
      'number.blocked number a complaint',
      'number.blocked prefix null',
      'number.allowed number null',
      'number.unlisted number null',
      'number.unlisted prefix null',
    ])
      assert.ok(written.includes(entry), entry)
    assert.doesNotMatch(JSON.stringify(entries), new RegExp(number.slice(-4)))
  },
)

story('satellites, premium numbers and other countries are refused, unless the list allows them', async (world) => {
  const run = operator(world)
  assert.match(String(await asked(world, SATELLITE)), /^403 number_blocked: .*satellite or international network/)
  assert.match(String(await asked(world, PREMIUM)), /^403 number_blocked: .*premium rate/)
  assert.match(String(await asked(world, '+447400123456')), /^403 country_not_allowed: /)
  await run('allow +8816*')
  await run(`allow +447400123456`)
  assert.equal(await asked(world, SATELLITE), 201)
  assert.equal(await asked(world, '+447400123456'), 201)
  await run('block +88161*')
  assert.match(String(await asked(world, SATELLITE)), /^403 number_blocked: /)
})

story(
  'an opt-out that one service notes binds all, by the channel that it names, until the person wants it again',
  async (world) => {
    const { server } = world
    const to = nextNumber()
    const body = { to, channel: 'call', reason: 'Asked by letter.' }
    assert.equal((await server.ask('POST', '/v1/numbers/opt-out', body, as(server.foreignKey))).status, 200)
    assert.match(String(await asked(world, to, 'call')), /^403 number_blocked: .*wants no more calls/)
    assert.equal(await asked(world, to), 201)
    await operator(world)(`opt-out ${to}`)
    assert.match(String(await asked(world, to)), /^403 number_blocked: .*wants no more texts/)
    const listed = (await operator(world)('list'))!
    assert.ok(!listed.includes(to.slice(-4)), 'not even the last digits are kept')
    assert.match((await operator(world)(`opt-in ${to}`))!, /may be reached again/)
    assert.equal(await asked(world, to), 201)
  },
)

story('a number that is blocked meanwhile gets no other delivery, and no fallback', async (world) => {
  const { server, verify, calm } = world
  const text = await verify({ channel: 'sms' })
  await operator(world)(`opt-out ${text.number}`, { channel: 'call' })
  const again = await text.again('call')
  assert.deepEqual([again.status, again.json.code], [403, 'number_blocked'])
  const to = nextNumber()
  await operator(world)(`opt-out ${to}`, { channel: 'sms' })
  const phone = server.phones.phone(to)
  phone.will('busy')
  const call = await server.ask('POST', '/v1/challenges', { to, fallback: ['sms'] })
  await calm()
  const { json } = await server.ask('GET', `/v1/challenges/${call.json.id}`)
  assert.deepEqual([json.status, json.reason, phone.messages.length], ['undelivered', 'busy', 0])
})

story('a STOP that the carrier tells of is remembered, for texts alone', async (world) => {
  const { server, calm } = world
  const to = nextNumber()
  server.phones.injectFaults({ requests: { refuse: { status: 400, code: 21610 } } })
  const first = await server.ask('POST', '/v1/challenges', { to, channel: 'sms' })
  await calm()
  assert.deepEqual([first.status, first.json.status], [201, 'undelivered'])
  server.phones.injectFaults(noFaults())
  assert.match(String(await asked(world, to)), /^403 number_blocked: .*wants no more texts/)
  assert.equal(await asked(world, to, 'call'), 201)
})

story('a rule holds for instances that list another secret too, as long as they have one in common', async (world) => {
  const { server } = world
  const number = nextNumber()
  await operator(world, [OTHER_SECRET, SECRET])(`allow ${number}`)
  const keys = [SECRET, OTHER_SECRET].map((secret) => [`number:${numberHash(secret, number)}`])
  for (const key of keys) assert.equal(await server.store.numberRules.allows(key), true)
  await operator(world, [SECRET])(`block ${number}`)
  assert.equal(await server.store.numberRules.allows(keys.flat()), false, 'the later word counts')
})

story('what is no number and no prefix is told, and changes nothing', async (world) => {
  const run = operator(world)
  await assert.rejects(run('block 12345'), /is no number/)
  await assert.rejects(run('allow *'), /is no prefix/)
  await assert.rejects(run(`opt-out ${nextNumber()}`, { channel: 'fax' }), /only call and sms/)
})

story('a prefix as long as a number is that number too', async (world) => {
  const run = operator(world)
  const number = nextNumber()
  await run(`block ${number}*`)
  assert.match(String(await asked(world, number)), /^403 number_blocked/)
  assert.match((await run(`unlist ${number}`))!, /is off the list/)
  assert.equal(await asked(world, number), 201)
  // Where numbers differ in length, longer ones may begin so.
  const german = '+493012345678'
  await run(`block ${german}*`)
  assert.match((await run('list'))!, /^block +\+49•+5678 /)
  await run(`unlist ${german}*`)
})

story('what an app writes of a number is kept and logged without the digits in it', async (world) => {
  const { server } = world
  const to = nextNumber()
  const reason = `Ada on ${to}, also (202) 555-0147, read 481516 to them on 2026-11-27`
  assert.equal(await asked(world, to), 201)
  const [service] = await server.query('select service_id from challenges where "to" = $1', [to])
  const masked = 'Ada on [number], also [number], read [digits] to them on 2026-11-27'
  for (const act of ['unblock', 'opt-out']) {
    if (act === 'unblock')
      await server.store.numberRules.add(
        {
          keys: [`number:${numberHash(SECRET, to)}`],
          kind: 'report',
          forService: service!.service_id as string,
          forChannel: '',
          shown: '+1',
          reason: null,
          seconds: 60,
        },
        { actor: 'cli:ada', action: 'number.blocked', target: 'all', reason: null, detail: {} },
      )
    assert.equal((await server.ask('POST', `/v1/numbers/${act}`, { to, reason })).status, 200)
  }
  const [rule] = await server.query(
    `select reason from number_rules where kind = 'opt_out' order by created_at desc limit 1`,
  )
  assert.equal(rule!.reason, masked)
  const lifted = server.logged.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'report of fraud lifted')
  assert.equal(lifted?.reason, masked)
})
