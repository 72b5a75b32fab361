// Every statement takes its time, and an app's answer counts all of them.

import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test } from 'node:test'
import { deriveCode } from '../../src/domain/one-time-codes.ts'
import type { ChallengeView } from '../../src/http/challenge-view.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { API_KEY, type Fleet, SECRET, startFleet } from './fleet.ts'
import { eventually, timed } from './waiting.ts'

const LATENCIES_MS = [250, 400, 550, 700, 900, 1_200, 1_600]
const PROMISED_MS = 4_000

test('however slow the database is, an app is answered within 4 s and told the truth', {
  skip: withoutPostgres,
}, async (t) => {
  const all = await startFleet(t, { instances: 1, speed: 10 })
  const { proxy } = all

  for (const latency of LATENCIES_MS)
    await t.test(`${latency} ms for each statement`, async () => {
      // A text that was sent is not live, so that a call may be asked for.
      const [toRedeliver, toCheck, toCancel] = await Promise.all(
        (['sms', 'sms', 'call'] as const).map((channel) => made(all, { to: nextNumber(), channel })),
      )
      const numbers = { create: nextNumber(), once: nextNumber() }
      const delay = monitorEventLoopDelay({ resolution: 10 })
      delay.enable()
      proxy.slow(latency)
      const answers = await Promise.all([
        ask(all, '', { to: numbers.create }),
        ask(all, '', { to: numbers.once }, { 'Idempotency-Key': `once-${latency}` }),
        ask(all, `/${toRedeliver!.id}/deliveries`, { channel: 'call' }),
        ask(all, `/${toCheck!.id}/check`, { code: toCheck!.code }),
        ask(all, `/${toCancel!.id}/cancel`, {}),
      ])
      proxy.slow(0)
      delay.disable()
      // What a busy machine takes from this process, it takes from the server and the database too.
      const machineMs = (3 * delay.max) / 1e6
      for (const { what, ms, status, json } of answers) {
        assert.ok(ms < PROMISED_MS + machineMs, `${what} was answered after ${Math.round(ms)} ms`)
        if (status > 299) assert.deepEqual([status, json.code], [503, 'database_unavailable'], what)
      }
      const [created, once, redelivered] = answers
      await rangIfSaidSo(all, numbers.create, created!)
      await rangIfSaidSo(all, numbers.once, once!)
      await rangIfSaidSo(all, toRedeliver!.number, redelivered!)
    })
})

type Answer = { what: string; ms: number; status: number; json: ChallengeView & { code?: string } }

async function ask(
  { instances }: Fleet,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { value: response, ms } = await timed(
    fetch(`${instances[0]!.url}/v1/challenges${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  )
  const what = path.replace(/.*\//, '') || 'create'
  return { what, ms, status: response.status, json: (await response.json()) as Answer['json'] }
}

async function made(all: Fleet, body: { to: string; channel: string }) {
  const { status, json } = await ask(all, '', body)
  assert.equal(status, 201)
  const { id, scope, flow } = json
  return { id, number: body.to, code: deriveCode(SECRET, { id: id as `chl_${string}`, scope, flow }, 6) }
}

/** Looked at once nothing is under way any more: what was given up may still be carried out a little later. */
async function rangIfSaidSo({ database, phones }: Fleet, number: string, { status }: Answer): Promise<void> {
  const phone = phones.phone(number as never)
  if (status === 201)
    return void (await eventually('the call that was said to be placed', () => phone.calls.length === 1))
  await eventually('nothing to be held for the number', async () => {
    const rows = await database.query('select from challenges join active_calls on challenge_id = id where "to" = $1', [
      number,
    ])
    return rows.length === 0
  })
  assert.equal(phone.calls.length, 0, 'nothing was dialled')
}
