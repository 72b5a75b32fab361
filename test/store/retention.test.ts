import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nanoid } from 'nanoid'
import type { ChallengeId, Outcome } from '../../src/domain/challenge.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import { idempotencyStore } from '../../src/store/idempotency.ts'
import { outboxStore } from '../../src/store/outbox.ts'
import { retention } from '../../src/store/retention.ts'
import { onEachDatabase } from './each-database.ts'
import { aChallenge, aChange, aCreation, aRequest } from './samples.ts'

const MONTH = 30 * 86_400
const APPROVED: Outcome = { status: 'approved', reason: 'code_matched' }

onEachDatabase((database) => {
  test('an ended challenge loses its person after the retention, and keeps what explains it', async () => {
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
    }
    assert.deepEqual(after.request, { ...before.request, ...forgotten })
    assert.deepEqual({ ...after, request: null, deliveryAge: 0 }, { ...before, request: null, deliveryAge: 0 })
    assert.deepEqual(await challenges().ledger(id), lines)
    assert.equal((await find(young))!.request.to, '+12025550123')
    const [row] = await database().query<Record<string, unknown>>('select * from challenges where id = $1', [id])
    for (const secret of ['2025550123', '0123', 'Ada Byron', 'Your code', 'session'])
      assert.ok(!JSON.stringify({ ...row, id, number_hash: '', from_number: '' }).includes(secret), secret)
  })

  test('a pending challenge keeps it, however old', async () => {
    const { id } = await inserted()
    await database().query(`update challenges set created_at = now() - interval '90 days' where id = $1`, [id])
    await sweep(0)
    assert.equal((await find(id))!.request.to, '+12025550123')
  })

  test('nothing is forgotten while a call is on the line or the app is still to be told', async () => {
    const talking = await ended({ hasActiveCall: true, secondsUntilCheck: 60 })
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

  test('late news of a forgotten challenge is still saved', async () => {
    const id = await ended()
    await sweep(0)
    const saved = await challenges().save(aChange({ ...(await find(id))!.challenge, deliveries: [] }))
    assert.ok(typeof saved === 'object' && saved.request.to === null)
  })

  test('more than one batch goes in one round', async () => {
    await database().query(
      `insert into challenges select 'chl_many' || n, service_id, version, status, reason,
        flow, code_disclosed, attempts_left, fallback, deliveries, '+12025550123', masked_number, number_hash, region, scope, locale, details,
        message, code_length, secret_id, from_number, carrier, extension, metadata, null, created_at, expires_at, ended_at,
        outcome_version, null
      from challenges, generate_series(1, 2500) as n where id = $1`,
      [await ended()],
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
      await database().query(`insert into outbox (id, challenge_id, type) values ($1, 'chl_none', 't')`, [id])
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
      await keys.begin('svc_test', id, 'f')
      await keys.finish('svc_test', id, id, { details: 'Transfer 250 euros to Ada Byron' })
      await database().query(`update idempotency set claimed_at = now() - interval '1 hour' where key = $1`, [id])
    }
    await sweep(MONTH)
    assert.equal((await keys.begin('svc_test', over, 'f')).type, 'replay')
    await sweep(0)
    assert.deepEqual(await keys.begin('svc_test', over, 'f'), { type: 'unanswered', challengeId: over })
    assert.equal((await keys.begin('svc_test', pending, 'f')).type, 'replay')
  })

  const challenges = () => challengeStore(database())
  const find = (id: string) => challenges().find(id)
  const sweep = (person: number | null, ledger: number | null = null) =>
    retention(database()).sweep({ person, ledger, webhooks: true })
  const isForgotten = async (id: string) => (await find(id))!.request.to === null

  async function inserted() {
    const challenge = aChallenge()
    const terms = { ...aRequest(), message: 'Your code is {CODE}.', extension: '0123' }
    const stored = await challenges().insert(
      { challenge, request: terms, expiresIn: 300, idempotencyKey: null },
      aCreation,
    )
    assert.ok(typeof stored === 'object')
    return stored.challenge
  }

  async function ended(rest: Parameters<typeof aChange>[1] = {}): Promise<string> {
    const challenge = await inserted()
    assert.ok(typeof (await challenges().save(aChange({ ...challenge, outcome: APPROVED }, rest))) === 'object')
    return challenge.id
  }

  async function endedAgo(id: string, seconds: number): Promise<void> {
    await database().query(
      `update challenges set ended_at = ended_at - $2::float8 * interval '1 second' where id = $1`,
      [id, seconds],
    )
  }
})
