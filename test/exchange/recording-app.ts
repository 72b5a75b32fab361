// An exchange, and a small app for its carriers to call: the app answers each path as the test says, and records what came.

import { Hono } from 'hono'
import { type CarrierAccounts, createExchange, type ExchangeOptions } from '../../src/exchange/exchange.ts'
import { manualClock } from '../../src/exchange/simulator/clock.ts'

/** `form`: the fields of the body and the query. */
export type ReceivedRequest = {
  path: string
  url: string
  method: string
  headers: Headers
  body: string
  form: Record<string, string>
}
export type Answers = Record<string, string | ((came: ReceivedRequest) => Response | string | Promise<Response>)>

export const APP = 'https://app.example'
export const NUMBER = '+12025550123'
export const FROM = '+12025550199'

export const xmlResponse = (body: string) =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>${body}`, { headers: { 'content-type': 'application/xml' } })

export function recordingApp(companies: CarrierAccounts, answers: Answers, options: Partial<ExchangeOptions> = {}) {
  const received: ReceivedRequest[] = []
  const us = new Hono()
  us.all('*', async (c) => {
    const { path, url, method } = c.req
    const body = await c.req.text()
    const form = { ...Object.fromEntries(new URLSearchParams(body)), ...c.req.query() }
    const came = { path, url, method, headers: c.req.raw.headers, body, form }
    received.push(came)
    const answer = answers[path]
    if (answer === undefined) return c.body(null, 204)
    const given = typeof answer === 'string' ? answer : await answer(came)
    return typeof given === 'string' ? xmlResponse(given) : given
  })

  const clock = manualClock()
  const phones = createExchange({
    carriers: companies,
    fetch: async (request) => us.request(request),
    clock,
    speed: Number.POSITIVE_INFINITY,
    phoneTimeoutMs: 30_000,
    ...options,
  })

  return {
    clock,
    phones,
    phone: phones.phone(NUMBER),
    received,
    /** What came to a path, in order. */
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

export const formOf = ({ body }: ReceivedRequest) => Object.fromEntries(new URLSearchParams(body))
