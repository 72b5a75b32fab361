// A challenge that requires a page is dialled once a page is connected, once over all instances, and hung up when the last
// one has gone. Two instances on one real Postgres.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import type { Server } from '../../src/server.ts'
import { realClock } from '../../src/time/clock.ts'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { WINDOWS } from '../support/rate-limit-counters.ts'
import { openSideBySide } from './side-by-side.ts'

const SECRET = 'the secret of two instances that is long enough'
const OPTIONS = { skip: withoutPostgres, timeout: 60_000 }

type Created = { id: ChallengeId; status: string; deliveries: unknown[]; page_token: string }

const failures = async (url: string) => [...(await queryOnce(url, 'select key, count from failure_counters'))]

async function open(t: TestContext, settings: Record<string, string> = {}) {
  // It goes on by itself, and is put forward.
  let ahead = 0
  const clock = { ...realClock, now: () => realClock.now() + ahead }
  const world = await openSideBySide(t, settings, false, clock)
  const instances: Server[] = await world.startWith([[SECRET], [SECRET]])
  const { url, phones, ask, settled } = world

  async function create(body: object = {}): Promise<{ to: string; created: Created; token: Record<string, string> }> {
    const to = nextNumber()
    const response = await ask(0, '/v1/challenges', { to, require_waiter: true, ...body })
    assert.equal(response.status, 201)
    const created = (await response.json()) as Created
    return { to, created, token: { Authorization: `Bearer ${created.page_token}` } }
  }

  /** One that looks on, second by second, so that it has seen every lease renewed that could be. */
  async function watch(on: number): Promise<void> {
    for (let second = 0; second < 6; second++) {
      ahead += 1000
      await instances[on]!.challenges.checkPages()
    }
  }

  return {
    ...world,
    create,
    watch,
    pass: (seconds: number) => {
      ahead += seconds * 1000
    },
    lapse: (seconds: number) =>
      queryOnce(url, `update page_leases set ends_at = ends_at - $1::int * interval '1 second'`, [seconds]),
    /** A page follows its challenge. Returns how it is closed. */
    async openPage(on: number, { created, token }: { created: Created; token: Record<string, string> }) {
      const { body } = await ask(on, `/v1/challenges/${created.id}/events`, undefined, token)
      const reader = body!.getReader()
      await reader.read()
      await settled()
      await settled()
      return () => reader.cancel()
    },
    calls: (to: string) => phones.phone(to).calls.length,
    async now({ created }: { created: Created }) {
      const challenge = (await (await ask(1, `/v1/challenges/${created.id}`)).json()) as Record<string, unknown>
      return `${challenge.status} ${challenge.reason}`
    },
    /** No page has renewed the lease for so many seconds, and an instance looks. */
    async after(seconds: number, on = 1) {
      await watch(on)
      await queryOnce(url, `update page_leases set ends_at = ends_at - $1::int * interval '1 second'`, [seconds])
      await instances[on]!.challenges.checkPages()
      await settled()
    },
    charged: async () => queryOnce(url, `select key from ${WINDOWS} where count > 0`),
    instances,
  }
}

test(
  'nothing is dialled or counted before a page is connected, and then once, however many connect',
  OPTIONS,
  async (t) => {
    const world = await open(t, { LIMIT_PER_NUMBER: '3/10m' })
    const one = await world.create()
    assert.deepEqual([one.created.status, one.created.deliveries], ['pending', []])
    await world.after(0)
    await world.settled()
    assert.equal(world.calls(one.to), 0)
    assert.deepEqual([...(await world.charged())], [])
    // The app's own look is no page.
    const { status, deliveries } = (await (await world.ask(0, `/v1/challenges/${one.created.id}`)).json()) as Created
    assert.deepEqual([status, deliveries], ['pending', []])

    const pages = await Promise.all(Array.from({ length: 8 }, (_, i) => world.openPage(i % 2, one)))
    assert.equal(world.calls(one.to), 1)
    assert.equal((await world.charged()).length, 1)
    for (const close of pages) await close()
  },
)

test('before anything was sent no code is looked at: none is right, wrong or used', OPTIONS, async (t) => {
  const world = await open(t)
  const one = await world.create({ code_length: 4 })
  const { id } = one.created
  const [instance] = world.instances
  const code = instance!.challenges.secrets.code((await instance!.challenges.find(id))!)
  const wrong = code === '0000' ? '1111' : '0000'
  for (const [guess, token] of [
    [code, one.token],
    [wrong, one.token],
    [code, {}],
  ] as const) {
    const refused = await world.ask(1, `/v1/challenges/${id}/check`, { code: guess }, token)
    assert.equal(refused.status, 409)
    assert.match(((await refused.json()) as { detail: string }).detail, /^No code has been sent yet/)
  }
  assert.equal((await world.ask(0, `/v1/challenges/${id}/consume`, {})).status, 409)
  assert.deepEqual(await failures(world.url), [])

  const close = await world.openPage(1, one)
  const now = (await (await world.ask(0, `/v1/challenges/${id}`)).json()) as { attempts_left: number }
  assert.equal(now.attempts_left, 5)
  const { valid } = (await (await world.ask(0, `/v1/challenges/${id}/check`, { code })).json()) as { valid: boolean }
  assert.equal(valid, true)
  await close()
})

