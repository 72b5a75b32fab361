import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'

/** Load balancers keep idle connections for 60 s; one that closes first gives their next request, a carrier's, a 502. */
const KEEP_ALIVE_MS = 75_000

/** `host` undefined: every address that the machine has. */
export function listen(
  app: Pick<Hono, 'fetch'>,
  { port, host }: { port: number; host: string | undefined },
  onListening: () => void,
): ServerType {
  const listener = createAdaptorServer({
    fetch: app.fetch,
    // What a request without Host is taken for: HTTP/1.0 health checks send none.
    hostname: 'localhost',
    serverOptions: { keepAliveTimeout: KEEP_ALIVE_MS },
  })
  listener.listen(port, host, onListening)
  return listener
}
