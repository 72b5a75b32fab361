// The app's end of the webhooks: it checks, keeps and now and then refuses what it is sent.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import type { Challenge } from '../../src/client/client.ts'

export type Push = { id: string; type: string; data: Challenge }

export type Receiver = {
  readonly url: string
  readonly secret: string
  /** Every message that was taken, repeats too. */
  readonly taken: Push[]
  close(): void
}

export async function receiver(secret: string, answers: () => number): Promise<Receiver> {
  const taken: Push[] = []
  const verifier = new Webhook(secret)
  const server = createServer(async (asked, answer) => {
    try {
      const body = verifier.verify(await text(asked), asked.headers as Record<string, string>) as Omit<Push, 'id'>
      const status = answers()
      if (status < 300) taken.push({ id: String(asked.headers['webhook-id']), ...body })
      answer.writeHead(status).end()
    } catch {
      answer.destroy()
    }
  })
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    secret,
    taken,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
