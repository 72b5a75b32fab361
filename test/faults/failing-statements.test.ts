// Statements that fail after a carrier was asked, on a real server: what was asked stands, and one bad row stops no other.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { eventually } from './waiting.ts'

/** Deadlock, serialization failure, canceled statement; and a connection that is ended in the middle of the statement. */
const FAILURES = ['40P01', '40001', '57014', 'broken connection'] as const

test('a statement that fails after the carrier was asked', { skip: withoutPostgres }, async (t) => {
  const all = await startFleet(t, { instances: 1, speed: 5 })
  await prepareFailures(all)
  const { phones, client } = all

  for (const failure of FAILURES) {
    await t.test(`${failure}: a creation is told as pending and not called again`, async () => {
      const phone = phones.phone(nextNumber())
      await failFrom(all, phone.number, 1, failure)
      const created = await client().create({ to: phone.number, flow: 'approve' }, { idempotencyKey: `key-${failure}` })
      assert.equal(created.status, 'pending')
      await phone.rings()
      assert.deepEqual(await refused(client().create({ to: phone.number })), 'conflict', 'the number is held')
      await failNoMore(all, phone.number)
      await phone.answers()
      await phone.hears(/To approve, press 1/)
      await phone.keys('1')
      const ended = await client().wait(created.id)
      assert.deepEqual([ended.reason, phone.calls.length], ['key_pressed', 1])
    })

    await t.test(`${failure}: a redelivery likewise`, async () => {
      const phone = phones.phone(nextNumber())
      const { id } = await client().create({ to: phone.number, channel: 'sms' })
      // Its receipt would be one more version.
      await eventually('the receipt', async () => (await client().get(id)).deliveries[0]!.state === 'ended')
      const { version } = await client().get(id)
      await failFrom(all, phone.number, version + 1, failure)
      const redelivered = await client().redeliver(id, 'call')
      assert.equal(redelivered.status, 'pending')
      await phone.rings()
      await failNoMore(all, phone.number)
      await phone.declines()
      await eventually(
        'the call to be ended',
        async () => (await client().get(id)).deliveries.at(-1)!.state === 'ended',
      )
      assert.equal(phone.calls.length, 1)
    })

    await t.test(`${failure}: a fallback sends its message once`, async () => {
      const phone = phones.phone(nextNumber())
      const { id } = await client().create({ to: phone.number, fallback: ['sms'] })
      await phone.rings()
      await failOnceAsked(all, phone.number, failure)
      await phone.declines()
      await eventually('the message', () => phone.messages.length === 1)
      await failNoMore(all, phone.number)
      await eventually('it to be noted', async () => (await client().get(id)).deliveries.at(-1)!.state !== 'placing')
      const { status, deliveries } = await client().get(id)
      assert.notEqual(deliveries.at(-1)!.result, 'carrier_failed')
      assert.equal(status, 'pending')
      assert.equal(phone.messages.length, 1)
    })
  }

  await t.test('an answer that could not be kept under its Idempotency-Key is given all the same', async () => {
    const { number } = phones.phone(nextNumber())
    const created = await client().create({ to: number }, { idempotencyKey: 'not kept' })
    assert.equal(created.status, 'pending')
  })

  await t.test('a row whose every change fails keeps no other from being checked', async () => {
    const due = async (id: string) =>
      all.database.query(
        'update challenges set expires_at = now(), next_check_at = now(), check_put_off_to = null where id = $1',
        [id],
      )
    const [badNumber, goodNumber] = [nextNumber(), nextNumber()]
    const [bad, good] = await Promise.all([badNumber, goodNumber].map((to) => client().create({ to, channel: 'sms' })))
    await failFrom(all, badNumber, 1, '40P01')
    await due(bad!.id)
    await eventually('it to have failed', () => all.instances[0]!.output.includes('"check failed"'))
    await due(good!.id)
    await eventually('the other to be expired', async () => (await statusOf(all, good!.id)) === 'expired')
    assert.equal(await statusOf(all, bad!.id), 'pending')
    await failNoMore(all, badNumber)
    await eventually('the bad one, once it is none', async () => (await statusOf(all, bad!.id)) === 'expired')
  })
})

async function prepareFailures({ database }: Fleet): Promise<void> {
  await database.query('create table planted (number text, version int, state text, failure text)')
  await database.query(`create function fail_planted() returns trigger language plpgsql as $$
    declare how text;
    begin
      select failure into how from planted
        where number = old."to" and old.version >= planted.version and new.version > old.version and (state is null or old.deliveries::text like state);
      if how = 'broken connection' then
        perform pg_terminate_backend(pg_backend_pid());
        perform pg_sleep(1);
      elsif how is not null then
        raise exception 'planted' using errcode = how;
      end if;
      return new;
    end $$`)
  await database.query(
    'create trigger fail_planted before update on challenges for each row execute function fail_planted()',
  )
  await database.query(`create function fail_to_keep() returns trigger language plpgsql as $$
    begin raise exception 'planted' using errcode = '40P01'; end $$`)
  await database.query(`create trigger fail_to_keep before update on idempotency for each row
    when (new.key = 'not kept' and new.body is not null) execute function fail_to_keep()`)
}

/** Every change of the number's challenge fails from this version on. */
async function failFrom({ database }: Fleet, number: string, version: number, failure: string): Promise<void> {
  await database.query('insert into planted (number, version, failure) values ($1, $2, $3)', [number, version, failure])
}

/** Every change after a message was begun. */
async function failOnceAsked({ database }: Fleet, number: string, failure: string): Promise<void> {
  await database.query(`insert into planted (number, version, state, failure) values ($1, 1, '%"sms"%', $2)`, [
    number,
    failure,
  ])
}

async function failNoMore({ database }: Fleet, number: string): Promise<void> {
  await database.query('delete from planted where number = $1', [number])
}

async function statusOf({ database }: Fleet, id: string): Promise<string | undefined> {
  const [row] = await database.query<{ status: string }>('select status from challenges where id = $1', [id])
  return row?.status
}

async function refused(creation: Promise<unknown>): Promise<string> {
  return creation.then(
    () => 'created',
    (error: { code: string }) => error.code,
  )
}
