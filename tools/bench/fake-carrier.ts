// A program: Twilio's REST API as far as the server uses it, taking every call at once. FAKE_CARRIER_PORT is its port.
// With FAKE_CARRIER_KEY and FAKE_CARRIER_CERTIFICATE, two files, it speaks TLS.

import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { refOf } from './carrier-refs.ts'

const { FAKE_CARRIER_PORT, FAKE_CARRIER_KEY, FAKE_CARRIER_CERTIFICATE } = process.env
const server = FAKE_CARRIER_KEY
  ? createHttpsServer({ key: readFileSync(FAKE_CARRIER_KEY), cert: readFileSync(FAKE_CARRIER_CERTIFICATE!) }, serve)
  : createHttpServer(serve)
server.keepAliveTimeout = 75_000
server.listen(Number(FAKE_CARRIER_PORT), '127.0.0.1')

function serve(request: IncomingMessage, response: ServerResponse): void {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    const { status, answer } = answerTo(request.method ?? '', request.url ?? '', body)
    const text = JSON.stringify(answer)
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    response.end(text)
  })
}

function answerTo(method: string, path: string, body: string): { status: number; answer: object } {
  const fields = new URLSearchParams(body)
  if (method === 'POST' && path.endsWith('/Calls.json')) {
    const sid = refOf('CA', fields.get('Url') ?? '')
    return { status: 201, answer: { sid, status: 'queued', to: fields.get('To'), from: fields.get('From') } }
  }
  if (method === 'POST' && path.endsWith('/Messages.json')) {
    const sid = refOf('SM', fields.get('StatusCallback') ?? '')
    return { status: 201, answer: { sid, status: 'queued', to: fields.get('To'), from: fields.get('From') } }
  }
  const [, sid] = /\/Calls\/(CA\w+)\.json$/.exec(path) ?? []
  // Hung up when that is asked for; on the phone until then.
  if (sid !== undefined)
    return { status: 200, answer: { sid, status: method === 'POST' ? 'completed' : 'in-progress' } }
  return { status: 200, answer: { calls: [], messages: [] } }
}
