// Rows that can't be read, changed or deleted, on a real Postgres: each keeps nothing but itself from its end.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createAbandonedCreates } from '../../src/challenges/abandoned-creates.ts'
import { createBackgroundTasks } from '../../src/challenges/background-tasks.ts'
import { createKnownRecords } from '../../src/challenges/known-records.ts'
import { createTransition } from '../../src/challenges/transition.ts'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import { idempotencyStore } from '../../src/store/idempotency.ts'
import { retention } from '../../src/store/retention.ts'
import { realClock } from '../../src/time/clock.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { aChallenge, aCreation, aRequest, NO_RULES } from '../store/samples.ts'
import { onPostgres } from '../store/test-databases.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { NO_TRAFFIC_GUARD } from '../support/no-traffic-guard.ts'
import { nextNumber } from '../support/numbers.ts'
import { recordedLogger } from '../support/test-loggers.ts'
import { startReceiver } from '../support/webhook-receiver.ts'
import { openPushFixture } from '../webhooks/push-fixture.ts'

describe('a row that fails', { skip: withoutPostgres }, () => {
  const { database } = onPostgres()

  test('in the outbox keeps no other message from being sent, and is given up', async (t) => {
    const fixture = await openPushFixture(database())
    const app = await startReceiver()
    const dispatcher = fixture.dispatcher(app.url)
    t.after(async () => {
      await dispatcher.close()
      await app.close()
      await fixture.clear()
      await fixture.close()
    })
    const [bad, worse, good] = await Promise.all([1, 2, 3].map(() => fixture.createChallenge()))
    for (const { id } of [bad!, worse!, good!]) await fixture.applyEvents(id, { type: 'canceled' })
    // Neither can be shown: one by its deliveries, one because its row is gone.
    await database().query(`update challenges set deliveries = '{}' where id = $1`, [bad!.id])
    await database().query('delete from challenges where id = $1', [worse!.id])
    await dispatcher.sendDue()
    assert.deepEqual(
      app.received.map(({ body }) => JSON.parse(body).data.id),
      [good!.id],
    )
    assert.deepEqual(await fixture.pending(), [])
    assert.deepEqual(fixture.retries.map(({ failure, seconds }) => [failure, seconds]).toSorted(), [
      ['forgotten', null],
      ['unreadable', null],
    ])
  })

  test('when it is to be deleted keeps no other kind of row from it', async () => {
    const challenges = challengeStore(database())
    const [person, done] = [aChallenge(), aChallenge()]
    for (const challenge of [person, done])
      await challenges.insert(
        { challenge, request: aRequest(), expiresIn: 300, idempotency: null, slot: null },
        aCreation,
      )
    await database().query(
      `update challenges set status = 'canceled', reason = 'canceled', outcome_version = 1, next_check_at = null,
        ended_at = now() - case when id = $1 then interval '40 days' else interval '500 days' end where id in ($1, $2)`,
      [person.id, done.id],
    )
    await database().query(`insert into outbox (id, service_id, challenge_id, type, next_at, delivered_at)
      values ('msg_undeletable', 'svc_test', 'chl_gone', 'challenge.canceled', null, now() - interval '8 days')`)
    await database().query(`create function refuse_row() returns trigger language plpgsql as $$
      begin raise exception 'planted' using errcode = '23514'; end $$`)
    await database().query(`create trigger refuse before delete on outbox for each row
      when (old.id = 'msg_undeletable') execute function refuse_row()`)
    const sweep = retention(database()).sweep({ person: 30 * 86_400, ledger: 400 * 86_400, webhooks: true })
    await assert.rejects(sweep, 'what failed is told')
    assert.equal((await challenges.find(person.id))!.request.to, null)
    assert.equal(await challenges.find(done.id), null)
    await database().query('drop trigger refuse on outbox')
  })

  test('when it is to be deleted keeps no other of its kind from it, the oldest neither', async () => {
    const challenges = challengeStore(database())
    const rows = Array.from({ length: 6 }, () => aChallenge())
    for (const [age, challenge] of rows.entries()) {
      await challenges.insert(
        { challenge, request: aRequest(), expiresIn: 300, idempotency: null, slot: null },
        aCreation,
      )
      await database().query(
        `update challenges set status = 'canceled', reason = 'canceled', outcome_version = 1, next_check_at = null,
          ended_at = now() - interval '500 days' + $2::int * interval '1 day' where id = $1`,
        [challenge.id, age],
      )
    }
    await database().query('create table stuck (id text)')
    for (const index of [0, 3]) await database().query('insert into stuck values ($1)', [rows[index]!.id])
    await database().query(`create function refuse_stuck() returns trigger language plpgsql as $$ begin
      if exists (select from stuck where id = old.id) then raise exception 'planted' using errcode = '23514'; end if;
      return case tg_op when 'DELETE' then old else new end; end $$`)
    await database().query(`create trigger refuse_stuck before update or delete on challenges
      for each row execute function refuse_stuck()`)
    await database().query(`insert into idempotency (service_id, key, fingerprint, challenge_id, created_at)
      select 'svc', 'key ' || age, 'f', 'chl_1', now() - age * interval '1 day' from generate_series(2, 7) as age`)
    await database().query(`create trigger refuse_key before delete on idempotency for each row
      when (old.key = 'key 7') execute function refuse_row()`)
    const left = async () =>
      (await Promise.all(rows.map(({ id }) => challenges.find(id)))).flatMap((found, index) => (found ? [index] : []))

    const sweep = (ledger: number | null) =>
      retention(database()).sweep({ person: 30 * 86_400, ledger, webhooks: true })
    await assert.rejects(sweep(null), 'what failed is told')
    const whole = await Promise.all(rows.map(async ({ id }) => (await challenges.find(id))!.request.to !== null))
    assert.deepEqual(whole, [true, false, false, true, false, false])
    await assert.rejects(sweep(400 * 86_400))
    assert.deepEqual(await left(), [0, 3])
    await assert.rejects(idempotencyStore(database()).sweep())
    assert.equal((await database().query('select from idempotency')).length, 1)
    await database().query('delete from stuck')
    await sweep(400 * 86_400)
    assert.deepEqual(await left(), [])
  })

  test('as an abandoned creation is given up after five looks, and another is ended', async () => {
    const { log, logged } = await recordedLogger()
    const challenges = challengeStore(database())
    const transition = createTransition({
      store: { challenges, notifier: { publish() {} } as never },
      knownRecords: createKnownRecords(realClock),
      refusedBySettings: async () => null,
      traffic: NO_TRAFFIC_GUARD,
      countWhenFound: (_challenge, _delivery, saved) => saved,
      learntRules: () => [],
      limits: {
        startOf: () => ({ rules: NO_RULES, owner: [], locks: [], consume: [], hold: [] }),
        hashes: () => [],
        codeLocks: () => [],
        unansweredLocks: () => [],
      },
      slots: { slotFor: () => null, reserved: () => {} },
      policy: { gate: true, drawnKey: false },
      noteCarrierHealth: () => {},
      metrics: createMetrics(),
      settingsOf: () => ({ pushes: false }),
      tasks: createBackgroundTasks(log),
      log,
      runEffects: async (_, record) => record,
    })
    const [bad, good] = [aChallenge(), aChallenge()]
    for (const challenge of [bad, good])
      await challenges.insert(
        { challenge, request: aRequest(), expiresIn: 300, idempotency: null, slot: null },
        aCreation,
      )
    await database().query(`update challenges set deliveries = '{}' where id = $1`, [bad.id])
    const abandoned = createAbandonedCreates({ challenges, traffic: NO_TRAFFIC_GUARD, clock: realClock, log })
    const [failing, ending] = [bad.deliveries[0]!.id, good.deliveries[0]!.id]
    abandoned.add(bad.id, failing)
    abandoned.add(good.id, ending)
    for (let look = 1; look <= 5; look++) {
      assert.ok(abandoned.has(failing), `before look ${look}`)
      await abandoned.endAll(transition)
      assert.ok(!abandoned.has(ending))
    }
    assert.ok(!abandoned.has(failing))
    assert.equal(logged.filter((line) => line.includes('abandoned create not ended')).length, 5)
    assert.equal((await challenges.find(good.id))!.challenge.deliveries[0]!.result, 'carrier_failed')
  })
})

