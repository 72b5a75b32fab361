// A rule that stands when its mode is changed is told of, and counted, by the new one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { openSideBySide } from './side-by-side.ts'

const SECRETS = ['one secret of both instances and long enough']
const PUSHED = { WEBHOOK_URL: 'http://127.0.0.1:9/hook', WEBHOOK_SECRET: 'whsec_YSBzZWNyZXQgb2YgYSB0ZXN0IG9mIG1vZGVz' }

test('what only recorded and is enforced after a restart ends, and begins again', {
  skip: withoutPostgres,
}, async (t) => {
  const settings: Record<string, string> = { ...PUSHED, GUARD_CONVERSION: 'record' }
  const side = await openSideBySide(t, settings)
  const create = async (index: number) =>
    (await side.ask(0, '/v1/challenges', { to: `+1876555${1000 + index * 97}`, channel: 'sms' })).status
  const told = async () =>
    (await queryOnce(side.url, "select body from outbox where type = 'guard.tripped' order by created_at", [])).map(
      ({ body }) => `${body.state} ${body.mode}`,
    )
  const standing = () =>
    queryOnce(side.url, 'select mode, decisions from guard_trips where ended_at is null and rule = $1', ['conversion'])
  async function rounds(instances: Awaited<ReturnType<typeof side.startWith>>): Promise<void> {
    for (let round = 0; round < 3; round++) await Promise.all(instances.map((one) => one.challenges.refreshGuard()))
  }

  const recording = await side.startWith([SECRETS, SECRETS])
  for (let index = 0; index < 22; index++) assert.equal(await create(index), 201)
  await rounds(recording)
  assert.deepEqual(await told(), ['began record'])
  assert.deepEqual([...(await standing())], [{ mode: 'record', decisions: 2 }])

  settings.GUARD_CONVERSION = 'enforce'
  const enforcing = await side.startWith([SECRETS, SECRETS])
  await rounds(enforcing)
  assert.equal(await create(23), 403)
  await rounds(enforcing)
  assert.deepEqual(await told(), ['began record', 'ended record', 'began enforce'])
  assert.deepEqual([...(await standing())], [{ mode: 'enforce', decisions: 1 }])
})

test('of instances of different modes the one that started last says in which it stands', {
  skip: withoutPostgres,
}, async (t) => {
  const settings: Record<string, string> = { ...PUSHED, GUARD_CONVERSION: 'record' }
  const side = await openSideBySide(t, settings)
  const [recording] = await side.startWith([SECRETS])
  for (let index = 0; index < 21; index++)
    await side.ask(0, '/v1/challenges', { to: `+1876555${1000 + index * 97}`, channel: 'sms' })
  await recording!.challenges.refreshGuard()
  settings.GUARD_CONVERSION = 'enforce'
  const enforcing = await side.startBeside(SECRETS)
  for (let round = 0; round < 5; round++) {
    await enforcing.challenges.refreshGuard()
    await recording!.challenges.refreshGuard()
  }
  const pushed = await queryOnce(
    side.url,
    "select body from outbox where type = 'guard.tripped' order by created_at",
    [],
  )
  assert.deepEqual(
    pushed.map(({ body }) => `${body.state} ${body.mode}`),
    ['began record', 'ended record', 'began enforce'],
  )
})

test('a block that has come to its end while no instance ran does not begin again', {
  skip: withoutPostgres,
}, async (t) => {
  const side = await openSideBySide(t, { ...PUSHED, GUARD_CONVERSION: 'enforce' })
  await queryOnce(
    side.url,
    `insert into guard_trips (id, rule, key, mode, reason, until)
     values ('trp_over', 'conversion', 'region:JM', 'record', 'Too few were verified.', now() - interval '1 second')`,
    [],
  )
  const [enforcing] = await side.startWith([SECRETS])
  for (let round = 0; round < 3; round++) await enforcing!.challenges.refreshGuard()
  const trips = await queryOnce(side.url, 'select mode, end_reason from guard_trips', [])
  assert.deepEqual([...trips], [{ mode: 'record', end_reason: 'Its time is over.' }])
})