test('one that has ended without a page takes no code, and says how it ended', OPTIONS, async (t) => {
  const world = await open(t)
  const one = await world.create()
  await world.ask(0, `/v1/challenges/${one.created.id}/cancel`, {})
  const late = await world.ask(0, `/v1/challenges/${one.created.id}/check`, { code: '000000' })
  assert.deepEqual(await late.json(), { valid: false, status: 'canceled', reason: 'canceled', attempts_left: 5 })
})

test('a creation counts for who asks at once, and for its number when it is dialled', OPTIONS, async (t) => {
  const limits = { LIMIT_PER_NUMBER: '3/10m', LIMIT_PER_IP: '3/10m', LIMIT_PER_NETWORK: '5/10m' }
  const world = await open(t, {
    ...limits,
    LIMIT_PER_SESSION: '5/10m',
    LIMIT_PER_ACCOUNT: '5/10m',
    LIMIT_PER_SERVICE: '9/h',
  })
  const asker = { client_ip: '203.0.113.9', session: 's', account: 'a' }
  const one = await world.create(asker)
  const counted = async () =>
    (await queryOnce(world.url, `select key, count from ${WINDOWS} order by key`)).map(
      ({ key, count }) => `${(key as string).split(':')[0]} ${count}`,
    )
  const OF_ASKER = ['account 1', 'ip 1', 'network 1', 'service 1', 'session 1']
  assert.deepEqual(await counted(), OF_ASKER)
  const close = await world.openPage(1, one)
  assert.deepEqual(await counted(), [...OF_ASKER, 'named 1'].sort())
  await close()

  for (let count = 0; count < 2; count++) await world.create(asker)
  for (const to of [one.to, nextNumber()]) {
    const refused = await world.ask(1, '/v1/challenges', { to, require_waiter: true, ...asker })
    assert.equal(refused.status, 429)
    assert.match(((await refused.json()) as { detail: string }).detail, /this client/)
  }
  assert.deepEqual(await counted(), ['account 3', 'ip 3', 'named 1', 'network 3', 'service 3', 'session 3'])
})

test('of creations that come at once no more are let in than the client may ask for', OPTIONS, async (t) => {
  const world = await open(t, { LIMIT_PER_IP: '3/10m' })
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      world.ask(i % 2, '/v1/challenges', { to: nextNumber(), require_waiter: true, client_ip: '203.0.113.9' }),
    ),
  )
  assert.equal(all.filter(({ status }) => status === 201).length, 3)
})

test('a held answer is a page too', OPTIONS, async (t) => {
  const world = await open(t)
  const one = await world.create({ flow: 'approve' })
  const held = world.ask(1, `/v1/challenges/${one.created.id}?wait=25`, undefined, one.token)
  const phone = world.phones.phone(one.to)
  await phone.answers()
  await phone.keys('1')
  assert.equal(((await (await held).json()) as Created).status, 'approved')
})

test(
  'the phone stops ringing once the last page has gone for longer than a reload, on whichever instance',
  OPTIONS,
  async (t) => {
    const world = await open(t)
    const one = await world.create()
    const [here, there] = [await world.openPage(0, one), await world.openPage(1, one)]
    await here()
    await world.after(4, 0)
    assert.equal(await world.now(one), 'pending null')
    await world.instances[1]!.challenges.checkPages()
    await there()
    await world.after(4, 0)
    assert.equal(await world.now(one), 'pending null')
    await world.after(2, 0)
    assert.equal(await world.now(one), 'canceled canceled')
    await world.phones.phone(one.to).ends()
    assert.equal(world.phones.phone(one.to).calls.at(-1)?.state, 'ended')
  },
)

test('an instance that dies with the page leaves no phone ringing', OPTIONS, async (t) => {
  const world = await open(t)
  const one = await world.create()
  // Its stream stays open, but nothing renews its lease any more.
  const close = await world.openPage(0, one)
  await world.after(6, 1)
  assert.equal(await world.now(one), 'canceled canceled')
  await world.phones.phone(one.to).ends()
  await close()
})

