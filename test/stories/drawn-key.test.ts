// APPROVE_KEY=drawn: the key that approves is drawn for each call, which names it.

import assert from 'node:assert/strict'
import { as } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { hearApproveKey } from '../support/phone-helpers.ts'
import { later } from './later.ts'
import { stage } from './story.ts'

const story = stage({ policy: { gate: true, drawnKey: true } })
const WANTED = { flow: 'approve', scope: 'transfer' }

story('the key that the call names approves', async ({ verify }) => {
  const transfer = await verify(WANTED)
  await transfer.phone.answers()
  const said = await transfer.phone.hears(
    /To approve, press [2-8]\. If this was not you, press 9\. Any other key refuses\.$/,
  )
  await transfer.phone.keys(/[2-8]/.exec(said)![0])
  await transfer.phone.hears(/confirmed\. Goodbye\./)
  await transfer.ends('approved', 'key_pressed')
})

story('1 refuses as any other key does', async ({ verify }) => {
  const transfer = await verify(WANTED)
  await transfer.phone.answers()
  await hearApproveKey(transfer.phone)
  await transfer.phone.keys('1')
  await transfer.ends('denied', 'rejected')
})

story('9 reports fraud, and star says the same key again', async ({ verify }) => {
  const transfer = await verify(WANTED)
  await transfer.phone.answers()
  const key = await hearApproveKey(transfer.phone)
  await transfer.phone.keys('*')
  await transfer.phone.hears(new RegExp(`press ${key}\\. If`))
  await transfer.phone.keys('9')
  await transfer.ends('denied', 'fraud_reported')
})

story('the key and a hang-up at once approve, though the end of the call comes first', async ({ server, verify }) => {
  server.phones.injectFaults({ documents: { keysAfterEnd: true } })
  const transfer = await verify(WANTED)
  await transfer.phone.answers()
  const key = await hearApproveKey(transfer.phone)
  await transfer.phone.keys(key)
  await transfer.phone.hangsUp()
  await transfer.ends('approved', 'key_pressed')
})

story(
  'each call draws a key of its own, in all the keys from 2 to 8',
  async ({ server, verify, calm }) => {
    const { secrets } = server.challenges
    const transfer = await verify(WANTED)
    await transfer.phone.answers()
    const first = await hearApproveKey(transfer.phone)
    const record = await transfer.stored()
    assert.equal(secrets.approveKey(record, record.challenge.deliveries[0]!.id), first)
    const keys = Array.from({ length: 200 }, (_, call) => secrets.approveKey(record, `dlv_${call}`))
    assert.deepEqual([...new Set(keys)].toSorted(), ['2', '3', '4', '5', '6', '7', '8'])
    await calm()
    await later(server, transfer.id, 1)
    await transfer.cancel()
  },
  { skip: withoutPostgres },
)

story('the page is told that the key is drawn, and never which', async ({ server, verify }) => {
  const [transfer, login] = [await verify(WANTED), await verify({ flow: 'keypad_code' })]
  const page = async ({ id, created }: typeof transfer) =>
    (await server.ask('GET', `/v1/challenges/${id}`, undefined, as(created.page_token))).json
  const seen = await page(transfer)
  assert.equal((seen as { key_drawn?: boolean }).key_drawn, true)
  assert.ok(!('key_drawn' in (await page(login))))
  assert.ok(!('key_drawn' in (await transfer.now())))
  await transfer.cancel()
  await login.cancel()
})
