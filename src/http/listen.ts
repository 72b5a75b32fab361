import type { ServerResponse } from 'node:http'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import { sendEvents } from './server-sent-events.ts'

/** Load balancers keep idle connections for 60 s; one that closes first gives their next request, a carrier's, a 502. */
const KEEP_ALIVE_MS = 75_000

/** A whole request, of at most 64 KiB. Node's own limit lets each unfinished body hold a connection for five minutes. */
const REQUEST_MS = 30_000

/** `host` undefined: every address that the machine has. */
type Place = { port: number; host: string | undefined }

export function listen(app: Pick<Hono, 'fetch'>, { port, host }: Place, onListening: () => void): ServerType {
  const listener = createAdaptorServer({
    fetch: async (request, env) => sendEvents(await app.fetch(request, env), env.outgoing as ServerResponse),
    // What a request without Host is taken for: HTTP/1.0 health checks send none.
    hostname: 'localhost',
    serverOptions: { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS },
  })
  listener.listen(port, host, onListening)
  return listener
}

/** Which setting is wrong, for an operator. */
export function explainListenError({ code, message }: NodeJS.ErrnoException, { port, host }: Place): string {
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Set PORT to another.`
  if (code === 'EACCES') return `Port ${port} is one that this user may not listen on. Set PORT to one above 1023.`
  if (['EADDRNOTAVAIL', 'EINVAL', 'ENOTFOUND', 'EAI_AGAIN'].includes(code ?? ''))
    return `HOST=${host} is no address of this machine. 0.0.0.0 stands for all that it has.`
  return message
}
