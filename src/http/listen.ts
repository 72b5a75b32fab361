import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import { realClock } from '../time/clock.ts'
import { sendEvents } from './server-sent-events.ts'

/**
 * Load balancers keep idle connections for 60 s; one that closes first gives their next request, a carrier's, a 502. They
 * open some ahead, too, and those are idle from the start: Node takes each for a request whose headers are slow.
 */
const IDLE_MS = 75_000

/** The body of a request, of at most 64 KiB. Node's own limit counts from when an idle connection was opened. */
const BODY_MS = 30_000

/** `host` undefined: every address that the machine has. */
type Place = { port: number; host: string | undefined }

export function listen(app: Pick<Hono, 'fetch'>, { port, host }: Place, onListening: () => void): ServerType {
  const listener = createAdaptorServer({
    fetch: async (request, env) => sendEvents(await app.fetch(request, env), env.outgoing as ServerResponse),
    // What a request without Host is taken for: HTTP/1.0 health checks send none.
    hostname: 'localhost',
    serverOptions: { keepAliveTimeout: IDLE_MS, headersTimeout: IDLE_MS, requestTimeout: IDLE_MS },
  })
  listener.prependListener('request', giveUpSlowBody)
  listener.listen(port, host, onListening)
  return listener
}

function giveUpSlowBody(request: IncomingMessage, response: ServerResponse): void {
  if (!('content-length' in request.headers || 'transfer-encoding' in request.headers)) return
  const cancel = realClock.after(BODY_MS, () => {
    if (request.complete) return
    if (!response.headersSent) request.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
    request.socket.destroySoon()
  })
  request.once('close', cancel)
}

/** Which setting is wrong, for an operator. */
export function explainListenError({ code, message }: NodeJS.ErrnoException, { port, host }: Place): string {
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Set PORT to another.`
  if (code === 'EACCES') return `Port ${port} is one that this user may not listen on. Set PORT to one above 1023.`
  if (['EADDRNOTAVAIL', 'EINVAL', 'ENOTFOUND', 'EAI_AGAIN'].includes(code ?? ''))
    return `HOST=${host} is no address of this machine. 0.0.0.0 stands for all that it has.`
  return message
}
