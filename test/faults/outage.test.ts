import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AnswerbackError } from '../../src/client/client.ts'
import { clusterPids, withoutPostgres } from '../support/postgres.ts'
import { type Fleet, fleet, type Hook, nextNumber } from './fleet.ts'
import { insists } from './person.ts'
import { eventually, timed } from './waiting.ts'

const FROZEN_MS = 10_000

test('a database frozen for ten seconds costs no carrier a document', { skip: withoutPostgres }, async (t) => {
  const { phones, hooks, client } = await fleet(t, { instances: 2, speed: 10, patience: 25_000 })
  const calls = Array.from({ length: 8 }, async () => {
    const phone = phones.phone(nextNumber())
    const { id } = await client().create({ to: phone.number, flow: 'approve' })
    await phone.answers()
    await phone.hears(/To approve, press 1/)
    return { id, phone }
  })
  const people = await Promise.all(calls)
  const pids = await clusterPids()
  if (!pids) return t.skip('the server is not ours to freeze')

  const thaw = () => {
    for (const pid of pids.toReversed()) {
      try {
        process.kill(pid, 'SIGCONT')
      } catch {
        // Its client has gone meanwhile, and so has it.
      }
    }
  }
  t.after(thaw)
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  const frozenFrom = hooks.length
  const thawed = setTimeout(thaw, FROZEN_MS)
  await Promise.all(
    people.map(async ({ id, phone }) => {
      await phone.keys('1')
      await phone.hears(/One moment, please/)
      // Asked again, a person answers again.
      await insists(phone, '1')
      await phone.hears(/that is confirmed/)
      assert.equal((await client().get(id)).reason, 'key_pressed')
    }),
  )
  clearTimeout(thawed)
  const frozen = hooks.slice(frozenFrom)
  assert.ok(frozen.filter(({ body }) => body.includes('One moment')).length >= people.length * 2)
  assertDocuments(frozen)
  assert.deepEqual(phones.faults, [])
})

describe('a database that is away', { skip: withoutPostgres, concurrency: true }, () => {
  test('lets nothing be dialled, then or later', async (t) => {
    const { proxy, client, phones } = await fleet(t, { instances: 1 })
    const number = nextNumber()
    await proxy.refuse()
    const { value, ms } = await timed(refusal(client().create({ to: number })))
    assert.equal(value.code, 'database_unavailable')
    assert.equal(value.status, 503)
    assert.ok(ms < 4_000, `${ms} ms`)
    await proxy.accept()
    await eventually('the database to be used again', () =>
      client()
        .create({ to: nextNumber() })
        .catch(() => null),
    )
    assert.equal(phones.phone(number).calls.length, 0)
  })

  test('lets nothing be dialled for a creation that it kept and could not say so', async (t) => {
    const all = await fleet(t, { instances: 1 })
    const number = nextNumber()
    // Once every connection knows the statement, the number goes over the line with the row itself.
    await Promise.all(Array.from({ length: 30 }, () => all.client().create({ to: nextNumber() })))
    all.proxy.stallAfter(number)
    const refused = await refusal(all.client().create({ to: number, fallback: ['sms'] }))
    assert.equal(refused.code, 'database_unavailable')
    all.proxy.resume()
    const left = await eventually('the row that it kept', () => rowOf(all, number))
    await eventually('it to be ended', async () => (await rowOf(all, number))?.status !== 'pending')
    assert.equal((await all.client().get(left.id)).reason, 'carrier_failed')
    assert.equal((await all.client().create({ to: number })).status, 'pending', 'the number is free again')
    assert.deepEqual([all.phones.phone(number).calls.length, all.phones.phone(number).messages.length], [1, 0])
  })

  test('once the phone is being called, hides neither the challenge nor the call', async (t) => {
    const number = nextNumber()
    const all: Fleet = await fleet(t, {
      instances: 1,
      asked: ({ method }) => void (method === 'POST' && all.proxy.stall()),
    })
    const { value: challenge, ms } = await timed(all.client().create({ to: number, flow: 'approve' }))
    assert.equal(challenge.status, 'pending')
    assert.ok(ms < 4_000, `${ms} ms`)
    const phone = all.phones.phone(number)
    await phone.answers()
    await phone.hears(/One moment, please/)
    all.proxy.resume()
    await insists(phone, '1')
    assert.equal((await all.page(challenge.page_token).wait(challenge.id)).reason, 'key_pressed')
    assertDocuments(all.hooks)
  })
})

function assertDocuments(hooks: Hook[]): void {
  for (const { path, status, type, ms } of hooks.filter(({ path }) => /\/(answer|turn\/\d+)$/.test(path))) {
    assert.equal(status, 200, path)
    assert.match(type ?? '', /^text\/xml/)
    assert.ok(ms < 2_000, `${path} took ${ms} ms`)
  }
}

async function refusal(creation: Promise<unknown>): Promise<AnswerbackError> {
  return creation.then(
    () => assert.fail('it was created'),
    (error) => error,
  )
}

async function rowOf({ database }: Fleet, to: string) {
  const [row] = await database.query<{ id: string; status: string }>(
    `select id, status from challenges where "to" = $1`,
    [to],
  )
  return row
}