test('a page that comes back in time keeps the call', OPTIONS, async (t) => {
  const world = await open(t)
  const one = await world.create({ flow: 'approve' })
  const close = await world.openPage(0, one)
  await close()
  await world.after(4)
  const again = await world.openPage(1, one)
  await world.after(4)
  assert.equal(await world.now(one), 'pending null')
  const phone = world.phones.phone(one.to)
  await phone.answers()
  await phone.keys('1')
  await world.settled()
  assert.equal(await world.now(one), 'approved key_pressed')
  await again()
  await world.after(10)
  assert.equal(await world.now(one), 'approved key_pressed')
})

test('once the code has been heard and the call is over, closing the page changes nothing', OPTIONS, async (t) => {
  const world = await open(t, { GATE: 'off' })
  const one = await world.create()
  const close = await world.openPage(0, one)
  const phone = world.phones.phone(one.to)
  await phone.answers()
  await phone.hears(/press star/)
  await phone.hangsUp()
  await world.settled()
  await close()
  await world.after(10)
  assert.equal(await world.now(one), 'pending null')
  const again = await world.ask(0, `/v1/challenges/${one.created.id}/deliveries`, { channel: 'call' })
  assert.equal(again.status, 409)
  assert.match(((await again.json()) as { detail: string }).detail, /No page is connected/)
  const reopened = await world.openPage(1, one)
  assert.equal(world.calls(one.to), 1)
  assert.equal(
    (await world.ask(0, `/v1/challenges/${one.created.id}/deliveries`, { channel: 'sms' }, one.token)).status,
    201,
  )
  await reopened()
})

test('no text is sent, and no fallback follows, while no page is there', OPTIONS, async (t) => {
  const world = await open(t)
  const text = await world.create({ channel: 'sms' })
  await world.after(0)
  assert.equal(world.phones.phone(text.to).messages.length, 0)
  const close = await world.openPage(1, text)
  await world.phones.phone(text.to).receives()
  await close()

  const call = await world.create({ fallback: ['sms'] })
  const leave = await world.openPage(0, call)
  const phone = world.phones.phone(call.to)
  await phone.rings()
  await leave()
  await queryOnce(world.url, `update page_leases set ends_at = now() - interval '1 second'`)
  await phone.declines()
  await world.settled()
  assert.equal(phone.messages.length, 0)
  assert.equal(await world.now(call), 'undelivered call_rejected')
})

test('while another call rings the number it waits, and a limit used up meanwhile ends it', OPTIONS, async (t) => {
  const world = await open(t, { LIMIT_PER_NUMBER: '2/10m' })
  const one = await world.create()
  const { id } = (await (await world.ask(0, '/v1/challenges', { to: one.to })).json()) as Created
  const again = async () => {
    const answer = await world.ask(0, `/v1/challenges/${one.created.id}/deliveries`, { channel: 'sms' }, one.token)
    return [answer.status, ((await answer.json()) as { detail: string }).detail.slice(0, 30)]
  }
  assert.deepEqual(await again(), [409, 'No page is connected, and this'])
  const close = await world.openPage(1, one)
  assert.equal(world.calls(one.to), 1)
  assert.equal(await world.now(one), 'pending null')
  assert.deepEqual(await again(), [409, 'The first delivery has not beg'])
  const check = await world.ask(0, `/v1/challenges/${one.created.id}/check`, { code: '123456' }, one.token)
  const { detail } = (await check.json()) as { detail: string }
  assert.deepEqual([check.status, detail], [409, 'No code has been sent yet: the first delivery has not begun.'])
  await world.ask(0, `/v1/challenges/${id}/cancel`, {})
  await world.settled()
  const other = await world.ask(0, '/v1/challenges', { to: one.to, channel: 'sms' })
  assert.equal(other.status, 201)
  await world.after(0, 1)
  assert.equal(world.calls(one.to), 1)
  assert.equal(await world.now(one), 'undelivered carrier_failed')
  await close()
  const refused = await world.ask(0, '/v1/challenges', { to: one.to, require_waiter: true })
  assert.equal(refused.status, 429)
})

test(
  'after a stall of the renewals no call with an open page is hung up, whichever instance looks first',
  OPTIONS,
  async (t) => {
    const world = await open(t)
    const one = await world.create({ flow: 'approve' })
    const close = await world.openPage(0, one)
    await world.watch(1)
    // For six seconds neither reached the database.
    world.pass(6)
    await world.lapse(6)
    const [here, there] = world.instances
    await there!.challenges.checkPages()
    await world.settled()
    const afterStall = await world.now(one)
    await here!.challenges.checkPages()
    await world.watch(1)
    await world.settled()
    const renewed = await world.now(one)
    // It has not renewed since.
    await world.lapse(6)
    await there!.challenges.checkPages()
    await world.settled()
    const notRenewed = await world.now(one)
    await close()
    assert.deepEqual([afterStall, renewed, notRenewed], ['pending null', 'pending null', 'canceled canceled'])
  },
)

