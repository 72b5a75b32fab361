import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Answerback } from '@answerback/client'
import { Exchange } from '@answerback/testing'
import { loginApp } from './login-app.ts'

const { ANSWERBACK_URL = 'http://localhost:3000', ANSWERBACK_KEY = '' } = process.env
const exchange = new Exchange(ANSWERBACK_URL)
const answerback = new Answerback({ baseUrl: ANSWERBACK_URL, key: ANSWERBACK_KEY })

test('the right password and the phone let a person in', async () => {
  const { phone, post, home } = await visitor()
  assert.equal((await post('/login', { name: 'ada', password: 'right' })).status, 200)
  await phone.answers()
  await phone.heard(/asking to log in/)
  await phone.press('1')
  await phone.ends()
  await post('/finish')
  assert.match(await home(), /Welcome, ada/)
})

test('a refusal on the phone keeps the account shut, whatever the page says', async () => {
  const { phone, post, home } = await visitor()
  await post('/login', { name: 'ada', password: 'right' })
  await post('/finish')
  assert.doesNotMatch(await home(), /Welcome/)
  await phone.answers()
  await phone.press('2')
  await phone.ends()
  await post('/finish')
  assert.doesNotMatch(await home(), /Welcome/)
})

test('a wrong password calls nobody', async () => {
  const { phone, post } = await visitor()
  assert.equal((await post('/login', { name: 'ada', password: 'wrong' })).status, 403)
  assert.deepEqual(await phone.calls(), [])
})

after(async () => assert.deepEqual(await exchange.violations(), []))

/** A browser at the app, and the phone of its only account. */
async function visitor() {
  const phone = await exchange.phone()
  const app = loginApp(answerback, ANSWERBACK_URL, async (_, password) => (password === 'right' ? phone.number : null))
  let cookie = ''
  return {
    phone,
    async post(path: string, fields: Record<string, string> = {}) {
      const headers = { cookie, origin: 'http://localhost' }
      const response = await app.request(path, { method: 'POST', body: new URLSearchParams(fields), headers })
      cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
      return response
    },
    home: async () => (await app.request('/', { headers: { cookie } })).text(),
  }
}
