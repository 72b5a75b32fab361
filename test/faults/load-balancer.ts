// A small load balancer: asks each instance whether it is ready, sends requests to the ready ones in turn, and to the next
// one when a connection is refused. A request that may have arrived is not sent again.

import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

export type LoadBalancer = {
  readonly url: string
  /** Resolves when so many more requests of carriers have come in, or after so many milliseconds. */
  webhooksPassed(count: number, ms: number): Promise<void>
  close(): void
}

const CHECKED_EVERY_MS = 200
const CHECK_TIMEOUT_MS = 2_500

export async function startLoadBalancer(ports: () => number[]): Promise<LoadBalancer> {
  const agent = new Agent({ keepAlive: true })
  const ready = new Map<number, boolean>()
  const counters = new Set<() => void>()
  let turn = 0

  /** The ready ones in turn; all of them when none is. */
  function order(): number[] {
    const all = ports()
    const able = all.filter((port) => ready.get(port))
    const some = able.length > 0 ? able : all
    const first = turn++ % Math.max(1, some.length)
    return [...some.slice(first), ...some.slice(0, first)]
  }

  const server = createServer(async (asked, answer) => {
    if (/^\/(voice|sms)\//.test(asked.url!)) for (const count of [...counters]) count()
    try {
      const body = await buffer(asked)
      for (const port of order()) if (await forward(port, asked, body, answer)) return
      answer.writeHead(502).end('no instance')
    } catch {
      answer.headersSent ? answer.destroy() : answer.writeHead(502).end('the instance broke off')
    }
  })

  /** `false`: the connection was refused. */
  function forward(port: number, asked: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    const { method, headers, url } = asked
    const passed = request({ host: '127.0.0.1', port, method: method!, path: url!, headers, agent })
    passed.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNREFUSED') return reject(error)
      ready.set(port, false)
      resolve(false)
    })
    passed.on('response', (response) => {
      const { connection: _, 'keep-alive': __, ...rest } = response.headers
      answer.writeHead(response.statusCode!, rest)
      answer.flushHeaders()
      response.on('error', reject)
      response.on('end', () => resolve(true))
      response.pipe(answer)
    })
    answer.on('close', () => passed.destroy())
    passed.end(body)
    return promise
  }

  function check(port: number): void {
    const asked = request({ host: '127.0.0.1', port, path: '/readyz', timeout: CHECK_TIMEOUT_MS })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => ready.set(port, false))
    asked.on('response', (response) => {
      response.resume()
      ready.set(port, response.statusCode === 200)
    })
    asked.end()
  }

  const checks = setInterval(() => ports().forEach(check), CHECKED_EVERY_MS).unref()
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  const { port } = server.address() as { port: number }

  return {
    url: `http://127.0.0.1:${port}`,
    async webhooksPassed(count, ms) {
      const { promise, resolve } = Promise.withResolvers<void>()
      let left = count
      const counted = () => void (--left <= 0 && resolve())
      const tooLong = setTimeout(resolve, ms)
      counters.add(counted)
      await promise
      counters.delete(counted)
      clearTimeout(tooLong)
    },
    close() {
      clearInterval(checks)
      server.close()
      server.closeAllConnections()
      agent.destroy()
    },
  }
}
