// POLICY: what a named standard forbids is refused at the creation, with the clause, and nobody is called.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { PolicyName } from '../../src/guard/policy.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { later } from './later.ts'

const REFUSED: Record<PolicyName, [wanted: object, detail: RegExp][]> = {
  standard: [],
  asvs: [
    [{ code_length: 5 }, /^POLICY=asvs wants codes of 6 digits or more \(ASVS 5\.0, 6\.5\.4\)\.$/],
    [{ flow: 'keypad_code', code_length: 5 }, /ASVS 5\.0, 6\.5\.4/],
    [{ flow: 'approve' }, /^POLICY=asvs allows approve only with APPROVE_KEY=drawn: .* \(ASVS 5\.0, 6\.6\.2\)\.$/],
    [{ flow: 'approve', shared_phrase: true }, /APPROVE_KEY=drawn/],
  ],
  nist: [
    [{ code_length: 5 }, /^POLICY=nist wants codes of 6 digits or more \(SP 800-63B-4, 3\.1\.3\.2\)\.$/],
    [{ channel: 'sms', code_length: 5 }, /SP 800-63B-4, 3\.1\.3\.2/],
    [{ flow: 'keypad_code' }, /^POLICY=nist allows only send_code: .* \(SP 800-63B-4, 3\.1\.3\.1\)\.$/],
    [{ flow: 'approve' }, /SP 800-63B-4, 3\.1\.3\.1/],
  ],
}

const TAKEN: Record<PolicyName, object[]> = {
  standard: [{ code_length: 4 }, { flow: 'keypad_code', code_length: 4 }, { flow: 'approve' }],
  asvs: [{ code_length: 6 }, { channel: 'sms' }, { flow: 'keypad_code', code_length: 6 }],
  nist: [{ code_length: 6, expires_in: 600 }, { channel: 'sms' }],
}

for (const policyName of ['standard', 'asvs', 'nist'] as const)
  describe(`POLICY=${policyName}`, () => {
    let server: Server
    before(async () => {
      server = await startServer({ policyName })
    })
    after(() => server.stop())

    for (const [wanted, detail] of REFUSED[policyName])
      test(`${JSON.stringify(wanted)} is refused, and nobody is called`, async () => {
        const to = nextNumber()
        const { status, json } = await server.ask('POST', '/v1/challenges', { to, ...wanted })
        assert.deepEqual([status, json.code], [403, 'policy'])
        assert.match(json.detail, detail)
        assert.deepEqual(server.phones.phone(to).calls, [])
      })

    for (const wanted of TAKEN[policyName])
      test(`${JSON.stringify(wanted)} is taken`, async () => {
        const { status, json } = await server.create(wanted)
        assert.equal(status, 201, json.detail)
      })

    test('no policy lets a challenge live for more than ten minutes', async () => {
      const { status } = await server.create({ expires_in: 601 })
      assert.equal(status, 422)
    })

    const code = { asvs: '6.5.4', nist: '3.1.3.2', standard: null }[policyName]
    test('a challenge that was made before the policy was set', { skip: withoutPostgres }, async () => {
      const { json: created } = await server.create({ channel: 'sms' })
      await server.calm()
      await later(server, created.id, 60)
      await server.query('update challenges set code_length = 4 where id = $1', [created.id])
      const again = await server.ask('POST', `/v1/challenges/${created.id}/deliveries`, { channel: 'sms' })
      assert.equal(again.status, code === null ? 201 : 403, again.json.detail)
      if (code !== null) assert.match(again.json.detail, new RegExp(code))
    })

    test('a fallback of such a challenge', { skip: withoutPostgres }, async () => {
      const to = nextNumber()
      const { json: created } = await server.create({ to, fallback: ['sms'] })
      const phone = server.phones.phone(to)
      await server.calm()
      await server.query('update challenges set code_length = 4, version = version + 1 where id = $1', [created.id])
      await phone.declines()
      await server.calm()
      const { status, deliveries } = (await server.ask('GET', `/v1/challenges/${created.id}`)).json
      const isFree = code === null
      assert.deepEqual([status, deliveries.length], isFree ? ['pending', 2] : ['undelivered', 1])
      const { events } = (await server.ask('GET', `/v1/challenges/${created.id}/timeline`)).json as unknown as {
        events: { type: string; facts: { why?: string } }[]
      }
      const refused = events.find(({ type }) => type === 'fallback_unavailable')
      assert.equal(refused?.facts.why, isFree ? undefined : 'policy')
    })
  })

describe('POLICY=asvs with APPROVE_KEY=drawn', () => {
  let server: Server
  before(async () => {
    server = await startServer({ policyName: 'asvs', policy: { gate: true, drawnKey: true } })
  })
  after(() => server.stop())

  test('approve is taken with a shared phrase, and refused without', async () => {
    const without = await server.create({ flow: 'approve' })
    assert.deepEqual([without.status, without.json.code], [403, 'policy'])
    assert.match(without.json.detail, /allows approve only with shared_phrase: true \(ASVS 5\.0, 6\.6\.2\)/)
    assert.equal((await server.create({ flow: 'approve', shared_phrase: false })).status, 403)
    const { status, json } = await server.create({ flow: 'approve', shared_phrase: true })
    assert.equal(status, 201, json.detail)
  })
})
