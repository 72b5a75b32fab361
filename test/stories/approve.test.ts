import assert from 'node:assert/strict'
import { stage } from './story.ts'

const story = stage()
const WANTED = { flow: 'approve', scope: 'transfer', details: 'Transfer 250 euros to Ada Byron' }

story('1 approves', async ({ verify }) => {
  const transfer = await verify(WANTED)
  await transfer.phone.answers()
  await transfer.phone.hears(/^This is Acme\. Transfer 250 euros to Ada Byron\. To approve, press 1\./)
  await transfer.phone.keys('1')
  await transfer.phone.hears(/confirmed\. Goodbye\./)
  await transfer.ends('approved', 'key_pressed')
  assert.deepEqual(await transfer.results(), ['delivered'])
})

for (const key of ['2', '#', '0']) {
  story(`${key} refuses`, async ({ verify }) => {
    const transfer = await verify(WANTED)
    await transfer.phone.answers()
    await transfer.phone.keys(key)
    await transfer.phone.hears(/You have refused this request\. Goodbye\./)
    await transfer.ends('denied', 'rejected')
  })
}

story('9 reports fraud', async ({ verify }) => {
  const transfer = await verify(WANTED)
  await transfer.phone.answers()
  await transfer.phone.keys('9')
  await transfer.phone.hears(/The request has been stopped\. Goodbye\./)
  await transfer.ends('denied', 'fraud_reported')
})

story('star repeats the question, five times', async ({ verify }) => {
  const transfer = await verify({ ...WANTED, details: null })
  await transfer.phone.answers()
  for (let repeat = 0; repeat < 5; repeat++) {
    await transfer.phone.keys('*')
    await transfer.phone.hears(/This is Acme\. Someone is asking to make a transfer\./)
  }
  await transfer.stays()
  await transfer.phone.keys('1')
  await transfer.ends('approved', 'key_pressed')
})

story('three silences are no_input, not a refusal', async ({ verify, pass }) => {
  const transfer = await verify(WANTED)
  await transfer.phone.answers()
  for (let silence = 0; silence < 3; silence++) await pass(8)
  await transfer.phone.hears(/did not hear a key.*did not hear a key.*We did not get an answer\. Goodbye\./)
  await transfer.ends('undelivered', 'no_input')
})

story('hanging up is not a refusal', async ({ verify }) => {
  const transfer = await verify(WANTED)
  await transfer.phone.answers()
  await transfer.phone.hears(/press 1/)
  await transfer.phone.hangsUp()
  await transfer.endsHungUp()
})
