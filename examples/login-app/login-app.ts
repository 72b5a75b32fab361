import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Answerback } from '@answerback/client'
import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { csrf } from 'hono/csrf'
import { formPage, waitingPage, welcomePage } from './pages.ts'

/** Your own table of users: the phone on file, once the password is right. */
export type Accounts = (name: string, password: string) => Promise<string | null>

const COOKIE = { httpOnly: true, sameSite: 'Lax', path: '/' } as const
const ELEMENT = readFileSync(fileURLToPath(import.meta.resolve('@answerback/elements')))

export function loginApp(answerback: Answerback, answerbackUrl: string, phoneOf: Accounts): Hono {
  const waiting = new Map<string, { name: string; challenge: string }>()
  const signedIn = new Map<string, string>()
  const app = new Hono().use(csrf())
  app.get('/element.js', (c) => c.body(ELEMENT, 200, { 'content-type': 'text/javascript' }))
  app.get('/', (c) => {
    const name = signedIn.get(getCookie(c, 'session') ?? '')
    return c.html(name === undefined ? formPage() : welcomePage(name))
  })
  app.post('/login', async (c) => {
    const { name, password } = await c.req.parseBody()
    const to = await phoneOf(String(name), String(password))
    if (to === null) return c.html(formPage('Name and password do not match.'), 403)
    const challenge = await answerback.create({ to, flow: 'approve', scope: 'login' }).catch(() => null)
    if (challenge === null) return c.html(formPage('We cannot call you now. Please try again later.'), 503)
    const id = randomUUID()
    waiting.set(id, { name: String(name), challenge: challenge.id })
    setCookie(c, 'session', id, COOKIE)
    return c.html(waitingPage(challenge, answerbackUrl))
  })
  app.post('/finish', async (c) => {
    const id = getCookie(c, 'session') ?? ''
    const login = waiting.get(id)
    // What the page says proves nothing, so Answerback is asked. Of two requests at once, one deletes the entry.
    const ended = login && (await answerback.get(login.challenge).catch(() => null))
    if (!login || ended?.status !== 'approved' || !waiting.delete(id)) return c.redirect('/', 303)
    const session = randomUUID()
    signedIn.set(session, login.name)
    setCookie(c, 'session', session, COOKIE)
    return c.redirect('/', 303)
  })
  return app
}
