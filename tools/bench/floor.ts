// Floor B as a process, and the requests that it is asked: as many and as large as the server's own.

import postgres from 'postgres'
import { type Child, startProgram } from './child-processes.ts'
import type { ComparedServer, Created } from './compared-server.ts'
import { FLOOR_TABLES } from './floor-statements.ts'
import type { LoadRequest } from './http-load.ts'
import { phoneNumber } from './load-numbers.ts'
import { signedWebhook } from './twilio-webhook.ts'

type Place = { port: number; databaseUrl: string; carrierUrl: string; directory: string }

const SCRIPT = new URL('floor-server.ts', import.meta.url).pathname

export async function createFloorTables(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  await sql.unsafe(FLOOR_TABLES)
  await sql.end()
}

export function startFloor({ port, databaseUrl, carrierUrl, directory }: Place): Promise<Child> {
  return startProgram({
    script: SCRIPT,
    port,
    directory,
    readyPath: '/readyz',
    environment: {
      NODE_ENV: 'production',
      FLOOR_PORT: String(port),
      FLOOR_DATABASE_URL: databaseUrl,
      FLOOR_CARRIER_URL: carrierUrl,
    },
  })
}

export function floorServer(port: number): ComparedServer {
  return {
    port,
    create: (index) => post('/challenges', { to: phoneNumber(index), scope: 'transfer' }),
    created(index, body) {
      const { id, delivery } = JSON.parse(body)
      return { id, delivery, number: phoneNumber(index) }
    },
    answer: (challenge) => webhook(challenge, 2),
    lastKey: (challenge) => webhook(challenge, 3),
    ended: () => null,
    read: ({ id }) => ({ method: 'GET', path: `/challenges/${id}`, headers: {} }),
    check: ({ id }) => post(`/challenges/${id}/check`, { code: '481516' }),
  }
}

function webhook({ id, number: to }: Created, version: number): LoadRequest {
  return signedWebhook(`/voice/${id}/${version}`, { sid: 'CA0', to, status: 'in-progress' }, { Digits: '1' })
}

function post(path: string, body: object): LoadRequest {
  return { method: 'POST', path, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}
