import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nanoid } from 'nanoid'
import type { Challenge, ChallengeId } from '../../src/domain/challenge.ts'
import { carrierRateLimit, type SlotRequest } from '../../src/store/carrier-rate-limit.ts'
import { type ChallengeStore, challengeStore } from '../../src/store/challenges.ts'
import { changedChallenges } from '../../src/store/changed-challenges.ts'
import { NotExecuted } from '../../src/store/database-errors.ts'
import { idempotencyStore } from '../../src/store/idempotency.ts'
import { numberRuleStore } from '../../src/store/number-rules.ts'
import { outboxStore } from '../../src/store/outbox.ts'
import { type Limit, rateLimits } from '../../src/store/rate-limits.ts'
import { type ServiceRow, serviceStore } from '../../src/store/services.ts'
import type { ChallengeRecord, DeliveryStart } from '../../src/store/types.ts'
import { ageCounters, WINDOWS } from '../support/rate-limit-counters.ts'
import { onEachDatabase } from './each-database.ts'
import { aChallenge, aChange, aCreation, aDelivery, anAct, aRequest, asRecord, NO_RULES } from './samples.ts'

onEachDatabase((database) => {
  describe('challenges', () => {
    test('come back as they went in', async () => {
      const challenges = challengeStore(database())
      const challenge = aChallenge()
      const request = aRequest()
      const stored = await insert(challenges, challenge, { request })
      const { createdAt } = stored.challenge.deliveries[0]!
      assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      assert.equal(createdAt, stored.createdAt)
      assert.deepEqual(stored.challenge, { ...challenge, deliveries: [{ ...challenge.deliveries[0], createdAt }] })
      assert.deepEqual(stored.request, request)
      assert.equal(Date.parse(stored.expiresAt) - Date.parse(stored.createdAt), 300_000)
      assert.equal(stored.expired, false)
      assert.equal(stored.endedAt, null)
      assert.equal(stored.outcomeVersion, null)
      const found = (await challenges.find(challenge.id))!
      assert.ok(found.deliveryAge >= 0 && found.deliveryAge < 60)
      assert.deepEqual({ ...found, deliveryAge: 0, turnAge: 0 }, { ...stored, deliveryAge: 0, turnAge: 0 })
    })

    test('are not found under an id that never was', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      assert.equal(await challenges.find("' or true --"), null)
      const found = await challenges.findMany(['chl_none', challenge.id, '{}"\\'])
      assert.deepEqual(
        found.map((one) => one.challenge.id),
        [challenge.id],
      )
    })

    test('age and expire by the clock of the database', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      await later(challenge, 200)
      const aged = (await challenges.find(challenge.id))!
      assert.ok(aged.deliveryAge >= 200 && aged.deliveryAge < 260)
      assert.equal(aged.expired, false)
      await later(challenge, 100)
      assert.equal((await challenges.find(challenge.id))!.expired, true)
    })

    test('are told, of what is known of them, whether that still stands, and their ages', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      const known = (await challenges.find(challenge.id))!
      const same = (await challenges.refresh({ ...known, expired: true, reported: true, deliveryAge: -1 }))!
      assert.deepEqual({ ...same, deliveryAge: known.deliveryAge }, known)
      assert.ok(same.deliveryAge >= known.deliveryAge)
      await challenges.save(aChange({ ...known.challenge, attemptsLeft: 4 }))
      assert.equal(await challenges.refresh(known), null)
      const none = { ...known, challenge: { ...known.challenge, id: 'chl_none' as const } }
      assert.equal(await challenges.refresh(none), null)
      await later(challenge, 300)
      const aged = (await challenges.find(challenge.id))!
      assert.equal((await challenges.refresh({ ...aged, expired: false }))!.expired, true)
    })

    test('are told apart that have changed since they were read, or that end when they are read', async () => {
      const challenges = challengeStore(database())
      const rules = numberRuleStore(database())
      const ids: ChallengeId[] = []
      for (let count = 0; count < 5; count++) ids.push((await insert(challenges, aChallenge())).challenge.id)
      const [same, changed, expired, reported, ended] = ids as [
        ChallengeId,
        ChallengeId,
        ChallengeId,
        ChallengeId,
        ChallengeId,
      ]
      const since = async () =>
        (
          await changedChallenges(database()).since(
            new Map([...ids, "chl_' or true" as ChallengeId].map((id) => [id, 1])),
          )
        ).toSorted()
      assert.deepEqual(await since(), [])
      const read = async (id: ChallengeId) => (await challenges.find(id))!
      await save(challenges, { ...(await read(changed)).challenge, attemptsLeft: 4 })
      await later((await read(expired)).challenge, 400)
      const { request } = await read(reported)
      const rule = { kind: 'report', forChannel: '', shown: request.maskedNumber, reason: null, seconds: 600 } as const
      await rules.add({ ...rule, keys: [`number:${request.numberHash}`], forService: request.serviceId }, anAct)
      await save(challenges, { ...(await read(ended)).challenge, outcome: { status: 'canceled', reason: 'canceled' } })
      await later((await read(ended)).challenge, 400)
      assert.deepEqual(await since(), [changed, expired, reported, ended].toSorted())
      assert.deepEqual(
        await changedChallenges(database()).since(
          new Map([
            [ended, 2],
            [same, 1],
          ]),
        ),
        [],
      )
    })

    test('change under the version that was read, and no other', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      const saved = await save(challenges, { ...challenge, attemptsLeft: 4, codeDisclosed: true, fallback: [] })
      assert.deepEqual(saved.challenge, {
        ...challenge,
        version: 2,
        attemptsLeft: 4,
        codeDisclosed: true,
        fallback: [],
      })
      assert.equal(await challenges.save(aChange({ ...challenge, attemptsLeft: 0 })), 'stale')
      assert.equal((await challenges.find(challenge.id))!.challenge.attemptsLeft, 4)
    })

    test('keep the time of a delivery and give one to the next', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      await later(challenge, 100)
      const first = (await challenges.find(challenge.id))!.challenge.deliveries[0]!
      const saved = await save(challenges, { ...challenge, deliveries: [first, aDelivery()] })
      assert.deepEqual(saved.challenge.deliveries[0], first)
      const gap = Date.parse(saved.challenge.deliveries[1]!.createdAt) - Date.parse(first.createdAt)
      assert.ok(gap >= 100_000 && gap < 160_000)
    })

    test('give the turn of a call its time when it begins, and tell how long ago that was', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      const turn = {
        state: 'answered',
        phase: 'gate',
        turn: 1,
        misses: 0,
        wrongGates: 0,
        repeats: 0,
        notice: 'none',
        keyDrawn: false,
      } as const
      const at = (turnStartedAt: string) => {
        const [delivery] = challenge.deliveries
        return [{ ...delivery!, progress: { ...turn, turnStartedAt } }]
      }
      const saved = await save(challenges, { ...challenge, deliveries: at('') })
      const { progress } = saved.challenge.deliveries[0]!
      assert.ok(progress.state === 'answered')
      assert.match(progress.turnStartedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      assert.ok(saved.turnAge >= 0 && saved.turnAge < 60)
      const past = new Date(Date.parse(progress.turnStartedAt) - 100_000).toISOString()
      const aged = await save(challenges, { ...saved.challenge, deliveries: at(past) })
      assert.ok(aged.turnAge >= 100 && aged.turnAge < 160)
      assert.deepEqual(aged.challenge.deliveries, at(past))
    })

    test('keep their outcome, whatever a caller believes', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      const approved = { status: 'approved', reason: 'code_matched' } as const
      const ended = await save(challenges, { ...challenge, outcome: approved })
      assert.deepEqual(ended.challenge.outcome, approved)
      assert.ok(ended.endedAt)
      assert.equal(ended.outcomeVersion, 2)
      for (const outcome of [
        null,
        { status: 'approved', reason: 'key_pressed' } as const,
        { status: 'denied', reason: 'rejected' } as const,
      ]) {
        assert.equal(await challenges.save(aChange({ ...ended.challenge, outcome })), 'stale')
      }
      const tidied = await save(challenges, { ...ended.challenge, deliveries: [] })
      assert.deepEqual(tidied.challenge.outcome, approved)
      assert.equal(tidied.endedAt, ended.endedAt)
      assert.equal(tidied.outcomeVersion, 2)
      assert.equal(tidied.challenge.version, 3)
    })

    test('are approved in time or not at all', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      await later(challenge, 300)
      const approved = { ...challenge, outcome: { status: 'approved', reason: 'key_pressed' } as const }
      assert.equal(await challenges.save(aChange(approved, { inTime: true })), 'stale')
      await save(challenges, { ...challenge, outcome: { status: 'expired', reason: 'expired' } })
    })

    test('write one line in the ledger for each version', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      const entry = { type: 'wrong', delivery: challenge.deliveries[0]!.id, facts: { left: 4 } }
      await challenges.save(aChange(challenge, { entry }))
      await challenges.save(aChange(challenge, { entry }))
      const lines = (await challenges.ledger(challenge.id)).map(({ at, ...line }) => [typeof at, line])
      assert.deepEqual(lines, [
        ['string', { ...aCreation.entry, challenge: challenge.id, version: 1 }],
        ['string', { ...entry, challenge: challenge.id, version: 2 }],
      ])
    })

    test('hold the one live call of their number, under each of its hashes, until it is over', async () => {
      const challenges = challengeStore(database())
      const [one, both, other] = [nanoid(), nanoid(), nanoid()]
      const first = await insert(challenges, aChallenge(), {
        begins: { rules: NO_RULES, owner: [], locks: [], consume: [], hold: [one, both] },
      })
      const second = aChallenge()
      for (const hold of [[one], [both], [other, both]]) {
        assert.equal(
          await insertion(challenges, second, { begins: { rules: NO_RULES, owner: [], locks: [], consume: [], hold } }),
          'number_busy',
        )
        assert.equal(await challenges.find(second.id), null)
        assert.deepEqual(await challenges.ledger(second.id), [])
      }
      await challenges.save(aChange(first.challenge, { callOver: true }))
      const begins = { rules: NO_RULES, owner: [], locks: [], consume: [], hold: [both, other] }
      const { challenge } = await insert(challenges, second, { begins })
      const again = aChange({ ...first.challenge, version: 2 })
      assert.equal(await challenges.saveDelivery(again, begins, null), 'number_busy')
      await challenges.save(aChange(challenge, { callOver: true }))
      asRecord(await challenges.saveDelivery(again, begins, null))
    })

    test('are due at their expiry, or earlier when asked', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge(), { wakeSeconds: 10 })
      const dueNow = async () => (await challenges.claimDue(1000)).some(({ id }) => id === challenge.id)
      assert.equal(await dueNow(), false)
      await later(challenge, 10)
      assert.equal(await dueNow(), true)
      assert.equal(await dueNow(), false, 'another instance has claimed it')
      await later(challenge, 5)
      assert.equal(await dueNow(), true, 'that instance did nothing about it')
      const saved = await save(challenges, challenge)
      await later(challenge, 250)
      assert.equal(await dueNow(), false)
      await later(challenge, 50)
      assert.equal(await dueNow(), true)
      await save(challenges, { ...saved.challenge, outcome: { status: 'expired', reason: 'expired' } })
      await later(challenge, 1000)
      assert.equal(await dueNow(), false)
    })

    test('keep the time of their check where nothing has changed that it waits for', async () => {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge(), { wakeSeconds: 10 })
      await later(challenge, 6)
      await challenges.save(aChange(challenge, { secondsUntilCheck: 'as_planned' }))
      const due = async () => (await challenges.claimDue(1000)).filter(({ id }) => id === challenge.id)
      assert.deepEqual(await due(), [])
      await later(challenge, 4)
      assert.deepEqual(await due(), [{ id: challenge.id, version: 2 }])
    })

    test('tell which of the calls to a number are theirs', async () => {
      const challenges = challengeStore(database())
      const request = aRequest()
      const made = aChallenge()
      const [delivery] = made.deliveries
      const deliveries = [
        { ...delivery!, ref: 'CA1', createdAt: '2026-08-18T15:54:00.000Z', progress: { state: 'ended' } as const },
        { ...delivery!, id: 'dlv_2' as const, ref: null },
      ]
      const { challenge } = await insert(challenges, { ...made, deliveries }, { request })
      const { numberHash } = request
      assert.deepEqual(await challenges.refsInUse([aRequest().numberHash, numberHash], 'twilio', ['CA1', 'CA2']), [
        'CA1',
      ])
      assert.deepEqual(await challenges.refsInUse([numberHash], 'twilio', []), [])
      assert.deepEqual(await challenges.refsInUse([numberHash], 'signalwire', ['CA1']), [])
      assert.deepEqual(await challenges.refsInUse([aRequest().numberHash], 'twilio', ['CA1']), [])
      await later(challenge, 3600)
      assert.deepEqual(await challenges.refsInUse([numberHash], 'twilio', ['CA1']), [])
    })

    /** As if so many seconds had passed for a challenge. */
    async function later({ id }: Challenge, seconds: number): Promise<void> {
      await database().query(
        `update challenges set
          created_at = created_at - $2::float8 * interval '1 second',
          expires_at = expires_at - $2::float8 * interval '1 second',
          next_check_at = next_check_at - $2::float8 * interval '1 second',
          check_put_off_to = check_put_off_to - $2::float8 * interval '1 second',
          deliveries = (select coalesce(jsonb_agg(jsonb_set(one, '{createdAt}', to_jsonb(to_char(
              (one ->> 'createdAt')::timestamptz at time zone 'UTC' - $2::float8 * interval '1 second',
              'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))), '[]') from jsonb_array_elements(deliveries) as all_of_them (one))
        where id = $1`,
        [id, seconds],
      )
    }
  })

  describe('the outbox', () => {
    const message = (type = 'challenge.approved') => ({ id: `msg_${nanoid()}`, type }) as const

    test('is filled by the change that it tells of', async () => {
      const challenges = challengeStore(database())
      const outbox = outboxStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      const [one, two, lost] = [message(), message('delivery.ended'), message()]
      await challenges.save(aChange(challenge, { outbox: [one, two] }))
      await challenges.save(aChange(challenge, { outbox: [lost] }))
      const claimed = (await outbox.claim(1000, 60)).filter((each) => each.challenge === challenge.id)
      const told = claimed.map(({ id, type, tries }) => ({ id, type, tries }))
      assert.deepEqual(new Set(told), new Set([one, two].map((each) => ({ ...each, tries: 1 }))))
      assert.ok(claimed[0]!.createdAt.endsWith('Z'))
    })

    test('leases a message to one dispatcher at a time, until it is delivered', async () => {
      const outbox = outboxStore(database())
      const { id } = await posted()
      assert.equal(await tries(id), 1)
      assert.equal(await tries(id), undefined)
      await database().query(`update outbox set next_at = now() where id = $1`, [id])
      assert.equal(await tries(id), 2, 'its sender died')
      await outbox.markDelivered(id)
      await outbox.markFailed(id, 'too late to say so', 0)
      assert.equal(await tries(id), undefined)
    })

    test('tries again when told, and gives up when told', async () => {
      const outbox = outboxStore(database())
      const { id } = await posted()
      await tries(id)
      await outbox.markFailed(id, '503', 0)
      assert.equal(await tries(id), 2)
      await outbox.markFailed(id, '410', null)
      assert.equal(await tries(id), undefined)
      const failed = (await outbox.listFailed(10)).find((one) => one.id === id)!
      assert.equal(failed.lastError, '410')
      assert.ok(failed.failedAt?.endsWith('Z'))
      assert.equal(await outbox.sendAgain([id, 'msg_none'], anAct), 1)
      assert.equal(await tries(id), 1)
      assert.equal(await outbox.sendAgain([id], anAct), 0)
      assert.deepEqual(await outbox.listFailed(10), [])
    })

    test('lists what is to be tried much later among the failed, and not what is claimed or due soon', async () => {
      const outbox = outboxStore(database())
      const [later, soon] = [await posted(), await posted()]
      const again = () => outbox.sendAgain([later.id, soon.id], anAct)
      await tries(later.id)
      assert.equal(await again(), 0)
      await outbox.markFailed(later.id, 'http_500', 7200)
      await outbox.markFailed(soon.id, 'http_500', 30)
      const failed = await outbox.listFailed(10)
      assert.deepEqual(
        failed.map(({ id, failedAt, lastError }) => ({ id, failedAt, lastError })),
        [{ id: later.id, failedAt: null, lastError: 'http_500' }],
      )
      assert.equal(await again(), 1)
      assert.equal(await tries(later.id), 1)
    })

    test('lists a failed message with its service, also once its challenge is gone', async () => {
      const outbox = outboxStore(database())
      const { id } = await posted()
      await database().query(
        `with gone as (delete from challenges where id = (select challenge_id from outbox where id = $1))
        update outbox set service_id = 'svc_other' where id = $1`,
        [id],
      )
      await outbox.markFailed(id, 'http_500', null)
      const failed = (await outbox.listFailed(10)).find((one) => one.id === id)
      assert.equal(failed?.service, 'svc_other')
    })

    test('closes an endpoint until something is to be sent again', async () => {
      const outbox = outboxStore(database())
      await outbox.disableEndpoint('there')
      await outbox.disableEndpoint('there')
      assert.equal(await outbox.sendAgain(['msg_none'], anAct), 0)
      assert.deepEqual(
        await Promise.all([outbox.isEndpointDisabled('there'), outbox.isEndpointDisabled('elsewhere')]),
        [true, false],
      )
      const { id } = await posted()
      await tries(id)
      await outbox.markFailed(id, 'gone', null)
      assert.ok((await outbox.sendAgain('all', anAct)) >= 1)
      assert.equal(await outbox.isEndpointDisabled('there'), false)
      assert.equal(await tries(id), 1)
    })

    async function posted() {
      const challenges = challengeStore(database())
      const { challenge } = await insert(challenges, aChallenge())
      const one = message()
      await challenges.save(aChange(challenge, { outbox: [one] }))
      return one
    }

    async function tries(id: string): Promise<number | undefined> {
      return (await outboxStore(database()).claim(1000, 60)).find((one) => one.id === id)?.tries
    }
  })

  describe('an idempotency key', () => {
    const held = (key: string, seconds: number) =>
      database().query(`update idempotency set claimed_at = now() - $2::float8 * interval '1 second' where key = $1`, [
        key,
        seconds,
      ])

    const taken = async (key: string, request = aRequest()) =>
      (await insert(challengeStore(database()), aChallenge(), { key, request })).challenge.id

    test('answers the same request again as the first time', async () => {
      const keys = idempotencyStore(database())
      const key = nanoid()
      assert.equal(await keys.find('svc_test', key, ['f']), null)
      const id = await taken(key)
      assert.deepEqual(await keys.find('svc_test', key, ['f']), { type: 'in_progress' })
      assert.equal(await keys.find('svc_other', key, ['f']), null)
      await keys.finish('svc_test', key, 'chl_another', { b: 2 })
      await keys.finish('svc_test', key, id, { b: 1, a: [null] })
      await keys.finish('svc_test', key, id, { b: 3 })
      const again = await keys.find('svc_test', key, ['f'])
      assert.equal(JSON.stringify(again), '{"type":"replay","body":{"b":1,"a":[null]}}')
      await held(key, 60)
      assert.equal((await keys.find('svc_test', key, ['under an older secret', 'f']))?.type, 'replay')
      assert.deepEqual(await keys.find('svc_test', key, ['g']), { type: 'mismatch' })
    })

    test("is its service's own", async () => {
      const key = nanoid()
      const mine = await taken(key)
      assert.notEqual(await taken(key, { ...aRequest(), serviceId: 'svc_other' }), mine)
    })

    test('leads to the challenge that was made before its instance died', async () => {
      const keys = idempotencyStore(database())
      const key = nanoid()
      const id = await taken(key)
      await held(key, 16)
      assert.deepEqual(await keys.find('svc_test', key, ['g']), { type: 'mismatch' })
      assert.deepEqual(await keys.find('svc_test', key, ['f']), { type: 'unanswered', challengeId: id })
      assert.deepEqual(await keys.find('svc_test', key, ['f']), { type: 'in_progress' })
    })

    test('that is taken lets nothing else happen', async () => {
      const challenges = challengeStore(database())
      const key = nanoid()
      await taken(key)
      const limit = { key: nanoid(), rates: [{ max: 1, seconds: 600 }] }
      const lane = { carrier: 'signalwire', channel: 'call', lane: 3, perSecond: 0.01 } as const
      const [second, hash] = [aChallenge(), nanoid()]
      const begins = { rules: NO_RULES, owner: [], locks: [], consume: [limit], hold: [hash] }
      const slot = { ...lane, maxWaitSeconds: 10 }
      assert.equal(await insertion(challenges, second, { key, begins, slot }), 'key_taken')
      assert.equal(await challenges.find(second.id), null)
      const third = await insertion(challenges, aChallenge(), { begins, slot })
      assert.ok(typeof third === 'object' && 'record' in third && third.slotWait === 0)
    })

    test('is forgotten after a day', async () => {
      const keys = idempotencyStore(database())
      const [old, recent] = [nanoid(), nanoid()]
      await taken(old)
      await taken(recent)
      await database().query(`update idempotency set created_at = now() - interval '25 hours' where key = $1`, [old])
      await keys.sweep()
      assert.equal(await keys.find('svc_test', old, ['f']), null)
      assert.deepEqual(await keys.find('svc_test', recent, ['f']), { type: 'in_progress' })
    })
  })

  describe('limits', () => {
    const counted = (consume: Limit[]) =>
      insertion(challengeStore(database()), aChallenge(), {
        begins: { rules: NO_RULES, owner: [], locks: [], consume, hold: [] },
      })
    const isCounted = async (consume: Limit[]) => 'record' in (Object(await counted(consume)) as object)
    const count = async ({ key, rates: [rate] }: Limit) => {
      const [row] = await database().query<{ count: number }>(
        `select count from ${WINDOWS} where key = $1 and seconds = $2`,
        [key, rate!.seconds],
      )
      return row?.count
    }
    const age = (seconds: number, key: string, length?: number) =>
      database().query(
        ageCounters(`${seconds} seconds`, 'key = $1', length === undefined ? undefined : String(length)),
        [key],
      )

    test('are charged all together or not at all', async () => {
      const number = { key: `number:${nanoid()}`, rates: [{ max: 3, seconds: 600 }] }
      const prefix = { key: `prefix:${nanoid()}`, rates: [{ max: 2, seconds: 3600 }] }
      assert.equal(await isCounted([number, prefix]), true)
      assert.equal(await isCounted([prefix, number]), true)
      const refused = await counted([number, prefix])
      assert.ok(typeof refused === 'object' && 'retryAfter' in refused)
      assert.equal(refused.key, prefix.key)
      assert.ok(refused.retryAfter > 3500 && refused.retryAfter <= 3600)
      assert.equal(await isCounted([number]), true, 'the refused charge cost nothing')
      assert.equal(await isCounted([number]), false)
      assert.equal(await isCounted([]), true)
    })

    test('count each window by itself, from its first use to its end', async () => {
      const key = nanoid()
      const [short, long] = [
        { max: 1, seconds: 600 },
        { max: 2, seconds: 3600 },
      ]
      const both = { key, rates: [short, long] }
      assert.equal(await isCounted([both]), true)
      assert.equal(await isCounted([both]), false)
      await age(600, key, 600)
      assert.equal(await isCounted([both]), true)
      await age(600, key, 600)
      const refused = await counted([both])
      assert.ok(typeof refused === 'object' && 'retryAfter' in refused && refused.retryAfter > 600)
    })

    test('of none at all refuse the first, too', async () => {
      const none = { key: nanoid(), rates: [{ max: 0, seconds: 600 }] }
      const longer = { key: nanoid(), rates: [{ max: 1, seconds: 3600 }] }
      const refused = await counted([none, longer])
      assert.deepEqual(refused, { key: none.key, retryAfter: 600, quota: { max: 0, seconds: 600 } })
      assert.deepEqual([await count(none), await count(longer)], [undefined, undefined])
    })

    test('of which others are quicker to take the last each time are told as an outage, with nothing done', async () => {
      const challenges = challengeStore(database())
      await database().query(
        'create function take_nothing() returns trigger language plpgsql as $$ begin return null; end $$',
      )
      await database().query(
        `create trigger take_nothing before insert on rate_limit_counters for each row
         when (new.key like 'raced:%') execute function take_nothing()`,
      )
      const challenge = aChallenge()
      const consume = [{ key: `raced:${nanoid()}`, rates: [{ max: 1, seconds: 600 }] }]
      const begins = { rules: NO_RULES, owner: [], locks: [], consume, hold: [] }
      await assert.rejects(insertion(challenges, challenge, { begins }), NotExecuted)
      assert.equal(await challenges.find(challenge.id), null)
    })

    test('count nothing when the challenge is not saved', async () => {
      const challenges = challengeStore(database())
      const limit = { key: nanoid(), rates: [{ max: 9, seconds: 600 }] }
      const held = { rules: NO_RULES, owner: [], locks: [], consume: [limit], hold: [nanoid()] }
      const first = await insert(challenges, aChallenge(), { begins: held })
      assert.equal(await insertion(challenges, aChallenge(), { begins: held }), 'number_busy')
      const key = nanoid()
      const begins = { rules: NO_RULES, owner: [], locks: [], consume: [limit], hold: [] }
      await insert(challenges, aChallenge(), { begins, key })
      assert.equal(await insertion(challenges, aChallenge(), { begins, key }), 'key_taken')
      const slot = { carrier: 'plivo', channel: 'call', lane: 7, perSecond: 0.01, maxWaitSeconds: 10 } as const
      await carrierRateLimit(database()).reserve(slot)
      assert.equal(await insertion(challenges, aChallenge(), { begins, slot }), 'no_slot')
      assert.equal(await challenges.saveDelivery(aChange({ ...first.challenge, version: 7 }), begins, null), 'stale')
      assert.equal(await challenges.saveDelivery(aChange(first.challenge), begins, slot), 'no_slot')
      assert.equal(await count(limit), 2)
      const again = asRecord(await challenges.saveDelivery(aChange(first.challenge), begins, null))
      assert.deepEqual(
        again.charge?.map(([key]) => key),
        [limit.key],
      )
      assert.equal(await count(limit), 3)
    })

    test('are given back with a save, once, and never to a window that has not counted them', async () => {
      const challenges = challengeStore(database())
      const [short, long] = [600, 3600].map((seconds) => ({ key: nanoid(), rates: [{ max: 2, seconds }] })) as Limit[]
      const limits = [short!, long!] as const
      const begins = { rules: NO_RULES, owner: [], locks: [], consume: limits, hold: [] }
      const { challenge, charge } = await insert(challenges, aChallenge(), { begins })
      await insert(challenges, aChallenge(), { begins })
      await age(600, limits[0].key)
      await insert(challenges, aChallenge(), {
        begins: { rules: NO_RULES, owner: [], locks: [], consume: [limits[0]], hold: [] },
      })
      const giveBack = aChange(challenge, { refund: charge! })
      assert.equal(asRecord(await challenges.save(giveBack)).charge, null)
      assert.equal(await challenges.save(giveBack), 'stale')
      assert.deepEqual([await count(limits[0]), await count(limits[1])], [1, 1])
    })

    test('forget a window that is over, and no other', async () => {
      const limits = rateLimits(database())
      const [over, open] = [nanoid(), nanoid()]
      await counted([
        { key: over, rates: [{ max: 1, seconds: 60 }] },
        { key: open, rates: [{ max: 1, seconds: 60 }] },
      ])
      await age(61, over)
      await limits.sweep()
      const left = await database().query('select key from rate_limit_counters where key in ($1, $2)', [over, open])
      assert.deepEqual(left, [{ key: open }])
    })
  })

  test('slots are reserved at the rate of the carrier account, and the wait is returned', async () => {
    const rates = carrierRateLimit(database())
    const lane = { carrier: 'plivo', channel: 'call', lane: 0, perSecond: 2 } as const
    const reserve = (maxWaitSeconds: number) => rates.reserve({ ...lane, maxWaitSeconds })
    await database().query(`insert into carrier_rate_slots values ('plivo', 'call', 0, now() + interval '1 minute')`)
    assert.equal(await reserve(10), null)
    assert.ok(near(await reserve(90), 60))
    assert.ok(near(await reserve(90), 60.5))
    assert.equal(await reserve(10), null)
    assert.equal(await rates.reserve({ ...lane, lane: 1, maxWaitSeconds: 10 }), 0)
    await database().query(`update carrier_rate_slots set free_at = now() - interval '1 hour' where carrier = 'plivo'`)
    assert.equal(await reserve(10), 0)
    assert.equal(await rates.reserve({ ...lane, carrier: 'bandwidth', perSecond: 5, maxWaitSeconds: 0 }), 0)
  })

  test('a service is there until it is deleted, and its keys hold until they are replaced or taken back', async () => {
    const services = serviceStore(database())
    const [id, hash] = [`svc_${nanoid()}`, nanoid()]
    await services.ensureFirst()
    await services.ensureFirst()
    const before = await services.revision()
    assert.deepEqual(await services.create({ id, name: 'Acme', settings: { GATE: 'off' } }, anAct).then(shownOf), {
      name: 'Acme',
      settings: { GATE: 'off' },
    })
    const change = { name: 'Acme Bank', settings: { GATE: null, POLICY: 'asvs' } }
    assert.deepEqual(await services.update(id, change, anAct).then(shownOf), {
      name: 'Acme Bank',
      settings: { POLICY: 'asvs' },
    })
    assert.deepEqual(await services.update(id, { settings: {} }, anAct).then(shownOf), {
      name: 'Acme Bank',
      settings: { POLICY: 'asvs' },
    })
    assert.equal(await services.update('svc_none', { settings: {} }, anAct), null)

    const key = { id: `apk_${nanoid()}`, serviceId: id, name: 'web', scopes: ['read' as const] }
    assert.equal(await services.findKey(hash), null)
    assert.equal(await services.addKey({ ...key, serviceId: 'svc_none', keyHash: nanoid() }, anAct), null)
    await services.addKey({ ...key, keyHash: hash }, anAct)
    assert.equal(await services.findKey(hash), key.id)
    const other = { id: `apk_${nanoid()}`, keyHash: nanoid() }
    assert.equal(await services.rotateKey({ ...key, serviceId: null }, { ...other, overlapSeconds: 60 }, anAct), null)
    const next = await services.rotateKey(key, { ...other, overlapSeconds: 60 }, anAct)
    assert.deepEqual([next!.name, next!.scopes, next!.secondsLeft], ['web', ['read'], null])
    const kept = await services.keys(id)
    assert.deepEqual(
      kept.map((one) => one.id),
      [key.id, other.id],
    )
    assert.ok(near(kept[0]!.secondsLeft!, 60))
    await services.noteUse([other.id])
    assert.match((await services.keys(id))[1]!.lastUsedAt!, /:00:00\.000Z$/)
    await services.rotateKey({ ...key }, { id: `apk_${nanoid()}`, keyHash: nanoid(), overlapSeconds: 0 }, anAct)
    assert.equal(await services.findKey(hash), null)
    assert.equal(await services.removeKey({ ...other, serviceId: 'svc_none' }, anAct), false)
    assert.equal(await services.removeKey({ ...other, serviceId: id }, anAct), true)
    assert.equal(await services.removeKey({ ...other, serviceId: id }, anAct), false)

    assert.equal((await services.load()).keys.filter(({ serviceId }) => serviceId === id).length, 1)
    assert.equal(await services.remove(id, anAct), true)
    assert.equal(await services.remove(id, anAct), false)
    assert.equal(await services.update(id, { settings: {} }, anAct), null)
    assert.deepEqual(await services.keys(id), [])
    assert.ok(!(await services.list()).some((one) => one.id === id))
    assert.ok((await services.load()).services.find((one) => one.id === id)!.deletedAt !== null)
    assert.ok((await services.revision()) > before)
  })
})

