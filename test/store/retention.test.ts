import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nanoid } from 'nanoid'
import type { ChallengeId, Outcome } from '../../src/domain/challenge.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import { idempotencyStore } from '../../src/store/idempotency.ts'
import { outboxStore } from '../../src/store/outbox.ts'
import { rateLimits } from '../../src/store/rate-limits.ts'
import { retention } from '../../src/store/retention.ts'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { timed } from '../faults/waiting.ts'
import { insertCounters } from '../support/rate-limit-counters.ts'
import { onEachDatabase } from './each-database.ts'
import { aChallenge, aChange, aCreation, aRequest, asRecord, NO_RULES } from './samples.ts'

const MONTH = 30 * 86_400
const APPROVED: Outcome = { status: 'approved', reason: 'code_matched' }

onEachDatabase((database) => {
  test('an ended challenge loses its personal data after the retention, and keeps the rest', async () => {
    const [id, young] = [await ended(), await ended()]
    await endedAgo(id, MONTH + 1)
    await endedAgo(young, MONTH - 60)
    const before = (await find(id))!
    const lines = await challenges().ledger(id)
    await sweep(MONTH)
    const after = (await find(id))!
    const forgotten = {
      to: null,
      maskedNumber: '+1••••••••••',
      details: null,
      message: null,
      extension: null,
      metadata: {},
      askerHashes: null,
    }
    assert.equal(after.charge, null)
    assert.deepEqual(after.request, { ...before.request, ...forgotten })
    assert.deepEqual(
      { ...after, request: null, deliveryAge: 0 },
      { ...before, charge: null, request: null, deliveryAge: 0 },
    )
    assert.deepEqual(await challenges().ledger(id), lines)
    assert.equal((await find(young))!.request.to, '+12025550123')
    const [row] = await database().query<Record<string, unknown>>('select * from challenges where id = $1', [id])
    for (const secret of ['2025550123', '0123', 'Ada Byron', 'Your code', 'session', 'a hashed network'])
      assert.ok(!JSON.stringify({ ...row, id, number_hash: '', from_number: '' }).includes(secret), secret)
  })

  test('that an approval was used stays, and the app’s key for it goes', async () => {
    const [id, unused] = [await ended(), await ended()]
    assert.equal(await challenges().consume(id, 'order of 2025550123'), true)
    const { consumedAt, consumptionKey } = (await find(id))!
    assert.deepEqual([consumedAt !== null, consumptionKey], [true, 'order of 2025550123'])
    await sweep(0)
    const after = (await find(id))!
    assert.deepEqual([after.consumedAt, after.consumptionKey], [consumedAt, null])
    assert.equal(await challenges().consume(unused, null), false)
  })

  test('a pending challenge keeps it, however old', async () => {
    const { id } = await inserted()
    await database().query(`update challenges set created_at = now() - interval '90 days' where id = $1`, [id])
    await sweep(0)
    assert.equal((await find(id))!.request.to, '+12025550123')
  })

  test('personal data stays while a call is live or a message is still to be sent', async () => {
    const talking = await ended({ secondsUntilCheck: 60 })
    const told = `msg_${nanoid()}` as const
    const untold = await ended({ outbox: [{ id: told, type: 'challenge.approved' }] })
    const over = await ended()
    await sweep(0)
    assert.deepEqual(await Promise.all([talking, untold, over].map(isForgotten)), [false, false, true])
    await challenges().save(aChange((await find(talking))!.challenge))
    await outboxStore(database()).claim(1000, 60)
    await outboxStore(database()).markDelivered(told)
    await sweep(0)
    assert.deepEqual(await Promise.all([talking, untold].map(isForgotten)), [true, true])
  })

  test('with retention off everything stays', async () => {
    const id = await ended()
    await endedAgo(id, 100 * MONTH)
    await sweep(null)
    assert.equal(await isForgotten(id), false)
  })

  test('a late event of a challenge without its person is still saved', async () => {
    const id = await ended()
    await sweep(0)
    const before = (await find(id))!
    const saved = await challenges().save(aChange({ ...before.challenge, deliveries: [] }, { before }))
    assert.equal(asRecord(saved).request.to, null)
  })

  test('more than one batch goes in one round', async () => {
    // In a session, whose statements have no deadline.
    const old = await ended()
    await database().session((query) =>
      query(
        `insert into challenges select 'chl_many' || n, service_id, version, status, reason,
        flow, code_disclosed, attempts_left, fallback, deliveries, '+12025550123', masked_number, number_hash, asker_hashes, region, scope, locale, details,
        message, code_length, shared_phrase, require_waiter, initiated_by, secret_id, from_number, carrier, extension, metadata, charge, created_at, expires_at, ended_at,
        outcome_version, null, null, null, null, ledger
      from challenges, generate_series(1, 2500) as n where id = $1`,
        [old],
      ),
    )
    await sweep(0)
    const left = await database().query(`select from challenges where id like 'chl_many%' and "to" is not null`)
    assert.equal(left.length, 0)
  })

  test('messages go a week after they were delivered and a month after they were given up', async () => {
    const rows = {
      delivered: [`delivered_at = now() - interval '8 days', next_at = null`, false],
      fresh: [`delivered_at = now() - interval '6 days', next_at = null`, true],
      failed: [`failed_at = now() - interval '31 days', next_at = null`, false],
      listed: [`failed_at = now() - interval '29 days', next_at = null`, true],
      due: [`created_at = now() - interval '90 days'`, true],
    } as const
    for (const [id, [state]] of Object.entries(rows)) {
      await database().query(
        `insert into outbox (id, service_id, challenge_id, type) values ($1, 'svc_test', 'chl_none', 't')`,
        [id],
      )
      await database().query(`update outbox set ${state} where id = $1`, [id])
    }
    await sweep(null)
    const left = await database().query<{ id: string }>(`select id from outbox where challenge_id = 'chl_none'`)
    const kept = Object.entries(rows).flatMap(([id, [, stays]]) => (stays ? [id] : []))
    assert.deepEqual(left.map(({ id }) => id).sort(), kept.sort())
  })

  test('a kept answer goes with its challenge, and its key still leads to it', async () => {
    const keys = idempotencyStore(database())
    const [over, pending] = [await ended(), (await inserted()).id]
    for (const id of [over, pending] as ChallengeId[]) {
      await keys.finish('svc_test', id, id, { details: 'Transfer 250 euros to Ada Byron' })
      await database().query(`update idempotency set claimed_at = now() - interval '1 hour' where key = $1`, [id])
    }
    await sweep(MONTH)
    assert.equal((await keys.find('svc_test', over, ['f']))?.type, 'replay')
    await sweep(0)
    assert.deepEqual(await keys.find('svc_test', over, ['f']), { type: 'unanswered', challengeId: over })
    assert.equal((await keys.find('svc_test', pending, ['f']))?.type, 'replay')
  })

  test('more counters and keys go in one round than five hundred deliveries a second leave in a minute', async () => {
    // In a session, whose statements have no deadline.
    await database().session(async (query) => {
      await query(
        insertCounters(`select 'k' || n from generate_series(1, 30000) as n`, {
          seconds: 60,
          count: 1,
          endsIn: '-1 s',
        }),
      )
      await query(
        `insert into idempotency (service_id, key, fingerprint, challenge_id, created_at)
          select 'svc_test', 'k' || n, 'f', 'chl_' || n, now() - interval '2 days' from generate_series(1, 30000) as n`,
      )
    })
    await inOneRound(() => rateLimits(database()).sweep())
    await inOneRound(() => idempotencyStore(database()).sweep())
    for (const table of ['rate_limit_counters', 'idempotency'])
      assert.deepEqual(await database().query(`select from ${table} where key ~ '^k[0-9]'`), [], table)
  })

  test('after its time a challenge is gone with its ledger, and no other', async () => {
    const [old, young, { id: pending }] = [await ended(), await ended(), await inserted()]
    await endedAgo(old, 400 * 86_400 + 1)
    await endedAgo(young, 400 * 86_400 - 60)
    await sweep(null, null)
    assert.ok(await find(old))
    await sweep(MONTH, 400 * 86_400)
    assert.equal(await find(old), null)
    assert.deepEqual(await challenges().ledger(old), [])
    for (const id of [young, pending]) assert.notDeepEqual(await challenges().ledger(id), [])
  })

  test('a message that no instance sends is given up, and its challenge loses its person', async () => {
    const id = await ended({ outbox: [{ id: `msg_${nanoid()}`, type: 'challenge.approved' }] })
    await database().query(`update outbox set next_at = now() - interval '2 hours' where challenge_id = $1`, [id])
    await sweep(0)
    assert.equal(await isForgotten(id), false)
    await retention(database()).sweep({ person: 0, ledger: null, webhooks: false })
    assert.equal(await isForgotten(id), true)
  })

  test('once everything is old no personal data is left in any table', async () => {
    const number = '+12025550987'
    const challenge = aChallenge()
    const request = {
      ...aRequest(),
      to: number,
      askerHashes: { ip: ['another network'] },
      maskedNumber: '+1••••••0987',
      message: 'Hello Ada {CODE}',
    } as const
    const key = nanoid()
    const made = {
      challenge,
      request: { ...request, askerHashes: { ip: ['another network'] } },
      expiresIn: 300,
      idempotency: { key, fingerprint: 'f' },
      slot: null,
    }
    const consume = [`number:${request.numberHash}`, 'ip:another network'].map((key) => ({
      key,
      rates: [{ max: 9, seconds: 600 }],
    }))
    const begins = { rules: NO_RULES, owner: [], locks: [], consume, hold: [request.numberHash] }
    const { challenge: first } = asRecord(await challenges().insert(made, { ...aCreation, begins }))
    const outbox = [{ id: `msg_${nanoid()}`, type: 'challenge.approved' }] as const
    await challenges().save(aChange({ ...first, outcome: APPROVED }, { outbox: [...outbox], callOver: true }))
    await idempotencyStore(database()).finish('svc_test', key, challenge.id, {
      to: request.maskedNumber,
      details: 'Ada',
    })
    const aged = {
      challenges: ['ended_at'],
      outbox: ['next_at'],
      idempotency: ['created_at'],
      rate_limit_counters: ['ends_at'],
    }
    for (const [table, columns] of Object.entries(aged))
      for (const column of columns)
        await database().query(
          `update ${table} set ${column} = ${column} - interval '500 days' where ${column} is not null`,
        )
    await retention(database()).sweep({ person: MONTH, ledger: 400 * 86_400, webhooks: false })
    await idempotencyStore(database()).sweep()
    await rateLimits(database()).sweep()
    for (const table of ['challenges', 'outbox', 'idempotency', 'rate_limit_counters', 'active_calls']) {
      const text = JSON.stringify(await database().query(`select * from ${table}`))
      for (const trace of [number, '0987', 'Hello Ada', request.numberHash, 'another network', challenge.id, key])
        assert.ok(table === 'outbox' && trace === challenge.id ? true : !text.includes(trace), `${trace} in ${table}`)
    }
  })

  const challenges = () => challengeStore(database())
  const find = (id: string) => challenges().find(id)
  const sweep = (person: number | null, ledger: number | null = null) =>
    retention(database()).sweep({ person, ledger, webhooks: true })
  const isForgotten = async (id: string) => (await find(id))!.request.to === null

  async function inserted() {
    const challenge = aChallenge()
    const request = {
      ...aRequest(),
      message: 'Your code is {CODE}.',
      extension: '0123',
      askerHashes: { ip: ['a hashed network'] },
    }
    const begins = {
      rules: NO_RULES,
      owner: [],
      locks: [],
      consume: [{ key: 'ip:a hashed network', rates: [{ max: 1000, seconds: 60 }] }],
      hold: [],
    }
    return asRecord(
      await challenges().insert(
        { challenge, request, expiresIn: 300, idempotency: { key: challenge.id, fingerprint: 'f' }, slot: null },
        { ...aCreation, begins },
      ),
    ).challenge
  }

  async function ended(rest: Parameters<typeof aChange>[1] = {}): Promise<ChallengeId> {
    const challenge = await inserted()
    assert.ok(typeof (await challenges().save(aChange({ ...challenge, outcome: APPROVED }, rest))) === 'object')
    return challenge.id
  }

  /** One round; another only where a busy machine has used up the time of one. */
  async function inOneRound(sweep: () => Promise<unknown>): Promise<void> {
    for (let rounds = 0; rounds < 5; rounds++) if ((await timed(sweep())).ms < DEADLINES.sweepRound) return
  }

  async function endedAgo(id: string, seconds: number): Promise<void> {
    await database().query(
      `update challenges set ended_at = ended_at - $2::float8 * interval '1 second' where id = $1`,
      [id, seconds],
    )
  }
})
