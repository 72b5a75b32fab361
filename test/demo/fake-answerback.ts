// Answerback as far as the demo uses its contract, and browsers.

import { after } from 'node:test'
import { Hono } from 'hono'
import type { Challenge, ChallengeRequest, CreatedChallenge, Factor, Outcome } from '../../src/client/client.ts'
import { demo } from '../../src/demo/demo.ts'

const API_KEY = 'the-api-key'
export const CODE = '481516'
export const FACTOR_CODE = '123456'

type Refusal = { status: number; code: string; detail?: string; errors?: object[] }

export class FakeAnswerback {
  created: ChallengeRequest[] = []
  checked: string[] = []
  redelivered: string[] = []
  canceled: string[] = []
  consumed: { id: string; body: unknown }[] = []
  factors: Factor[] = []
  refusal: Refusal | null = null
  away = false
  #challenges: CreatedChallenge[] = []
  #app = new Hono()
  #waits: (() => void)[] = []
  #closed = false

  constructor() {
    this.#addPageRoutes()
    this.#addFactorRoutes()
    this.#app.post('/v1/challenges', async (c) => {
      const request: ChallengeRequest = await c.req.json()
      this.created.push(request)
      const challenge = this.#place(request)
      return c.json(challenge, 201)
    })
    this.#app.get('/v1/challenges/:id', async (c) => {
      if (c.req.query('wait') && this.#find(c.req.param('id')).status === 'pending')
        await new Promise<void>((resolve) => this.#waits.push(resolve))
      if (this.#closed) return c.json({ code: 'not_found' }, 404)
      return c.json(withoutSecrets(this.#find(c.req.param('id'))))
    })
    this.#app.post('/v1/challenges/:id/check', async (c) => {
      const challenge = this.#find(c.req.param('id'))
      const { code } = await c.req.json()
      const valid = code === CODE && challenge.status === 'pending'
      this.checked.push(code)
      if (valid) this.end({ status: 'approved', reason: 'code_matched' })
      else challenge.attempts_left -= 1
      const { status, reason, attempts_left } = this.#find(challenge.id)
      return c.json({ valid, status, reason, attempts_left })
    })
  }

  #addPageRoutes() {
    this.#app.post('/v1/challenges/:id/consume', async (c) => {
      const id = c.req.param('id')
      if (this.consumed.some((one) => one.id === id)) return c.json({ code: 'conflict', detail: 'Consumed.' }, 409)
      this.consumed.push({ id, body: await c.req.json() })
      return c.json({ receipt: `header.${id}.signature`, number_key: 'key', consumed_at: new Date().toISOString() })
    })
    this.#app.post('/v1/challenges/:id/cancel', (c) => {
      this.canceled.push(c.req.param('id'))
      this.end({ status: 'canceled', reason: 'canceled' })
      return c.json(withoutSecrets(this.#find(c.req.param('id'))))
    })
    this.#app.post('/v1/challenges/:id/deliveries', async (c) => {
      this.redelivered.push((await c.req.json()).channel)
      return c.json(withoutSecrets(this.#find(c.req.param('id'))), 201)
    })
  }

  /** Every factor takes `FACTOR_CODE`, and each recovery code once. */
  #addFactorRoutes() {
    this.#app.get('/v1/factors', (c) =>
      c.json({ factors: this.factors.filter(({ subject }) => subject === c.req.query('subject')) }),
    )
    this.#app.post('/v1/factors', async (c) => {
      const { type, subject } = await c.req.json()
      const isApp = type === 'totp'
      const factor: Factor = {
        ...{ id: `fct_${this.factors.length + 1}`, type, subject, label: null, codes_left: isApp ? null : 10 },
        ...{ status: isApp ? 'pending' : 'confirmed', created_at: '', confirmed_at: null },
        ...{ last_used_at: null, locked_until: null },
      }
      this.factors.push(factor)
      const told = isApp
        ? { secret: 'JBSWY3DP', otpauth_url: 'otpauth://x', qr_svg: '<svg></svg>' }
        : { codes: ['ABCD-EFGH'] }
      return c.json({ ...factor, ...told }, 201)
    })
    for (const act of ['confirm', 'check'] as const) {
      this.#app.post(`/v1/factors/:id/${act}`, async (c) => {
        const factor = this.factors.find(({ id }) => id === c.req.param('id'))!
        const { code } = await c.req.json()
        const valid =
          code === FACTOR_CODE || (factor.type === 'recovery_codes' && code === 'ABCD-EFGH' && factor.codes_left === 10)
        if (valid && act === 'confirm') factor.status = 'confirmed'
        if (valid && factor.codes_left !== null) factor.codes_left -= 1
        const reason = valid ? 'code_matched' : 'wrong_code'
        return c.json({ valid, reason, status: factor.status, attempts_left: valid ? 5 : 4, locked_until: null })
      })
    }
    this.#app.delete('/v1/factors/:id', (c) => {
      this.factors = this.factors.filter(({ id }) => id !== c.req.param('id'))
      return c.body(null, 204)
    })
  }

  fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (this.away) throw new TypeError('connection refused')
    const key = new Headers(init.headers).get('authorization')
    if (key !== `Bearer ${API_KEY}`) return Response.json({ code: 'unauthorized' }, { status: 401 })
    if (this.refusal) return Response.json(this.refusal, { status: this.refusal.status })
    return this.#app.request(url, init)
  }

  /** Answers the reads that wait for an outcome. */
  releaseWaits() {
    for (const release of this.#waits.splice(0)) release()
  }

  /** Knows no challenge any more, so that no one waits for it. */
  close() {
    this.#closed = true
    this.releaseWaits()
  }

  get last(): CreatedChallenge {
    return this.#challenges.at(-1)!
  }

  change(changes: Partial<Challenge>) {
    const last = this.#challenges.pop()!
    this.#challenges.push({ ...last, ...changes, version: last.version + 1 } as CreatedChallenge)
  }

  end(outcome: Outcome) {
    this.change({ ...outcome, ended_at: new Date().toISOString() })
  }

  #find(id: string): CreatedChallenge {
    return this.#challenges.find((challenge) => challenge.id === id)!
  }

  #place({
    to,
    flow = 'send_code',
    scope = 'login',
    locale = 'en-US',
    details = null,
    channel = 'call',
  }: ChallengeRequest) {
    const created_at = new Date().toISOString()
    const number = this.#challenges.length + 1
    const challenge: CreatedChallenge = {
      id: `chl_${number}`,
      ...{ status: 'pending', reason: null, ended_at: null },
      ...{
        flow,
        scope,
        locale,
        details,
        created_at,
        expires_at: new Date(Date.now() + 300_000).toISOString(),
        version: 1,
        attempts_left: 5,
      },
      to: `+1••••••${to.slice(-4)}`,
      deliveries: [{ id: `dlv_${number}`, carrier: 'twilio', channel, state: 'placing', result: null, created_at }],
      metadata: {},
      page_token: `pgt_${number}`,
      ...(flow === 'keypad_code' && { display_code: CODE }),
    }
    this.#challenges.push(challenge)
    return challenge
  }
}

