import { Answerback } from '@answerback/client'
import { serve } from '@hono/node-server'
import { loginApp } from './login-app.ts'

const {
  ANSWERBACK_URL = 'http://localhost:3000',
  ANSWERBACK_KEY = '',
  PHONE = '+17015550101',
  PORT = '8080',
} = process.env

const answerback = new Answerback({ baseUrl: ANSWERBACK_URL, key: ANSWERBACK_KEY })
const app = loginApp(answerback, ANSWERBACK_URL, async (name, password) =>
  name === 'ada' && password === 'engine-1843' ? PHONE : null,
)
serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`http://localhost:${port}: ada, engine-1843`)
})
