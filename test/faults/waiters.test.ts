import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answerback, Challenge, CreatedChallenge } from '../../src/client/client.ts'
import { deriveCode } from '../../src/domain/one-time-codes.ts'
import { clusterPids, useOwnCluster, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { type Fleet, SECRET, startFleet } from './fleet.ts'
import { eventually, leastMs, timed } from './waiting.ts'

/** Waiters read again every 3 s. What they learn within 2 s of such a read, they were notified of. */
const FAST_MS = 2_000
const TICK_MS = 3_000
/** Reads that follow a new connection come one upon the other; the periodic ones don't. */
const APART_MS = 1_000

useOwnCluster()

test('instances that start together on an empty database serve each waiter alike', {
  skip: withoutPostgres,
}, async (t) => {
  const all = await startFleet(t, { instances: 3 })

  await t.test('each is ready, and reads what another has created', async () => {
    const { id } = await all.client(all.instances[0]).create({ to: nextNumber() })
    for (const one of all.instances) assert.equal((await all.client(one).get(id)).id, id)
  })

  await t.test('a waiter is told at once what another instance has committed', async () => {
    const told = await approvedElsewhere(all)
    assert.ok(told < FAST_MS, `${told} ms`)
  })

  await t.test('a waiter reads what another instance has committed when the notification was lost', async () => {
    all.proxy.stall('listeners')
    const told = await leastMs(TICK_MS + FAST_MS, () => approvedOnce(all))
    all.proxy.resume()
    assert.ok(told < TICK_MS + FAST_MS, `${told} ms`)
  })

  await t.test('a waiter is told at once again after the listening connections were cut', async () => {
    const told = await approvedElsewhere(all, () =>
      listeningAnew(all, async () => {
        for (const pid of await listeners(all)) await all.database.query('select pg_terminate_backend($1::int)', [pid])
      }),
    )
    assert.ok(told < FAST_MS, `${told} ms`)
  })

  await t.test('a waiter is told at once again after the database was away', async () => {
    const told = await approvedElsewhere(all, () =>
      listeningAnew(all, async () => {
        await all.proxy.refuse()
        for (const { url } of all.instances)
          await eventually('the instance to be unready', async () => (await fetch(`${url}/readyz`)).status === 503)
        await all.proxy.accept()
      }),
    )
    assert.ok(told < FAST_MS, `${told} ms`)
  })

  await t.test('a waiter is told at once again after the database has crashed and restarted', async (t) => {
    const pids = await clusterPids()
    if (!pids) return t.skip('the server is not ours to crash')
    // A server that loses one of its processes to kill -9 ends every connection and recovers from its log.
    const crash = async () => process.kill(pids.at(-1)!, 'SIGKILL')
    const told = await approvedElsewhere(all, () => listeningAnew(all, crash))
    assert.ok(told < FAST_MS, `${told} ms`)
  })
})

/** How long after the commit on the one instance the last waiter on the other was told, in milliseconds. */
function approvedElsewhere(all: Fleet, disturb?: () => Promise<void>): Promise<number> {
  return leastMs(FAST_MS, () => approvedOnce(all, disturb))
}

async function approvedOnce(all: Fleet, disturb?: () => Promise<void>): Promise<number> {
  const [here, there] = all.instances
  const challenge = await all.client(there).create({ to: nextNumber(), flow: 'send_code' })
  const page = all.page(challenge.page_token, here)
  const begun = Promise.withResolvers<void>()
  const waits = [followed(page, challenge.id, begun.resolve), page.wait(challenge.id)]
  await begun.promise
  if (disturb) {
    await disturb()
    await periodicRead(all, challenge.id)
  }
  await eventually('an instance with its database', () => approved(all.client(there), challenge))
  const { value, ms } = await timed(Promise.all(waits))
  for (const { reason } of value) assert.equal(reason, 'code_matched')
  return ms
}

/** Resolves when the waiters of an instance have just been read, so that the next periodic read is 3 s off. */
async function periodicRead({ proxy }: Fleet, id: string): Promise<void> {
  for (let previous = performance.now(); ; previous = performance.now()) {
    await proxy.sent(id)
    if (performance.now() - previous > APART_MS) return
  }
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
