// One approval and two instances: it is used once, and a rotation of SECRET leaves every receipt to be checked.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyReceipt } from '../../src/client/client.ts'
import { FIRST_SERVICE } from '../../src/store/services.ts'
import { openSideBySide } from '../stories/side-by-side.ts'
import { PUBLIC_URL } from '../support/carriers.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'

const OLD = 'the old secret of two instances that is long enough'
const NEW = 'the new secret of two instances that is long enough'
const WHO = { issuer: PUBLIC_URL, audience: FIRST_SERVICE }

type SideBySide = Awaited<ReturnType<typeof openSideBySide>>

async function approved({ phones, ask, settled }: SideBySide): Promise<string> {
  const phone = phones.phone(nextNumber())
  const { id } = (await (await ask(0, '/v1/challenges', { to: phone.number, flow: 'approve' })).json()) as {
    id: string
  }
  await phone.answers()
  await phone.keys('1')
  await phones.settled()
  await settled()
  return id
}

/** A slow machine may not get through all of them in the time that a request has: then it is a 503, and sent again. */
async function use({ ask }: SideBySide, id: string, index: number): Promise<Response> {
  const key = { 'Idempotency-Key': `request ${index}` }
  for (let tries = 0; ; tries++) {
    const answer = await ask(index % 2, `/v1/challenges/${id}/consume`, {}, key)
    if (answer.status !== 503 || tries === 20) return answer
  }
}

const keysOn = async ({ ask }: SideBySide, instance: number) => (await ask(instance, '/.well-known/jwks.json')).json()

test('200 requests at once on two instances use an approval once', {
  skip: withoutPostgres,
  timeout: 60_000,
}, async (t) => {
  const both = await openSideBySide(t)
  await both.startWith([[OLD], [OLD]])
  const id = await approved(both)
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => use(both, id, index)))
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 200).length, 1)
  assert.equal(statuses.filter((status) => status === 409).length, 199)

  const at = statuses.indexOf(200)
  const { receipt } = (await answers[at]!.json()) as { receipt: string }
  const key = { 'Idempotency-Key': `request ${at}` }
  const again = await Promise.all([0, 1].map((one) => both.ask(one, `/v1/challenges/${id}/consume`, {}, key)))
  for (const one of again) assert.equal(((await one.json()) as { receipt: string }).receipt, receipt)
})

test('a receipt is checked by the keys of every secret that is listed, and by those that were kept when its challenge is gone', {
  skip: withoutPostgres,
  timeout: 60_000,
}, async (t) => {
  const both = await openSideBySide(t)
  const consume = async (id: string) => {
    const answer = await both.ask(0, `/v1/challenges/${id}/consume`, {}, { 'Idempotency-Key': id })
    assert.equal(answer.status, 200)
    return ((await answer.json()) as { receipt: string }).receipt
  }
  await both.startWith([[OLD], [OLD, NEW]])
  const [first, later] = [await approved(both), await approved(both)]
  const old = await consume(first)
  const archived = await keysOn(both, 0)
  // The new key is published before it signs.
  assert.equal((await keysOn(both, 1)).keys.length, 2)

  await both.startWith([
    [NEW, OLD],
    [NEW, OLD],
  ])
  const jwks = await keysOn(both, 1)
  assert.deepEqual(jwks.keys[1], archived.keys[0])
  await verifyReceipt(old, { ...WHO, jwks })
  const fresh = await consume(later)
  await verifyReceipt(fresh, { ...WHO, jwks })
  await assert.rejects(verifyReceipt(fresh, { ...WHO, jwks: archived }), { code: 'unknown_key' })
  // Asked for again it is signed by the new key, and states the same.
  const again = await consume(first)
  const stated = async (receipt: string) => ({
    ...(await verifyReceipt(receipt, { ...WHO, jwks })),
    number_hmac_sha256: '',
  })
  assert.notEqual(again, old)
  assert.deepEqual(await stated(again), await stated(old))

  const [instance] = await both.startWith([[NEW], [NEW]])
  await assert.rejects(verifyReceipt(old, { ...WHO, jwks: await keysOn(both, 0) }), { code: 'unknown_key' })
  await instance!.store.retention.sweep({ person: 0, ledger: 0, webhooks: false })
  assert.equal((await both.ask(0, `/v1/challenges/${first}`)).status, 404)
  assert.equal((await verifyReceipt(old, { ...WHO, jwks: archived })).sub, first)
})
