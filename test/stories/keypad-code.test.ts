import assert from 'node:assert/strict'
import { stage } from './story.ts'

const story = stage()
const WANTED = { flow: 'keypad_code' }

story('the code on the page is keyed on the phone', async ({ verify, calm }) => {
  const login = await verify(WANTED)
  const { display_code } = login.created
  await login.phone.answers()
  await login.phone.hears(/^This is Acme\. Enter the six digit code on your screen\./)
  await login.phone.keys(display_code)
  await login.phone.hears(/confirmed\. Goodbye\./)
  await login.ends('approved', 'code_matched')
  await calm()
  assert.deepEqual(await login.results(), ['delivered'])
  assert.equal('display_code' in (await login.now()), false)
})

story('a wrong code is called wrong, and the next may be right', async ({ verify }) => {
  const login = await verify({ ...WANTED, details: 'Add a new device' })
  await login.phone.answers()
  await login.phone.hears(/This is Acme\. Add a new device\. Enter the six digit code/)
  await login.phone.keys(await login.wrongCode())
  await login.phone.hears(/Sorry, that code was not right\. Please try again\. Add a new device\. Enter/)
  assert.equal((await login.now()).attempts_left, 4)
  await login.phone.keys(login.created.display_code)
  await login.ends('approved', 'code_matched')
})

story('wrong codes use up the attempts', async ({ verify }) => {
  const login = await verify(WANTED)
  await login.phone.answers()
  for (let guess = 0; guess < 5; guess++) await login.phone.keys(await login.wrongCode())
  await login.phone.hears(/too many wrong codes\. Goodbye\./)
  await login.ends('denied', 'too_many_attempts')
  assert.equal((await login.now()).attempts_left, 0)
})

story('hanging up costs no attempt, and what was entered before stays spent', async ({ verify }) => {
  const login = await verify(WANTED)
  await login.phone.answers()
  for (let guess = 0; guess < 2; guess++) await login.phone.keys(await login.wrongCode())
  await login.phone.hears(/not right.*not right/)
  await login.phone.hangsUp()
  await login.endsHungUp()
  assert.equal((await login.now()).attempts_left, 3)
})

story('an incomplete entry costs no attempt', async ({ verify, pass }) => {
  const login = await verify(WANTED)
  await login.phone.answers()
  await login.phone.keys('12#')
  await login.phone.hears(/not right\. Please try again/)
  await login.phone.keys('123')
  await pass(10)
  await login.phone.hears(/not right\. Please try again/)
  assert.equal((await login.now()).attempts_left, 5)
  await login.phone.keys(login.created.display_code)
  await login.ends('approved', 'code_matched')
})

story('star repeats, and the code may still be keyed', async ({ verify }) => {
  const login = await verify(WANTED)
  await login.phone.answers()
  await login.phone.hears(/Enter the six digit code/)
  await login.phone.keys('*#')
  await login.phone.hears(/This is Acme\. Enter the six digit code/)
  await login.phone.keys(login.created.display_code)
  await login.ends('approved', 'code_matched')
})

story('a silence is asked about, and three end the call', async ({ verify, pass }) => {
  const login = await verify(WANTED)
  await login.phone.answers()
  await pass(10)
  await login.phone.hears(/Sorry, we did not hear a key\. This is Acme\. Enter/)
  await pass(10)
  await pass(10)
  await login.phone.hears(/We did not get an answer\. Goodbye\./)
  await login.ends('undelivered', 'no_input')
})

story('the API refuses to check a code that is keyed on the phone', async ({ server, verify }) => {
  const login = await verify(WANTED)
  const { status } = await server.ask('POST', `/v1/challenges/${login.id}/check`, { code: login.created.display_code })
  assert.equal(status, 409)
  await login.stays()
  await login.cancel()
})

story('the finish key after the last digit is no miss, however often', async ({ verify, calm }) => {
  const login = await verify({ flow: 'keypad_code' })
  await login.phone.answers()
  for (let guess = 0; guess < 4; guess++) {
    await login.phone.keys(`${await login.wrongCode()}#`)
    await calm()
  }
  assert.equal((await login.now()).attempts_left, 1)
  await login.phone.keys(login.created.display_code)
  await login.ends('approved', 'code_matched')
})
