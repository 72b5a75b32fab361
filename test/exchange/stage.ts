// Any company of the exchange, and a small app for it to call: each path is answered with what the test gave, and what
// came is kept.

import { Hono } from 'hono'
import { type CarrierAccounts, createExchange, type ExchangeOptions } from '../../src/exchange/exchange.ts'
import { manualClock } from '../../src/exchange/simulator/clock.ts'

export type Came = { path: string; url: string; method: string; headers: Headers; body: string }
export type Answers = Record<string, string | ((came: Came) => Response | string | Promise<Response>)>

export const APP = 'https://app.example'
export const NUMBER = '+12025550123'
export const FROM = '+12025550199'

export const document = (body: string) =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>${body}`, { headers: { 'content-type': 'application/xml' } })

export function stage(companies: CarrierAccounts, answers: Answers, options: Partial<ExchangeOptions> = {}) {
  const received: Came[] = []
  const us = new Hono()
  us.all('*', async (c) => {
    const { path, url, method } = c.req
    const came = { path, url, method, headers: c.req.raw.headers, body: await c.req.text() }
    received.push(came)
    const answer = answers[path]
    if (answer === undefined) return c.body(null, 204)
    const given = typeof answer === 'string' ? answer : await answer(came)
    return typeof given === 'string' ? document(given) : given
  })

  const clock = manualClock()
  const phones = createExchange({
    carriers: companies,
    fetch: async (request) => us.request(request),
    clock,
    speed: Number.POSITIVE_INFINITY,
    phoneTimeoutMs: 500,
    ...options,
  })

  return {
    clock,
    phones,
    phone: phones.phone(NUMBER),
    received,
    /** What came to a path, the first first. */
    at: (path: string) => received.filter((one) => one.path === path),
    /** A request to the company's API, as `user:password` unless there is none. */
    async ask(method: string, path: string, body: object | null, credentials: string | null) {
      const isForm = body instanceof URLSearchParams
      const response = await phones.app.request(path, {
        method,
        headers: {
          ...(credentials !== null && { authorization: `Basic ${btoa(credentials)}` }),
          'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        },
        body: body === null ? null : isForm ? body.toString() : JSON.stringify(body),
      })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        json: text.startsWith('{') ? JSON.parse(text) : null,
      }
    },
  }
}

export const fields = ({ body }: Came) => Object.fromEntries(new URLSearchParams(body))
