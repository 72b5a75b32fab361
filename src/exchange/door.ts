// How a company's REST API takes a request in: written down, checked, carried out, and troubled on the way.

import type { Context } from 'hono'
import { type Pairs, RestError } from './dialects/rest.ts'
import type { Switchboard } from './switchboard.ts'
import type { Wire } from './wire.ts'

type Company = { company: string; shape(error: RestError): unknown }
type Guard = (c: Context) => void
type Resource = Record<string, unknown>
type Work = (parameters: Pairs) => Resource

/** The connection breaks: whoever asked never learns what came of it. */
class ConnectionLost extends Error {
  readonly id: string | null
  constructor(id: string | null) {
    super('the connection broke before the answer')
    this.id = id
  }
}

export function rest(board: Switchboard, wire: Wire, { company, shape }: Company) {
  const form = async (c: Context): Promise<Pairs> => {
    if (!/^application\/x-www-form-urlencoded(;|$)/.test(c.req.header('content-type') ?? '')) {
      throw new RestError(415, 20001, 'the body must be a form', true)
    }
    return [...new URLSearchParams(await c.req.text())]
  }

  const serve = async (c: Context, about: string, work: () => Promise<Response>): Promise<Response> => {
    const answered = wire.received({ company, about, callId: null, ...(await shown(c)) })
    try {
      const response = await work().catch(refused(c, about))
      const body = await response.clone().text()
      const contentType = response.headers.get('content-type')
      answered({ status: response.status, contentType, body }, idOf(body), null)
      return response
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      answered({ status: 0, contentType: null, body: '' }, error.id, error.message)
      return hangUpOn(c, error)
    }
  }

  const refused = (c: Context, about: string) => (error: unknown) => {
    if (!(error instanceof RestError)) throw error
    if (error.fault) board.fault(company, error.code, `${about}: ${error.message}`, null)
    return c.json(shape(error) as Resource, error.status as 400)
  }

  return {
    /** Something new, which trouble may hinder. */
    create: (c: Context, guard: Guard, about: string, status: 200 | 201 | 202, work: Work) =>
      serve(c, about, async () => {
        guard(c)
        const { refuse, garbage, loseAnswer, delay } = board.trouble.requests
        if (refuse)
          throw new RestError(refuse.status, refuse.code, refuse.message ?? 'Refused, as the exchange was told to.')
        if (garbage) return c.html('<!doctype html><html><body><h1>Please wait</h1></body></html>')
        const resource = work(await form(c))
        if (delay > 0) await new Promise<void>((resolve) => board.clock.after(delay, resolve))
        if (loseAnswer) throw new ConnectionLost(idOf(JSON.stringify(resource)))
        return c.json(resource, status)
      }),

    update: (c: Context, guard: Guard, about: string, work: Work) =>
      serve(c, about, async () => {
        guard(c)
        return c.json(work(await form(c)))
      }),

    query: (c: Context, guard: Guard, about: string, work: Work) =>
      serve(c, about, async () => {
        guard(c)
        return c.json(work([...new URL(c.req.url).searchParams]))
      }),
  }
}

async function shown(c: Context) {
  const headers: Record<string, string> = {}
  for (const name of ['content-type', 'user-agent']) {
    const value = c.req.header(name)
    if (value) headers[name] = value
  }
  if (c.req.header('authorization')) headers.authorization = 'Basic ••••••'
  return { method: c.req.method as 'GET' | 'POST', url: c.req.url, headers, body: await c.req.text() }
}

function idOf(body: string): string | null {
  try {
    const { sid } = JSON.parse(body)
    return typeof sid === 'string' ? sid : null
  } catch {
    return null
  }
}

/** Over a socket the line goes dead; in process whoever called fetch sees it fail. */
function hangUpOn(c: Context, lost: ConnectionLost): Response {
  const socket = c.env?.incoming?.socket
  if (!socket) throw lost
  socket.destroy()
  return new Response(null)
}