test('an instance that has just started ends nothing before the others could renew', OPTIONS, async (t) => {
  const world = await open(t)
  const one = await world.create({ flow: 'approve' })
  const close = await world.openPage(0, one)
  await world.lapse(6)
  await world.instances[1]!.challenges.checkPages()
  await world.settled()
  const now = await world.now(one)
  await close()
  assert.equal(now, 'pending null')
})

test('a page that connects between the look at its lease and the end keeps the call', OPTIONS, async (t) => {
  const world = await open(t)
  const one = await world.create({ flow: 'approve' })
  const close = await world.openPage(0, one)
  await close()
  await world.watch(1)
  await world.lapse(6)
  const { pageLeases } = world.instances[1]!.store
  const { over } = pageLeases
  let back: (() => Promise<void>) | undefined
  pageLeases.over = async (...asked) => {
    const gone = await over(...asked)
    back ??= await world.openPage(0, one)
    return gone
  }
  await world.instances[1]!.challenges.checkPages()
  await world.settled()
  const now = await world.now(one)
  await back?.()
  assert.ok(back)
  assert.equal(now, 'pending null')
})

test('what can neither begin nor end keeps no other challenge from its end', OPTIONS, async (t) => {
  const world = await open(t)
  const [here] = world.instances
  const [broken, gone] = [await world.create({ flow: 'approve' }), await world.create({ flow: 'approve' })]
  for (const one of [broken, gone]) {
    const close = await world.openPage(0, one)
    await close()
  }
  const unbegun = await world.create()
  const record = (await here!.challenges.find(unbegun.created.id))!
  await queryOnce(world.url, `update challenges set deliveries = '{}', version = version + 1 where id = $1`, [
    unbegun.created.id,
  ])
  const leave = here!.challenges.pageConnected(record)
  // Sixty whose pages left before, and which can't be read: none of them has a delivery that is known.
  const [columns] = await queryOnce(
    world.url,
    `select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns
      where table_name = 'challenges' and column_name not in ('id', 'deliveries')`,
  )
  await queryOnce(
    world.url,
    `insert into challenges (id, deliveries, ${columns!.names})
      select id || '-' || copy, '[{"progress":{"state":"ringing"}}]', ${columns!.names}
      from challenges, generate_series(1, 60) as copy where id = $1`,
    [broken.created.id],
  )
  await queryOnce(
    world.url,
    `insert into page_leases select id, now() - interval '1 minute' from challenges where starts_with(id, $1 || '-')`,
    [broken.created.id],
  )
  await queryOnce(
    world.url,
    `create function fail_planted() returns trigger language plpgsql as $$ begin
      if starts_with(new.id, '${broken.created.id}-') then raise exception 'planted' using errcode = '23514'; end if; return new; end $$`,
  )
  await queryOnce(
    world.url,
    'create trigger fail_planted before update on challenges for each row execute function fail_planted()',
  )
  await world.watch(0)
  await world.lapse(12)
  for (let round = 0; round < 2; round++) await here!.challenges.checkPages().catch(() => {})
  await world.settled()
  const now = await world.now(gone)
  leave()
  assert.equal(now, 'canceled canceled')
})

test('a call that rings until its page has left counts among those that were not answered', OPTIONS, async (t) => {
  const world = await open(t, { RESEND_COOLDOWN: '0s', LIMIT_PER_NUMBER: '100/h', LIMIT_UNANSWERED: 'on' })
  const to = nextNumber()
  for (let count = 0; count < 3; count++) {
    const one = await world.create({ to })
    const close = await world.openPage(0, one)
    await world.phones.phone(to).rings()
    await close()
    await world.after(6)
    await world.settled()
    assert.equal(await world.now(one), 'canceled canceled')
  }
  assert.equal(world.calls(to), 3)
  const refused = await world.ask(1, '/v1/challenges', { to, require_waiter: true })
  assert.equal(refused.status, 429)
  assert.ok(Number(refused.headers.get('retry-after')) >= 60)
})

test('without a carrier left it ends at once, undelivered', OPTIONS, async (t) => {
  const world = await open(t)
  const one = await world.create()
  // As when the operator has taken away the carrier that was asked for.
  await queryOnce(world.url, `update challenges set carrier = 'plivo', version = version + 1 where id = $1`, [
    one.created.id,
  ])
  const close = await world.openPage(0, one)
  const now = await world.now(one)
  await close()
  assert.equal(now, 'undelivered carrier_failed')
})
