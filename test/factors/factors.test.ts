import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nanoid } from 'nanoid'
import { createFactors, type Factors } from '../../src/factors/factors.ts'
import { factorStore } from '../../src/store/factors.ts'
import { onEachDatabase } from '../store/each-database.ts'
import { onPostgres } from '../store/test-databases.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { codeFor, wrongCodeFor } from './authenticator.ts'

const SECRETS = ['the secret of the factor tests, long enough']
const SERVICE = 'svc_first'

async function newTotp(factors: Factors) {
  const { factor, secret } = await factors.createTotp(SERVICE, {
    subject: `user-${nanoid()}`,
    label: 'ada@example.com',
    issuer: 'Saltmarsh',
  })
  // All codes are of one moment, so that nothing depends on whether a step ends while a test runs.
  const now = Date.now()
  const code = (steps: number) => codeFor(secret, steps, now)
  return { id: factor.id, subject: factor.subject, secret, code, wrong: wrongCodeFor(secret, now) }
}

/** One that was confirmed by the present code, so that the next one is unused. */
async function confirmedTotp(factors: Factors) {
  const created = await newTotp(factors)
  const confirmed = await factors.confirm(SERVICE, created.id, created.code(0))
  assert.equal((confirmed as { valid: boolean }).valid, true)
  return created
}

onEachDatabase((database) => {
  const factorsUnder = (secrets: string[]) => createFactors(factorStore(database()), secrets)
  const unlock = (id: string) => database().query(`update factors set locked_until = now() where id = $1`, [id])

  test('an authenticator app counts only after its first right code', async () => {
    const factors = factorsUnder(SECRETS)
    const { id, code, wrong: wrongCode } = await newTotp(factors)
    const right = code(0)
    const checked = await factors.check(SERVICE, id, right)
    assert.deepEqual(checked, { valid: false, reason: 'not_confirmed', attemptsLeft: 5, lockedUntil: null })
    const wrong = await factors.confirm(SERVICE, id, wrongCode)
    assert.deepEqual(wrong, { valid: false, reason: 'wrong_code', attemptsLeft: 4, lockedUntil: null })
    assert.equal((await factors.find(SERVICE, id))!.status, 'pending')
    const confirmed = await factors.confirm(SERVICE, id, right)
    assert.deepEqual(confirmed, { valid: true, reason: 'code_matched', attemptsLeft: 5, lockedUntil: null })
    assert.equal((await factors.find(SERVICE, id))!.status, 'confirmed')
    assert.equal(await factors.confirm(SERVICE, id, code(1)), 'already_confirmed')
    assert.equal(
      ((await factors.check(SERVICE, id, right)) as { reason: string }).reason,
      'code_used',
      'the confirming code is spent',
    )
  })

  test('a step is accepted once, and none before it afterwards', async () => {
    const factors = factorsUnder(SECRETS)
    const { id, code } = await confirmedTotp(factors)
    const reasons = []
    for (const step of [0, 1, 1, 0]) {
      const { reason } = (await factors.check(SERVICE, id, code(step))) as { reason: string }
      reasons.push(reason)
    }
    assert.deepEqual(reasons, ['code_used', 'code_matched', 'code_used', 'code_used'])
  })

  test('five wrong codes in a row lock a factor, for twice as long each time; a right one resets the lock', async () => {
    const factors = factorsUnder(SECRETS)
    const { id, code, wrong } = await confirmedTotp(factors)
    const minutes: number[] = []
    for (let lock = 0; lock < 8; lock++) {
      for (let left = 4; left >= 0; left--) {
        const result = await factors.check(SERVICE, id, wrong)
        assert.deepEqual(
          { ...(result as object), lockedUntil: null },
          { valid: false, reason: 'wrong_code', attemptsLeft: left, lockedUntil: null },
        )
      }
      const locked = (await factors.check(SERVICE, id, code(1))) as { reason: string; lockedUntil: string }
      assert.equal(locked.reason, 'locked', 'not even a right code opens it')
      minutes.push(Math.round((Date.parse(locked.lockedUntil) - Date.now()) / 60_000))
      await unlock(id)
    }
    assert.deepEqual(minutes, [1, 2, 4, 8, 16, 32, 60, 60])
    const right = await factors.check(SERVICE, id, code(1))
    assert.deepEqual(right, { valid: true, reason: 'code_matched', attemptsLeft: 5, lockedUntil: null })
  })

  test('a factor is found, listed and removed by its own service alone', async () => {
    const factors = factorsUnder(SECRETS)
    const { id, subject, code } = await confirmedTotp(factors)
    assert.deepEqual(
      (await factors.list(SERVICE, subject)).map((factor) => factor.id),
      [id],
    )
    assert.deepEqual(await factors.list('svc_other', subject), [])
    assert.equal(await factors.find('svc_other', id), null)
    assert.equal(await factors.check('svc_other', id, code(1)), 'not_found')
    assert.equal(await factors.delete('svc_other', id), false)
    assert.equal(await factors.delete(SERVICE, id), true)
    assert.equal(await factors.check(SERVICE, id, code(1)), 'not_found')
  })

  test('each recovery code is good once, and a new set voids the earlier one', async () => {
    const factors = factorsUnder(SECRETS)
    const subject = `user-${nanoid()}`
    const first = await factors.createRecoveryCodes(SERVICE, subject)
    for (const [index, code] of first.codes.entries()) {
      const { valid } = (await factors.check(SERVICE, first.factor.id, code.toLowerCase())) as { valid: boolean }
      assert.equal(valid, true)
      const again = (await factors.check(SERVICE, first.factor.id, code)) as { reason: string }
      assert.equal(again.reason, 'code_used')
      assert.equal((await factors.find(SERVICE, first.factor.id))!.codesLeft, 9 - index)
    }
    const second = await factors.createRecoveryCodes(SERVICE, subject)
    assert.deepEqual(
      (await factors.list(SERVICE, subject)).map(({ id }) => id),
      [second.factor.id],
    )
    assert.equal(await factors.check(SERVICE, first.factor.id, first.codes[0]!), 'not_found')
  })

  test('when SECRET rotates everything is encrypted anew, and the old one may go', async () => {
    const before = factorsUnder(SECRETS)
    const { id, code } = await confirmedTotp(before)
    const { factor, codes } = await before.createRecoveryCodes(SERVICE, 'rotated')
    const newest = 'the newest secret of the factor tests'
    await factorsUnder([newest, ...SECRETS]).reencrypt()
    const after = factorsUnder([newest])
    assert.equal(((await after.check(SERVICE, id, code(1))) as { valid: boolean }).valid, true)
    assert.equal(((await after.check(SERVICE, factor.id, codes[0]!)) as { valid: boolean }).valid, true)
    await factorsUnder([SECRETS[0]!, newest]).reencrypt()
  })

  test('factors whose secret is gone keep none behind them from being encrypted anew', async () => {
    const [gone, newest] = ['a secret of the factor tests that is gone', 'the newest secret of the factor tests']
    for (let count = 0; count < 201; count++)
      await database().query(
        `insert into factors (id, service_id, type, subject, status, ciphertext, secret_id)
          values ($1, $2, 'totp', 'gone', 'confirmed', 'sealed', 'gone')`,
        [`fct_!${count}`, SERVICE],
      )
    const { id, code } = await confirmedTotp(factorsUnder(SECRETS))
    await confirmedTotp(factorsUnder([gone]))
    const rotating = factorsUnder([newest, ...SECRETS])
    for (let round = 1; round <= 2; round++) await assert.rejects(rotating.reencrypt(), /gone|several|failed/)
    assert.equal(((await factorsUnder([newest]).check(SERVICE, id, code(1))) as { valid: boolean }).valid, true)
    await database().query(`delete from factors where secret_id = 'gone'`)
  })

  test('the factors table holds neither a secret nor a code in the clear', async () => {
    const factors = factorsUnder(SECRETS)
    const { secret } = await confirmedTotp(factors)
    const { codes } = await factors.createRecoveryCodes(SERVICE, 'stolen')
    const rows = JSON.stringify(await database().query('select * from factors'))
    for (const text of [secret, ...codes, ...codes.map((code) => code.replace('-', ''))])
      assert.ok(!rows.includes(text))
  })
})

