// docs/operations.md, "Rotation of secrets": SECRET is rotated in three steps, and between any two of them one instance may still be a step
// behind the other. Whatever the two have listed, they see one live call of a number and one count of its deliveries.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFactors } from '../../src/factors/factors.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { rotationSteps } from './rotation-steps.ts'
import { openSideBySide } from './side-by-side.ts'

const OLD = 'the old secret of two instances that is long enough'
const NEW = 'the new secret of two instances that is long enough'
/** What each instance lists, step after step. */
const STEPS = rotationSteps(OLD, NEW)
/** From this step on every instance lists both; a day of it is enough for the longest window. */
const BOTH_EVERYWHERE = 2

type Answer = {
  status: number
  replayed: boolean
  json: { id: string; page_token: string; display_code: string; codes: string[]; valid: boolean }
}

test('two instances count and hold a number as one through every step of a rotation', {
  skip: withoutPostgres,
  timeout: 60_000,
}, async (t) => {
  const { phones, startWith, settled, ask: request } = await openSideBySide(t, { LIMIT_PER_NUMBER: '2/1h' })

  async function ask(on: number, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await request(on, path, body, headers)
    const replayed = response.headers.get('Idempotency-Replayed') === 'true'
    return { status: response.status, replayed, json: (await response.json()) as Answer['json'] }
  }
  const create = (on: number, body: object, headers = {}) => ask(on, '/v1/challenges', body, headers)

  /** Counts, since its phone rang: the call is canceled so that the number is free. */
  async function useUp(on: number, to: string): Promise<void> {
    const { status, json } = await create(on, { to })
    assert.equal(status, 201, JSON.stringify(json))
    await phones.settled()
    assert.equal((await ask(on, `/v1/challenges/${json.id}/cancel`, {})).status, 200)
    await settled()
  }

  const exhausted = nextNumber()
  let recovery: Answer['json'] | null = null
  for (const [step, lists] of STEPS.entries()) {
    const [first] = await startWith(lists)
    const at = `step ${step}`

    for (const [here, there] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const wanted = { to: nextNumber(), flow: 'keypad_code' }
      const key = { 'Idempotency-Key': `${step} ${here}` }
      const { json: made } = await create(here, wanted, key)
      assert.equal((await create(there, wanted)).status, 409, `${at}: a second live call`)
      const again = await create(there, wanted, key)
      assert.deepEqual(
        [again.replayed, again.json.id, again.json.page_token],
        [true, made.id, made.page_token],
        `${at}: the request again`,
      )
      const page = await ask(there, `/v1/challenges/${made.id}`, undefined, {
        Authorization: `Bearer ${made.page_token}`,
      })
      assert.equal(page.json.display_code, made.display_code, `${at}: the page token and the code`)

      const counted = nextNumber()
      await useUp(here, counted)
      await useUp(there, counted)
      for (const on of [here, there])
        assert.equal((await create(on, { to: counted })).status, 429, `${at}: a third delivery`)
    }

    if (step === BOTH_EVERYWHERE) for (const on of [0, 1]) await useUp(on, exhausted)
    if (step >= BOTH_EVERYWHERE)
      for (const on of [0, 1])
        assert.equal((await create(on, { to: exhausted })).status, 429, `${at}: the counter begins anew`)

    recovery ??= (await ask(0, '/v1/factors', { type: 'recovery_codes', subject: 'user-1' })).json
    const code = recovery.codes[step]
    const checked = await ask((step + 1) % 2, `/v1/factors/${recovery.id}/check`, { code })
    assert.equal(checked.json.valid, true, `${at}: a factor`)
    // What every instance does each minute.
    await createFactors(first!.store.factors, [...lists[0]]).reencrypt()
  }
})