function withoutSecrets({ page_token: _, display_code: __, ...challenge }: CreatedChallenge): Challenge {
  return challenge
}

const opened: FakeAnswerback[] = []

// A wait that no test has released would keep the process alive until the client gives it up.
after(() => {
  for (const far of opened) far.close()
})

export function bank() {
  const far = new FakeAnswerback()
  opened.push(far)
  const app = new Hono().route(
    '/demo',
    demo({ answerbackUrl: 'http://answerback.test', apiKey: API_KEY, regions: ['US'], fetch: far.fetch }),
  )
  // The server in which it is mounted answers what is thrown with a 500.
  app.onError(() => new Response(null, { status: 500 }))
  return { far, app, browser: () => new Browser(app) }
}

/** Keeps its cookie and says where its forms come from, as browsers do. */
export class Browser {
  readonly #cookies = new Map<string, string>()
  #app: Hono

  constructor(app: Hono) {
    this.#app = app
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  set cookie(text: string) {
    this.#cookies.clear()
    for (const [name = '', value = ''] of text.split('; ').map((one) => one.split('='))) this.#cookies.set(name, value)
  }

  get(path: string) {
    return this.#send(path, { headers: { 'sec-fetch-site': 'same-origin' } })
  }

  post(path: string, form: Record<string, string> = {}, headers: Record<string, string> = OWN_PAGE) {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(form), headers })
  }

  /** The password, then the form of the second factor. Gives the answer to the last of them. */
  async signIn({ user = 'ada', password = 'engine-1843', ...form }: Record<string, string> = {}) {
    const first = await this.post('/demo/sign-in', { user, password })
    if (first.headers.get('location') !== '/demo/second-factor') return first
    return this.post('/demo/second-factor', { number: '+1 202 555-0123', ...form })
  }

  async #send(path: string, init: RequestInit) {
    const headers = new Headers(init.headers)
    if (this.#cookies.size > 0) headers.set('cookie', this.cookie)
    const response = await this.#app.request(`http://bank.test${path}`, { ...init, headers })
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';')[0]!.split('=')
      this.#cookies.set(name, value)
    }
    return response
  }
}

export const OWN_PAGE = { origin: 'http://bank.test', 'sec-fetch-site': 'same-origin' }