describe('among many at once', { skip: withoutPostgres }, () => {
  const { database } = onPostgres({ instances: 2 })

  test('through two instances', async () => {
    const instances = [0, 1].map((index) => createFactors(factorStore(database(index)), SECRETS))
    const { id, code, wrong } = await confirmedTotp(instances[0]!)
    const at = <T>(count: number, work: (factors: Factors) => Promise<T>) =>
      Promise.all(Array.from({ length: count }, (_, index) => work(instances[index % 2]!)))

    const right = code(1)
    const results = await at(200, (factors) => factors.check(SERVICE, id, right))
    assert.equal(results.filter((result) => (result as { valid: boolean }).valid).length, 1)

    const guesses = await at(50, (factors) => factors.check(SERVICE, id, wrong))
    const reasons = guesses.map((result) => (result as { reason: string }).reason)
    assert.equal(reasons.filter((reason) => reason === 'wrong_code').length, 5)
    assert.equal(reasons.filter((reason) => reason === 'locked').length, 45)

    const { factor, codes } = await instances[0]!.createRecoveryCodes(SERVICE, 'many')
    const uses = await at(50, (factors) => factors.check(SERVICE, factor.id, codes[3]!))
    assert.equal(uses.filter((result) => (result as { valid: boolean }).valid).length, 1)
  })
})
