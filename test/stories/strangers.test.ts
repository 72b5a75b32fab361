// Forged webhooks, and digits that no keypad has.

import assert from 'node:assert/strict'
import { sign } from '../../src/exchange/twilio/signature.ts'
import { COMPANIES } from '../support/carriers.ts'
import { hearGateKeys } from '../support/phone-helpers.ts'
import { type Case, stage, type World } from './story.ts'

const story = stage()

type Hook = { url: string; body: string; signature: string | null }

/** The keys of the turn that is awaited, as the carrier would post them, signed. */
function gathered({ server }: World, { phone }: Case, digits: string | null): Hook {
  const { url, body } = server.phones.httpLog.findLast(
    ({ callId, about }) => callId === phone.calls.at(-1)?.id && about === 'document',
  )!
  const form = new URLSearchParams(body)
  if (digits !== null) form.set('Digits', digits)
  return signed(url.replace(/answer$/, 'turn/1'), form)
}

function signed(url: string, form: URLSearchParams, key = COMPANIES.twilio.authToken): Hook {
  return { url, body: form.toString(), signature: sign(key, url, [...form]) }
}

async function post({ server }: World, { url, body, signature }: Hook): Promise<{ status: number; text: string }> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const headers = signature === null ? type : { ...type, 'x-twilio-signature': signature }
  const response = await server.app.request(url, { method: 'POST', headers, body })
  return { status: response.status, text: await response.text() }
}

const FORGERIES: [string, (hook: Hook, world: World, other: Case) => Hook][] = [
  ['is not signed', (hook) => ({ ...hook, signature: null })],
  ['has an empty signature', (hook) => ({ ...hook, signature: '' })],
  ['is signed with another key', ({ url, body }) => signed(url, new URLSearchParams(body), 'not the token')],
  ['is signed for another key of the phone', (hook) => ({ ...hook, body: hook.body.replace('Digits=1', 'Digits=2') })],
  ['is signed for another turn', (hook) => ({ ...hook, url: hook.url.replace(/1$/, '2') })],
  ['has one field more than was signed', (hook) => ({ ...hook, body: `${hook.body}&Digits=9` })],
  [
    'was signed for the call of another challenge',
    (hook, world, other) => ({ ...hook, url: gathered(world, other, '1').url }),
  ],
]

/** Two calls that each wait for a key, and how their challenges stand. */
async function twoAsked(world: World) {
  const [mine, other] = [await world.verify({ flow: 'approve' }), await world.verify({ flow: 'approve' })]
  for (const { phone } of [mine, other]) {
    await phone.answers()
    await phone.hears(/press 1/)
  }
  await world.calm()
  return { mine, other, before: [await mine.now(), await other.now()] }
}

for (const [name, forged] of FORGERIES) {
  story(`a webhook that ${name} is refused, and changes nothing`, async (world) => {
    const { mine, other, before } = await twoAsked(world)
    const { status, text } = await post(world, forged(gathered(world, mine, '1'), world, other))
    assert.equal(status, 403)
    assert.doesNotMatch(text, /<Response|AC0|AC[0-9a-f]{32}/)
    await world.calm()
    assert.deepEqual([await mine.now(), await other.now()], before)
    for (const one of [mine, other]) await one.cancel()
  })
}

story('a signed webhook of another call changes nothing, and who is on that call hears a goodbye', async (world) => {
  const { mine, other, before } = await twoAsked(world)
  const from = world.server.logged.length
  const keyed = gathered(world, mine, '1')
  for (const kind of ['turn/1', 'answer', 'fallback', 'status', 'detection'])
    for (const call of [other.phone.calls[0]!.id, 'CA00000000000000000000000000000000']) {
      const form = new URLSearchParams(keyed.body)
      form.set('CallSid', call)
      if (kind === 'status') form.set('CallStatus', 'completed')
      if (kind === 'detection') form.set('AnsweredBy', 'machine_start')
      const { status, text } = await post(world, signed(keyed.url.replace(/turn\/1$/, kind), form))
      assert.equal(Math.floor(status / 100), 2, kind)
      if (kind === 'turn/1' || kind === 'answer') assert.match(text, /<Response><Say [^>]*>.*<Hangup\/><\/Response>$/s)
    }
  await world.calm()
  assert.deepEqual([await mine.now(), await other.now()], before)
  const said = world.server.logged.slice(from).filter((line) => line.includes('webhook of another call ignored'))
  assert.equal(said.length, 10)
  assert.ok(said.every((line) => line.includes(mine.id)))
  for (const one of [mine, other]) await one.cancel()
})

story('the same keys with the right signature are accepted: it was the forgery that was refused', async (world) => {
  const login = await world.verify({ flow: 'approve' })
  await login.phone.answers()
  await login.phone.hears(/press 1/)
  assert.equal((await post(world, gathered(world, login, '1'))).status, 200)
  await login.ends('approved', 'key_pressed')
})

const NOTHING = [null, '']
const STRANGE = [
  '11',
  '1'.repeat(5000),
  '1 ',
  ' 1',
  '１',
  '١',
  '1\n',
  '1\0',
  '"><Hangup/>',
  '{CODE}',
  "1' or '1'='1",
  '-1',
  '1e0',
  '٠',
  '🙂',
]

for (const flow of ['send_code', 'approve', 'keypad_code']) {
  story(`${flow}: no digits are silence`, async (world) => {
    for (const digits of NOTHING) {
      const login = await listening(world, flow)
      const { status, text } = await post(world, gathered(world, login, digits))
      assert.equal(status, 200)
      assert.match(text, /we did not hear a key/)
      await login.stays()
      assert.equal((await login.now()).attempts_left, 5)
      await login.cancel()
    }
  })

  story(`${flow}: impossible digits open nothing, and stand in no log or ledger`, async (world) => {
    const from = world.server.logged.length
    for (const digits of STRANGE) {
      const login = await listening(world, flow)
      const { status, text } = await post(world, gathered(world, login, digits))
      assert.equal(status, 200, digits)
      assert.match(text, /^<\?xml [^>]*\?><Response>.*<\/Response>$/s)
      assert.doesNotMatch(text, /code is|confirmed|<Hangup\/>"|\{/)
      const { status: state, attempts_left } = await login.now()
      assert.ok(state === 'pending' || (flow === 'approve' && state === 'denied'), `${digits}: ${state}`)
      assert.equal(attempts_left, 5)
      const written = JSON.stringify([world.server.logged.slice(from), await world.server.challenges.ledger(login.id)])
      if (digits.trim().length > 3) assert.ok(!written.includes(JSON.stringify(digits).slice(1, -1)))
      await login.cancel()
    }
  })
}

story('the gate keys pressed again only read the code once more', async (world) => {
  const login = await listening(world, 'send_code')
  const { right } = await hearGateKeys(login.phone)
  await login.phone.keys(right)
  await login.phone.hears(/press star/)
  await login.phone.keys(right)
  await login.phone.hears(/Your login code is/)
  await login.stays()
})

async function listening(world: World, flow: string): Promise<Case> {
  const login = await world.verify({ flow })
  await login.phone.answers()
  await world.calm()
  return login
}
