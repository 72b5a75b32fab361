// SECRET is rotated in the three steps of docs/operations.md, twice. What stands against a number stands afterwards too.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretId } from '../../src/domain/one-time-codes.ts'
import { runCommand } from '../../src/guard/commands.ts'
import { createNumbers } from '../../src/guard/numbers.ts'
import type { Server } from '../../src/server.ts'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { rotationSteps } from './rotation-steps.ts'
import { openSideBySide } from './side-by-side.ts'

const [OLD, NEW, NEWEST] = ['old', 'new', 'newest'].map(
  (age) => `the ${age} secret of two instances that is long enough`,
) as [string, string, string]
const STEPS = [...rotationSteps(OLD, NEW), ...rotationSteps(NEW, NEWEST).slice(1)]

const BY = { actor: 'cli:ada', reason: 'asked by letter' }

test('lists, opt-outs, reports and what wrong codes have led to outlive two rotations', {
  skip: withoutPostgres,
  timeout: 120_000,
}, async (t) => {
  const { url, phones, startWith, settled, ask } = await openSideBySide(t, { ALLOWED_COUNTRIES: 'US' })
  const [blocked, optedOut, reported, guessed, unlisted] = Array.from({ length: 5 }, nextNumber) as [
    ReturnType<typeof nextNumber>,
    ReturnType<typeof nextNumber>,
    ReturnType<typeof nextNumber>,
    ReturnType<typeof nextNumber>,
    ReturnType<typeof nextNumber>,
  ]
  const allowed = '+447400123456'
  const numbersOf = ({ store }: Server, secrets: string[]) => createNumbers(store.numberRules, secrets)

  async function asked(on: number, to: string, body: object = { channel: 'sms' }): Promise<string> {
    const response = await ask(on, '/v1/challenges', { to, ...body })
    const { code, detail } = (await response.json()) as { code?: string; detail?: string }
    return `${response.status} ${code ?? ''} ${detail ?? ''}`
  }

  for (const [step, lists] of STEPS.entries()) {
    const instances = await startWith(lists)
    // What every instance does when it starts, and then periodically.
    for (const { challenges } of instances) await challenges.rotateRules()
    const [server] = instances as [Server, Server]
    if (step === 0) {
      const numbers = numbersOf(server, lists[0])
      await numbers.listAs('block', { number: blocked }, BY)
      await numbers.listAs('block', { number: unlisted }, BY)
      await numbers.listAs('allow', { number: allowed }, BY)
      await numbers.optOut(optedOut, null, BY)
      const call = await ask(0, '/v1/challenges', { to: reported, flow: 'approve' })
      assert.equal(call.status, 201)
      await phones.phone(reported).answers()
      await phones.phone(reported).keys('9')
      await settled()
      const text = await ask(0, '/v1/challenges', { to: guessed, channel: 'sms' })
      const { id } = (await text.json()) as { id: string }
      const check = async () => ask(0, `/v1/challenges/${id}/check`, { code: '000000' })
      await check()
      await queryOnce(url, `update failure_counters set count = 99`, [])
      await check()
    }
    for (const on of [0, 1]) {
      const at = `step ${step}, instance ${on}`
      assert.match(await asked(on, blocked), /^403 number_blocked .*block list/, at)
      assert.match(await asked(on, optedOut), /^403 number_blocked .*no more texts/, at)
      assert.match(await asked(on, reported), /^403 number_blocked .*reported/, at)
      assert.match(await asked(on, guessed), /^403 number_blocked .*wrong codes/, at)
      assert.match(await asked(on, allowed), /^201/, at)
    }
    if (step === 6) await numbersOf(server, lists[0]).unlist({ number: unlisted }, BY)
    if (step > 6) assert.match(await asked(0, unlisted), /^201/)
    await settled()
  }

  // A list of them has each once, and nothing is kept under a secret that is gone.
  const [server] = await startWith([[NEWEST], [NEWEST]])
  const listed = await runCommand('list', [], {}, numbersOf(server!, [NEWEST]), 'cli:ada')
  assert.equal(listed.split('\n').length, 5, listed)
  const secrets = await queryOnce(url, 'select distinct secret_id from number_rules', [])
  assert.deepEqual(
    secrets.map(({ secret_id }) => secret_id),
    [secretId(NEWEST)],
  )
  const kept = JSON.stringify(await queryOnce(url, 'select * from number_rules', []))
  for (const number of [blocked, optedOut, reported, guessed, allowed]) assert.ok(!kept.includes(number.slice(2)))
})
