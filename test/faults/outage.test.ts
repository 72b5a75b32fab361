import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { AnswerbackError } from '../../src/client/client.ts'
import { clusterPids, useOwnCluster, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { pressUntilEnd } from '../support/phone-helpers.ts'
import { type Fleet, startFleet, type WebhookRecord } from './fleet.ts'
import type { Instance } from './instance-process.ts'
import { eventually, timed } from './waiting.ts'

const FROZEN_MS = 10_000

useOwnCluster()

test('a database that fails under calls', { skip: withoutPostgres }, async (t) => {
  let asked: (request: Request) => void = () => {}
  const all = await startFleet(t, {
    instances: 2,
    speed: 10,
    phoneTimeoutMs: 25_000,
    onRestRequest: (request) => asked(request),
  })
  const { phones, webhooks, client, proxy } = all
  const [one] = all.instances as [Instance]

  await t.test('frozen for ten seconds, costs no carrier a document', async (t) => {
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
    t.after(() => signal(pids, 'SIGCONT'))
    signal(pids, 'SIGSTOP')
    const from = webhooks.length
    const thawed = setTimeout(() => signal(pids, 'SIGCONT'), FROZEN_MS)
    const unfrozen = pulse(t, all)
    await Promise.all(
      people.map(async ({ id, phone }) => {
        await phone.keys('1')
        await phone.hears(/One moment, please/)
        // Asked again, a person answers again.
        await pressUntilEnd(phone, '1')
        await phone.hears(/that is confirmed/)
        assert.equal((await client().get(id)).reason, 'key_pressed')
      }),
    )
    clearTimeout(thawed)
    const frozen = webhooks.slice(from)
    assert.ok(frozen.filter(({ body }) => body.includes('One moment')).length >= people.length * 2)
    assertDocuments(frozen, await unfrozen())
  })

  await t.test('away, lets nothing be dialled, then or later', async () => {
    const number = nextNumber()
    await proxy.refuse()
    const unhindered = pulse(t, all)
    const { value, ms } = await timed(refusal(client().create({ to: number })))
    assert.deepEqual([value.code, value.status], ['database_unavailable', 503])
    assert.ok(ms < 4_000 + (await unhindered()), `${ms} ms`)
    await proxy.accept()
    await eventually('the database to be used again', () =>
      client()
        .create({ to: nextNumber() })
        .catch(() => null),
    )
    assert.equal(phones.phone(number).calls.length, 0)
  })

  await t.test('lets nothing be dialled for a creation that it kept and could not say so', async () => {
    const phone = phones.phone(nextNumber())
    // Once every connection knows the statement, the number goes over the line with the row itself.
    await Promise.all(Array.from({ length: 30 }, () => client(one).create({ to: nextNumber() })))
    proxy.stallAfter(phone.number)
    const refused = await refusal(client(one).create({ to: phone.number, fallback: ['sms'] }))
    assert.equal(refused.code, 'database_unavailable')
    proxy.resume()
    const left = await eventually('the row that it kept', () => rowOf(all, phone.number))
    await eventually('it to be ended', async () => (await rowOf(all, phone.number))?.status !== 'pending')
    assert.equal((await client().get(left.id)).reason, 'carrier_failed')
    assert.equal((await client().create({ to: phone.number })).status, 'pending', 'the number is free again')
    assert.deepEqual([phone.calls.length, phone.messages.length], [1, 0])
  })

  await t.test('silent once the phone is being called, hides neither the challenge nor the call', async (t) => {
    const phone = phones.phone(nextNumber())
    asked = ({ method }) => {
      if (method === 'POST') proxy.stall()
      asked = () => {}
    }
    const from = webhooks.length
    const unstalled = pulse(t, all)
    const { value: challenge, ms } = await timed(client().create({ to: phone.number, flow: 'approve' }))
    assert.equal(challenge.status, 'pending')
    await phone.answers()
    await phone.hears(/One moment, please/)
    proxy.resume()
    await pressUntilEnd(phone, '1')
    assert.equal((await all.page(challenge.page_token).wait(challenge.id)).reason, 'key_pressed')
    const slowest = await unstalled()
    assert.ok(ms < 4_000 + slowest, `${ms} ms`)
    assertDocuments(webhooks.slice(from), slowest)
  })

  assert.deepEqual(phones.violations, [])
})

function signal(pids: number[], name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // Its client has gone meanwhile, and so has it.
    }
  }
}

/** How slow the machine itself is: the slowest answer that needs no database, until it is asked for. */
function pulse(t: TestContext, { loadBalancer }: Fleet): () => Promise<number> {
  let slowest = 0
  let over = false
  t.after(() => {
    over = true
  })
  const beats = (async () => {
    while (!over) {
      const { ms } = await timed(fetch(`${loadBalancer.url}/healthz`).then((answer) => answer.text()))
      slowest = Math.max(slowest, ms)
      await pause(50)
    }
  })()
  return async () => {
    over = true
    await beats
    return slowest
  }
}

function assertDocuments(webhooks: WebhookRecord[], slowest: number): void {
  for (const { path, status, type, ms } of webhooks.filter(({ path }) => /\/(answer|turn\/\d+)$/.test(path))) {
    assert.equal(status, 200, path)
    assert.match(type ?? '', /^text\/xml/)
    assert.ok(ms < 2_000 + slowest, `${path} took ${ms} ms, and what needs no database ${slowest} ms`)
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
