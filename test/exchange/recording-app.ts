// A small app for the exchange to call: it answers each path with what the test gave, and keeps what it was sent.

import { Hono } from 'hono'
import { createExchange, type ExchangeOptions } from '../../src/exchange/exchange.ts'
import { manualClock } from '../../src/exchange/simulator/clock.ts'

export type Received = { path: string; url: string; headers: Headers; form: Record<string, string> }
type Answer = string | ((form: Record<string, string>) => Response | Promise<Response> | string)

export const ACCOUNT = { accountSid: `AC${'0'.repeat(31)}1`, authToken: 'a-token' }
export const APP = 'https://app.example'
export const NUMBER = '+12025550123'

export const xml = (body: string) =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>${body}`, { headers: { 'content-type': 'text/xml' } })

export function world(answers: Record<string, Answer> = {}, options: Partial<ExchangeOptions> = {}) {
  const received: Received[] = []
  const us = new Hono()
  us.all('*', async (c) => {
    const form = Object.fromEntries(new URLSearchParams(await c.req.text()))
    const path = c.req.path
    received.push({ path, url: c.req.url, headers: c.req.raw.headers, form: { ...form, ...c.req.query() } })
    const answer = answers[path]
    if (answer === undefined) return c.body(null, 204)
    const given = typeof answer === 'string' ? answer : await answer(form)
    return typeof given === 'string' ? xml(given) : given
  })

  const clock = manualClock()
  const phones = createExchange({
    carriers: { twilio: ACCOUNT },
    fetch: async (request) => us.request(request),
    clock,
    speed: Number.POSITIVE_INFINITY,
    phoneTimeoutMs: 500,
    ...options,
  })
  const authorization = `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}`
  const rest = (method: 'GET' | 'POST', path: string, form?: [string, string][] | Record<string, string>) =>
    phones.app.request(`/2010-04-01/Accounts/${ACCOUNT.accountSid}/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: form ? new URLSearchParams(form).toString() : null,
    })

  return {
    clock,
    phones,
    phone: phones.phone(NUMBER),
    received,
    rest,
    /** What came to a path, as the values of one parameter. */
    came: (path: string, name: string) => received.filter((one) => one.path === path).map((one) => one.form[name]),
    async place(extra: Record<string, string> = {}): Promise<string> {
      const form: [string, string][] = Object.entries({
        To: NUMBER,
        From: '+12025550199',
        Url: `${APP}/answer?d=1`,
        StatusCallback: `${APP}/status?d=1`,
        ...extra,
      })
      for (const event of ['initiated', 'ringing', 'answered', 'completed']) form.push(['StatusCallbackEvent', event])
      const response = await rest('POST', 'Calls.json', form)
      const call = (await response.json()) as { sid: string; message?: string }
      if (response.status !== 201) throw new Error(`${response.status}: ${call.message}`)
      return call.sid
    },
  }
}