describe('the reconciler', { skip: withoutPostgres }, () => {
  let server: Server
  before(async () => {
    server = await startServer()
    await server.query(`create table planted (id text, failure text)`)
    await server.query(`create function fail_planted() returns trigger language plpgsql as $$
      declare how text;
      begin
        select failure into how from planted where id = old.id;
        if how is not null and new.version > old.version then raise exception 'planted' using errcode = how; end if;
        return new;
      end $$`)
    await server.query(
      'create trigger fail_planted before update on challenges for each row execute function fail_planted()',
    )
  })
  after(() => server.stop())

  const reconcile = async (...ids: ChallengeId[]) => {
    for (const id of ids)
      await server.query('update challenges set next_check_at = now(), check_put_off_to = null where id = $1', [id])
    await server.challenges.reconcile()
  }

  test('checks in one round all that are due, however many have expired together', async () => {
    const { json } = await server.create({ channel: 'sms' })
    const [columns] = await server.query(`select string_agg(quote_ident(column_name), ', ') as names
      from information_schema.columns where table_name = 'challenges' and column_name <> 'id'`)
    await server.query(`insert into challenges (id, ${columns!.names})
      select id || '-' || copy, ${columns!.names} from challenges, generate_series(1, 120) as copy where id = '${json.id}'`)
    await server.query(
      `update challenges set expires_at = now(), next_check_at = now() - interval '1 second', check_put_off_to = null where id like '${json.id}%'`,
    )
    await server.challenges.reconcile()
    const [left] = await server.query(
      `select count(*)::int as pending from challenges where status = 'pending' and id like '${json.id}%'`,
    )
    assert.equal(left!.pending, 0)
  })

  for (const failure of ['40P01', '40001', '57014', '23514']) {
    test(`${failure} after the carrier was asked: what it said is noted at the next look, and nothing is called again`, async () => {
      const to = nextNumber()
      server.phones.injectFaults({ status: { lose: true } })
      const { json: created } = await server.create({ to, flow: 'approve' })
      const phone = server.phones.phone(to)
      await phone.rings()
      await phone.saysBusy()
      server.phones.injectFaults({})
      await server.query('insert into planted values ($1, $2)', [created.id, failure])
      await reconcile(created.id as ChallengeId)
      const read = async () => (await server.ask('GET', `/v1/challenges/${created.id}`)).json
      assert.deepEqual([(await read()).status, phone.calls.length], ['pending', 1])
      assert.equal((await server.create({ to })).status, 409, 'the number is held')
      await server.query('delete from planted')
      await reconcile(created.id as ChallengeId)
      assert.deepEqual([(await read()).reason, phone.calls.length], ['busy', 1])
    })
  }

  test('a bad expired row keeps no other from expiring, however many there are', async () => {
    const ids: ChallengeId[] = []
    for (let count = 0; count < 4; count++) ids.push((await server.create({ channel: 'sms' })).json.id as ChallengeId)
    const [unreadable, unknown, unsaved, good] = ids as [ChallengeId, ChallengeId, ChallengeId, ChallengeId]
    await server.query(`update challenges set expires_at = now()`)
    await server.query(`update challenges set deliveries = '{}' where id = $1`, [unreadable])
    await server.query(`update challenges set flow = 'semaphore', deliveries = '[null]' where id = $1`, [unknown])
    await server.query('insert into planted values ($1, $2)', [unsaved, '40P01'])
    await reconcile(...ids)
    const rows = (await server.query('select id, status from challenges where id = any ($1::text[])', [
      `{${ids.join()}}`,
    ])) as { id: string; status: string }[]
    assert.deepEqual(
      rows.filter(({ status }) => status === 'expired').map(({ id }) => id),
      [good],
    )
    const { status } = await server.ask('GET', `/v1/challenges/${good}`, undefined, as(server.key))
    assert.equal(status, 200)
  })
})
