// Everything at once, over real HTTP, on two instances in turn.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AnswerbackError, type Challenge, type CreatedChallenge } from '../../src/client/client.ts'
import { deriveCode } from '../../src/domain/one-time-codes.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { gateKeys, pressUntilEnd } from '../support/phone-helpers.ts'
import { type Fleet, SECRET, startFleet } from './fleet.ts'
import { eventually } from './waiting.ts'

describe('at once', { skip: withoutPostgres }, () => {
  test('guesses, replays, creations and redeliveries win once and cost once', async (t) => {
    /** Each request for a document, as the carrier signed it; `times`: how often it is sent at once. */
    let times = 1
    const all: Fleet = await startFleet(t, {
      instances: 2,
      async sendWebhook(request) {
        const { pathname } = new URL(request.url)
        if (times === 1 || !pathname.includes('/turn/')) return fetch(request)
        const body = await request.text()
        const { method, headers } = request
        const answers = await atOnce(times, all, ({ url }) => fetch(url + pathname, { method, headers, body }))
        const texts = await Promise.all(answers.map((answer) => answer.clone().text()))
        assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
        assert.equal(new Set(texts).size, 1, 'every replay gets the same document')
        return answers[0]!
      },
    })

    await t.test('200 wrong guesses evaluate no more than the budget', async () => {
      const challenge = await all.client().create({ to: nextNumber() })
      const wrong = String((Number(codeOf(challenge)) + 1) % 1e6).padStart(6, '0')
      const answers = await atOnce(200, all, (one) => all.client(one).check(challenge.id, wrong).catch(whenBusy))
      assert.ok(answers.every((answer) => !answer?.valid))
      assert.equal((await ledger(all, challenge, 'code_submitted')).length, 5)
      const { valid, reason } = await all.client().check(challenge.id, codeOf(challenge))
      assert.deepEqual([valid, reason], [false, 'too_many_attempts'])
    })

    await t.test('50 right guesses give one valid', async () => {
      const challenge = await all.client().create({ to: nextNumber() })
      const answers = await atOnce(50, all, (one) => all.client(one).check(challenge.id, codeOf(challenge)))
      assert.equal(answers.filter(({ valid }) => valid).length, 1)
      assert.ok(answers.every(({ reason, attempts_left }) => reason === 'code_matched' && attempts_left === 5))
      assert.equal((await ledger(all, challenge, 'code_submitted')).length, 1)
    })

    await t.test('100 replays of a gather are one transition', async () => {
      const phone = all.phones.phone(nextNumber())
      const challenge = await all.client().create({ to: phone.number, flow: 'keypad_code' })
      await phone.answers()
      times = 100
      await phone.keys('0000000'.slice(0, 6) === challenge.display_code ? '111111' : '000000')
      await phone.hears(/not/)
      assert.equal((await all.client().get(challenge.id)).attempts_left, 4)
      await phone.keys(challenge.display_code!)
      assert.equal(await phone.ends(), 'completed')
      times = 1
      assert.equal((await all.client().get(challenge.id)).reason, 'code_matched')
      assert.equal((await ledger(all, challenge, 'dtmf_received')).length, 2)
    })

    await t.test('50 creations for one number ring it once', async () => {
      const phone = all.phones.phone(nextNumber())
      const answers = await atOnce(50, all, (one) => settled(all.client(one).create({ to: phone.number })))
      assert.equal(answers.filter((answer) => answer === 'done').length, 1)
      assert.equal(answers.filter((answer) => answer === 409).length, 49)
      await phone.rings()
      assert.equal(phone.calls.length, 1)
    })

    await t.test('20 redeliveries ring it once more', async () => {
      const phone = all.phones.phone(nextNumber())
      const challenge = await all.client().create({ to: phone.number })
      await phone.answers()
      await phone.keys(gateKeys(await phone.hears(/press [2-8], then [2-8]/))!)
      await phone.hears(/code is/)
      await phone.hangsUp()
      await eventually('the end of the call', async () => isOver(await all.client().get(challenge.id)))
      const answers = await atOnce(20, all, (one) => settled(all.client(one).redeliver(challenge.id, 'call')))
      assert.deepEqual(answers.toSorted(), [...Array(19).fill(409), 'done'])
      await phone.answers()
      await pressUntilEnd(phone, '9')
      assert.equal(phone.calls.length, 2)
    })

    assert.deepEqual(all.phones.violations, [])
  })
})

function atOnce<T>(count: number, { instances }: Fleet, each: (one: Fleet['instances'][number]) => Promise<T>) {
  return Promise.all(Array.from({ length: count }, (_, index) => each(instances[index % instances.length]!)))
}

function codeOf({ id, scope, flow }: CreatedChallenge): string {
  return deriveCode(SECRET, { id: id as `chl_${string}`, scope, flow }, 6)
}

function ledger({ database }: Fleet, { id }: Challenge, type: string) {
  return database.query('select version from challenge_events where challenge_id = $1 and type = $2', [id, type])
}

/** A slow machine may not get through all of them within the two seconds of a statement, which is a 503. */
function whenBusy(error: unknown): null {
  if (error instanceof AnswerbackError && error.code === 'database_unavailable') return null
  throw error
}

/** A refusal as its status. */
function settled(work: Promise<unknown>): Promise<number | 'done'> {
  return work.then(
    () => 'done' as const,
    (error) => {
      if (error instanceof AnswerbackError) return error.status
      throw error
    },
  )
}

function isOver({ deliveries }: Challenge): boolean {
  return deliveries.at(-1)?.state === 'ended'
}
