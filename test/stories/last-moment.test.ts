// Between the wish and the call: what changes there still counts.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { challengeSecrets } from '../../src/challenges/challenge-secrets.ts'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { SecretMissing } from '../../src/domain/one-time-codes.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'

let server: Server

before(async () => {
  server = await startServer()
})
after(() => server.stop())

test('a call that waits for its place in the rate is not placed once it is canceled', async () => {
  const { create, ask, store, phones } = server
  const to = nextNumber()
  const { json } = await create({ to, channel: 'sms' })
  await phones.phone(to).receives()
  await server.challenges.stop()
  const { reserve: take } = store.carrierRates
  store.carrierRates.reserve = async (...asked) => {
    const wait = await take(...asked)
    assert.equal((await ask('POST', `/v1/challenges/${json.id}/cancel`)).status, 200)
    return wait
  }
  await ask('POST', `/v1/challenges/${json.id}/deliveries`, { channel: 'call' })
  store.carrierRates.reserve = take
  await phones.settled()
  assert.deepEqual(phones.phone(to).calls, [])
})

test('an instance that lacks the secret of a challenge does not guess at its code', async () => {
  const { json } = await server.create({ channel: 'sms' })
  const stored = await server.store.challenges.find(json.id as ChallengeId)
  assert.match(server.challenges.secrets.code(stored!), /^\d{6}$/)
  assert.throws(() => challengeSecrets(['another secret, that came later']).code(stored!), SecretMissing)
})

test('a creation that is refused as busy spends nothing of what the number may have', async () => {
  const limited = await startServer({ limits: { number: [{ max: 2, seconds: 600 }], prefix: [], ip: [] } })
  const to = nextNumber()
  const { json } = await limited.create({ to, flow: 'approve' })
  for (let clicks = 0; clicks < 3; clicks++) {
    assert.equal((await limited.create({ to, flow: 'approve' })).status, 409)
    await limited.challenges.stop()
  }
  await limited.ask('POST', `/v1/challenges/${json.id}/cancel`)
  await limited.phones.settled()
  await limited.challenges.stop()
  assert.equal((await limited.create({ to, flow: 'approve' })).status, 201)
  await limited.stop()
})
