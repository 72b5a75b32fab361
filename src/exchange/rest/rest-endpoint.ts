// How a carrier's REST API handles a request: logged, authorized, carried out, and answered, with the injected faults.

import type { Context } from 'hono'
import type { CarrierName } from '../simulator/carrier-name.ts'
import type { ExchangeParts } from '../simulator/exchange-parts.ts'
import type { Refusal } from '../simulator/fault-injection.ts'
import { NumberRefused } from '../simulator/simulator-state.ts'
import { type Parameters, RestError } from './form.ts'

type Resource = Record<string, unknown>

/** What differs from carrier to carrier. */
export type EndpointOptions<Body> = {
  carrier: CarrierName
  /** Throws a `RestError` when the credentials or the account are wrong. */
  authorize(c: Context): void
  parseBody(c: Context): Promise<Body>
  formatError(error: RestError): Resource
  /** The id of the call or message that an answer tells of. */
  idOf(resource: Resource): unknown
}

/** An injected fault closes the connection before the answer. */
class ConnectionLost extends Error {
  readonly id: string | null
  constructor(id: string | null) {
    super('the connection broke before the answer')
    this.id = id
  }
}

export function restEndpoint<Body>(
  { carrier, authorize, parseBody, formatError, idOf }: EndpointOptions<Body>,
  { simulator, httpLog }: ExchangeParts,
) {
  const resourceId = (resource: Resource): string | null => {
    const id = idOf(resource)
    return typeof id === 'string' ? id : null
  }

  const serve = async (c: Context, about: string, work: () => Promise<Response>): Promise<Response> => {
    const entry = httpLog.add('in', { carrier, about, callId: null, ...(await loggedRequest(c)) }, null)
    try {
      const response = await authorizedWork(c, work).catch(toErrorResponse(c, about))
      response.headers.set('Date', simulator.clock.now().toUTCString())
      const body = await response.clone().text()
      const contentType = response.headers.get('content-type')
      entry.callId = resourceId(parseJson(body))
      httpLog.answered(entry, { status: response.status, contentType, body }, null)
      return response
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      entry.callId = error.id
      httpLog.answered(entry, { status: 0, contentType: null, body: '' }, error.message)
      return closeConnection(c, error)
    }
  }

  const authorizedWork = async (c: Context, work: () => Promise<Response>) => {
    authorize(c)
    return work()
  }

  const toErrorResponse =
    (c: Context, about: string) =>
    (error: unknown): Response => {
      if (error instanceof NumberRefused) return toErrorResponse(c, about)(injectedError(error.refusal))
      if (!(error instanceof RestError)) throw error
      if (error.violation) simulator.reportViolation(carrier, error.code, `${about}: ${error.message}`, null)
      return c.json(formatError(error), error.status as 400)
    }

  return {
    /** A new call or message. */
    create: (c: Context, about: string, status: 200 | 201 | 202, work: (body: Body) => Resource) =>
      serve(c, about, async () => {
        const { refuse, garbage, loseAnswer, answerError, delay } = simulator.injectedFaults[carrier].requests
        if (refuse) throw injectedError(refuse)
        if (garbage) return c.html('<!doctype html><html><body><h1>Please wait</h1></body></html>')
        const resource = work(await parseBody(c))
        if (delay > 0) await new Promise<void>((resolve) => simulator.clock.after(delay, resolve))
        if (answerError) throw injectedError(answerError)
        if (loseAnswer) throw new ConnectionLost(resourceId(resource))
        return c.json(resource, status)
      }),

    /** `null` is answered with an empty body. */
    update: (c: Context, about: string, work: (body: Body) => Resource | null) =>
      serve(c, about, async () => {
        const resource = work(await parseBody(c))
        return resource === null ? c.body(null) : c.json(resource)
      }),

    query: (c: Context, about: string, work: (query: Parameters) => Resource) =>
      serve(c, about, async () => {
        const { lookupError } = simulator.injectedFaults[carrier].requests
        if (lookupError) throw injectedError(lookupError)
        return c.json(work([...new URL(c.req.url).searchParams]))
      }),

    remove: (c: Context, about: string, work: () => void) =>
      serve(c, about, async () => {
        work()
        return c.body(null, 204)
      }),
  }
}

const injectedError = ({ status, code, message = 'Failed, as the exchange was told to.' }: Refusal) =>
  new RestError(status, code, message)

async function loggedRequest(c: Context) {
  const headers: Record<string, string> = {}
  for (const name of ['content-type', 'user-agent']) {
    const value = c.req.header(name)
    if (value) headers[name] = value
  }
  if (c.req.header('authorization')) headers.authorization = 'Basic ••••••'
  return { method: c.req.method, url: c.req.url, headers, body: await c.req.text() }
}

function parseJson(body: string): Resource {
  try {
    return Object(JSON.parse(body))
  } catch {
    return {}
  }
}

/** Over a socket the connection is destroyed; in process the caller's fetch rejects. */
function closeConnection(c: Context, lost: ConnectionLost): Response {
  const socket = c.env?.incoming?.socket
  if (!socket) throw lost
  socket.destroy()
  return new Response(null)
}
