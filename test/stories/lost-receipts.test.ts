// Receipts that came while the database was away, of carriers that send a receipt once: the message is looked up.

import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { noFaults } from '../../src/exchange/simulator/fault-injection.ts'
import type { Receipt } from '../../src/exchange/simulator/message.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { later } from './later.ts'

for (const carrier of ['twilio', 'signalwire', 'plivo'] as const) {
  describe(`${carrier}: a receipt that came while the database was away`, { skip: withoutPostgres }, () => {
    let server: Server
    before(async () => {
      server = await startServer({}, [carrier])
    })
    after(() => server.stop())
    afterEach(() => server.phones.injectFaults(noFaults()))

    async function textWithLostReceipts(receipt: Receipt, wanted: object = {}) {
      const to = nextNumber()
      const phone = server.phones.phone(to)
      phone.reports(receipt)
      server.phones.injectFaults({ status: { delay: 5000 } })
      const { json } = await server.create({ to, channel: 'sms', ...wanted })
      const { find, save } = server.store.challenges
      const away = () => Promise.reject(new DatabaseUnavailable('away'))
      Object.assign(server.store.challenges, { find: away, save: away })
      try {
        await server.clock.advance(10_000)
        await server.phones.settled()
      } finally {
        Object.assign(server.store.challenges, { find, save })
      }
      server.phones.injectFaults(noFaults())
      const challenge = async () => (await server.ask('GET', `/v1/challenges/${json.id}`)).json
      assert.equal((await challenge()).deliveries[0]!.state, 'sent')
      return { id: json.id as ChallengeId, phone, challenge }
    }

    const lookups = () =>
      server.phones.httpLog.filter(({ method, url }) => method === 'GET' && /Message/.test(url)).length

    test('the text that was delivered is found to be', async () => {
      const { id, phone, challenge } = await textWithLostReceipts('delivered')
      await later(server, id, 31)
      const { status, deliveries } = await challenge()
      assert.deepEqual([status, deliveries[0]!.state, deliveries[0]!.result], ['pending', 'ended', 'delivered'])
      assert.equal(phone.messages.length, 1)
    })

    test('the text that was not delivered ends the challenge, with what the carrier names', async () => {
      const { id, challenge } = await textWithLostReceipts('unreachable')
      await later(server, id, 31)
      const { status, reason, deliveries } = await challenge()
      assert.deepEqual([status, reason, deliveries[0]!.cause], ['undelivered', 'unreachable', 'handset_off'])
    })

    test('no call is made to a person whose text has arrived', async () => {
      const { id, phone, challenge } = await textWithLostReceipts('delivered', { fallback: ['call'] })
      await later(server, id, 31)
      await server.challenges.stop()
      assert.deepEqual(
        (await challenge()).deliveries.map(({ result }) => result),
        ['delivered'],
      )
      assert.equal(phone.calls.length, 0)
    })

    test('a text of which the carrier knows no more is asked about three times', async () => {
      const { id, challenge } = await textWithLostReceipts('none')
      const before = lookups()
      for (const seconds of [30, 90, 210]) await later(server, id, seconds)
      const { status, deliveries } = await challenge()
      assert.deepEqual([status, deliveries[0]!.state], ['pending', 'sent'])
      const record = await server.store.challenges.find(id)
      assert.deepEqual(record!.challenge.deliveries[0]!.progress, { state: 'sent', lookups: 3 })
      assert.equal(lookups() - before, 3)
    })
  })
}