function shownOf(row: ServiceRow | null): Pick<ServiceRow, 'name' | 'settings'> {
  return { name: row!.name, settings: row!.settings }
}

type Rest = {
  request?: ReturnType<typeof aRequest>
  wakeSeconds?: number
  key?: string
  begins?: DeliveryStart
  slot?: SlotRequest
}

function insertion(challenges: ChallengeStore, challenge: Challenge, rest: Rest = {}) {
  const { request = aRequest(), wakeSeconds = null, key, begins = aCreation.begins, slot = null } = rest
  const idempotency = key === undefined ? null : { key, fingerprint: 'f' }
  return challenges.insert(
    { challenge, request, expiresIn: 300, idempotency, slot },
    { ...aCreation, begins, secondsUntilCheck: wakeSeconds },
  )
}

async function insert(...args: Parameters<typeof insertion>): Promise<ChallengeRecord> {
  return asRecord(await insertion(...args))
}

async function save(challenges: ChallengeStore, next: Challenge): Promise<ChallengeRecord> {
  const before = (await challenges.find(next.id))!
  return asRecord(await challenges.save(aChange(next, { before })))
}

/** A slow machine may take a while between two statements. */
function near(seconds: number | null, expected: number): boolean {
  return seconds !== null && seconds <= expected && seconds > expected - 20
}
