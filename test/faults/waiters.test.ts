import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answerback, Challenge, CreatedChallenge } from '../../src/client/client.ts'
import { deriveCode } from '../../src/domain/one-time-codes.ts'
import { clusterPids, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { type Fleet, SECRET, startFleet } from './fleet.ts'
import { eventually, timed } from './waiting.ts'

/** Waiters read again every 3 s; what is heard well before was rung for. */
const FAST_MS = 2_000
const TICK_MS = 3_000

test('instances that start together on an empty database are one to whoever waits', {
  skip: withoutPostgres,
}, async (t) => {
  const all = await startFleet(t, { instances: 3 })

  await t.test('and each is ready, and knows what another has made', async () => {
    const { id } = await all.client(all.instances[0]).create({ to: nextNumber() })
    for (const one of all.instances) assert.equal((await all.client(one).get(id)).id, id)
  })

  await t.test('a waiter hears what another has committed at once', async () => {
    const heard = await approvedElsewhere(all)
    assert.ok(heard < FAST_MS, `${heard} ms`)
  })

  await t.test('a waiter hears what another has committed at its next look when the bell was lost', async () => {
    all.proxy.stall('listeners')
    const heard = await approvedElsewhere(all)
    all.proxy.resume()
    assert.ok(heard < TICK_MS + FAST_MS, `${heard} ms`)
  })

  await t.test(
    'a waiter hears what another has committed at once again after the line of its bell was cut',
    async () => {
      const heard = await approvedElsewhere(all, () =>
        listeningAnew(all, async () => {
          for (const pid of await listeners(all))
            await all.database.query('select pg_terminate_backend($1::int)', [pid])
        }),
      )
      assert.ok(heard < FAST_MS, `${heard} ms`)
    },
  )

  await t.test('a waiter hears what another has committed at once again after the database was away', async () => {
    const heard = await approvedElsewhere(all, () =>
      listeningAnew(all, async () => {
        await all.proxy.refuse()
        for (const { url } of all.instances)
          await eventually('the instance to be unready', async () => (await fetch(`${url}/readyz`)).status === 503)
        await all.proxy.accept()
      }),
    )
    assert.ok(heard < FAST_MS, `${heard} ms`)
  })

  await t.test(
    'a waiter hears what another has committed at once again after the database has crashed and started anew',
    async (t) => {
      const pids = await clusterPids()
      if (!pids) return t.skip('the server is not ours to crash')
      // A server that loses one of its processes to kill -9 throws everyone out and recovers from its log.
      const crash = async () => process.kill(pids.at(-1)!, 'SIGKILL')
      const heard = await approvedElsewhere(all, () => listeningAnew(all, crash))
      assert.ok(heard < FAST_MS, `${heard} ms`)
    },
  )
})

/** How long after the commit on the one instance the last waiter on the other has heard. */
async function approvedElsewhere(all: Fleet, between: () => Promise<void> = async () => {}): Promise<number> {
  const [here, there] = all.instances
  const challenge = await all.client(there).create({ to: nextNumber(), flow: 'send_code' })
  const page = all.page(challenge.page_token, here)
  const begun = Promise.withResolvers<void>()
  const waits = [followed(page, challenge.id, begun.resolve), page.wait(challenge.id)]
  await begun.promise
  await between()
  await eventually('an instance with its database', () => approved(all.client(there), challenge))
  const { value, ms } = await timed(Promise.all(waits))
  for (const { reason } of value) assert.equal(reason, 'code_matched')
  return ms
}

async function followed(page: Answerback, id: string, begun: () => void): Promise<Challenge> {
  let last: Challenge | null = null
  for await (const challenge of page.watch(id)) {
    last = challenge
    begun()
  }
  return last!
}

async function approved(client: Answerback, { id, scope, flow }: CreatedChallenge): Promise<boolean> {
  const code = deriveCode(SECRET, { id: id as `chl_${string}`, scope, flow }, 6)
  const checked = await client.check(id, code).catch(() => null)
  return checked?.status === 'approved'
}

async function listeners({ database }: Fleet): Promise<number[]> {
  const rows = await database.query<{ pid: number }>(
    `select pid from pg_stat_activity where query like 'listen %' and datname = current_database()`,
  )
  return rows.map(({ pid }) => pid)
}

/** Does something to the database, and waits until every instance listens on a new line. */
async function listeningAnew(all: Fleet, disturb: () => Promise<unknown>): Promise<void> {
  const before = await listeners(all)
  await disturb()
  await eventually('every instance to listen anew', async () => {
    const now = await listeners(all).catch(() => [])
    return now.length === all.instances.length && !now.some((pid) => before.includes(pid))
  })
}
