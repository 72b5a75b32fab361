// The exchange's own API, for scripts and for the phones page.

import type { Context } from 'hono'
import { Hono } from 'hono'
import type { ExchangeParts } from '../simulator/exchange-parts.ts'
import { parseFaultPatch } from '../simulator/fault-injection.ts'
import { BEHAVIOURS, type Line, PhoneStateError } from '../simulator/line.ts'
import { RECEIPTS } from '../simulator/message.ts'
import { TEST_NUMBERS } from '../simulator/test-numbers.ts'
import { receiveAppWebhook } from './app-webhooks.ts'
import { liveUpdates, type PageParts } from './live-updates.ts'
import { callView, httpLogView, lineView, messageView, testNumberView, violationView } from './views.ts'

class InvalidRequest extends Error {}

const MAX_ARRANGED = 100

type PhoneAction = 'answer' | 'decline' | 'busy' | 'ignore' | 'voicemail' | 'hangup'

const PHONE_ACTIONS: Record<PhoneAction, (line: Line) => void> = {
  answer: (line) => line.answer(),
  decline: (line) => line.decline(),
  busy: (line) => line.busy(),
  ignore: (line) => line.ignore(),
  voicemail: (line) => line.voicemail(),
  hangup: (line) => line.hangUp(),
}

export function controlApi({ simulator, httpLog, appClient }: ExchangeParts, page: PageParts): Hono {
  const lineOf = (c: Context): Line => {
    const number = c.req.param('number') ?? ''
    if (!/^\+[1-9]\d{6,14}$/.test(number)) throw new InvalidRequest('a number looks like +12025550123')
    return simulator.line(number)
  }
  const change = (c: Context, line: Line, act: () => void) => {
    act()
    simulator.notify({ type: 'line', line })
    return c.json(lineView(line))
  }

  const app = new Hono()
  app.onError((error, c) => {
    if (error instanceof PhoneStateError) return c.json({ error: error.message }, 409)
    if (error instanceof InvalidRequest) return c.json({ error: error.message }, 422)
    throw error
  })
  // Pages of other sites in the same browser are refused.
  app.use(async (c, next) => {
    if (c.req.header('sec-fetch-site') === 'cross-site') return c.json({ error: 'not from another site' }, 403)
    await next()
    c.header('cache-control', 'no-store')
  })

  app.get('/lines', (c) => c.json({ lines: [...simulator.lines.values()].map(lineView) }))
  app.get('/lines/:number', (c) => c.json(lineView(lineOf(c))))
  for (const [verb, act] of Object.entries(PHONE_ACTIONS)) {
    app.post(`/lines/:number/${verb}`, (c) => {
      const line = lineOf(c)
      return change(c, line, () => act(line))
    })
  }
  app.post('/lines/:number/keys', async (c) => {
    const line = lineOf(c)
    const { keys } = await body(c)
    if (typeof keys !== 'string') throw new InvalidRequest('keys must be a string')
    return change(c, line, () => line.pressKeys(keys))
  })
  app.post('/lines/:number/next', async (c) => {
    const line = lineOf(c)
    const { calls, messages } = await body(c)
    return change(c, line, () => {
      if (calls !== undefined) line.nextCalls = choices(calls, BEHAVIOURS)
      if (messages !== undefined) line.nextReceipts = choices(messages, RECEIPTS)
    })
  })

  app.get('/test-numbers', (c) => c.json({ test_numbers: TEST_NUMBERS.map(testNumberView) }))

  app.get('/calls', (c) => c.json({ calls: simulator.calls.map(callView).reverse() }))
  app.get('/calls/:id', (c) => {
    const call = simulator.calls.find((one) => one.id === c.req.param('id'))
    return call ? c.json(callView(call)) : c.json({ error: 'no such call' }, 404)
  })
  app.get('/messages', (c) => {
    const to = c.req.query('to')
    return c.json({
      messages: simulator.messages
        .filter((one) => !to || one.to === to)
        .map(messageView)
        .reverse(),
    })
  })
  app.get('/wire', (c) => {
    const call = c.req.query('call')
    return c.json({
      wire: httpLog.entries
        .filter((one) => !call || one.callId === call)
        .map(httpLogView)
        .reverse(),
    })
  })
  app.post('/wire/:id/replay', async (c) => {
    const entry = httpLog.entries.find(({ id }) => String(id) === c.req.param('id'))
    if (!entry) return c.json({ error: 'no such request' }, 404)
    if (entry.direction === 'in' || entry.carrier === null)
      throw new InvalidRequest('only a request to the app is sent again')
    return c.json(httpLogView(await appClient.replay({ ...entry, carrier: entry.carrier })))
  })
  app.post('/webhooks', (c) => receiveAppWebhook(c, httpLog))

  app.get('/faults', (c) => c.json({ faults: simulator.violations.map(violationView) }))
  app.delete('/faults', (c) => {
    simulator.clearViolations()
    return c.json({ faults: simulator.violations.map(violationView) })
  })
  app.get('/trouble', (c) => c.json(simulator.injectedFaults))
  app.post('/trouble', async (c) => {
    const parsed = parseFaultPatch(await body(c))
    if (typeof parsed === 'string') throw new InvalidRequest(parsed)
    simulator.injectFaults(parsed.patch, parsed.carrier)
    return c.json(simulator.injectedFaults)
  })
  app.get('/events', () => liveUpdates(simulator, httpLog, page))
  return app
}

async function body(c: Context): Promise<Record<string, unknown>> {
  if (!/^application\/json(;|$)/.test(c.req.header('content-type') ?? ''))
    throw new InvalidRequest('the body must be JSON')
  const value: unknown = await c.req.json().catch(() => null)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidRequest('the body must be an object')
  return { ...value }
}

function choices<T extends string>(value: unknown, allowed: readonly T[]): T[] {
  const list = Array.isArray(value) ? value : [value]
  if (list.length > MAX_ARRANGED) throw new InvalidRequest(`at most ${MAX_ARRANGED} can be arranged`)
  return list.map((one) => {
    const found = allowed.find((each) => each === one)
    if (found) return found
    throw new InvalidRequest(`${JSON.stringify(one)} is none of ${allowed.join(', ')}`)
  })
}
