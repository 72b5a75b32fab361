// The part "tls": creations with a carrier behind TLS, which the kept connections should make nearly as fast as without,
// and the handshake by itself.

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { answerbackServer, startAnswerback } from './answerback.ts'
import { type BenchRun, startCarrier } from './bench-run.ts'
import { percentile } from './http-load.ts'
import { createSteps } from './request-works.ts'
import { median, type PartResults } from './results.ts'

const HANDSHAKES = 100

export async function tls(run: BenchRun): Promise<PartResults> {
  const { directory, options } = run
  const [key, certificate] = [join(directory, 'carrier.key'), join(directory, 'carrier.pem')]
  if (!makeCertificate(key, certificate)) {
    console.error('SKIPPED: tls needs openssl, which makes the certificate of the carrier.')
    return { measures: {}, tables: {} }
  }
  const carrier = await startCarrier(directory, { FAKE_CARRIER_KEY: key, FAKE_CARRIER_CERTIFICATE: certificate })
  const start = async (carrierUrl: string) => {
    const [port, databaseUrl] = [await run.port(), await run.database()]
    const environment = { NODE_EXTRA_CA_CERTS: certificate }
    const child = await startAnswerback({ port, databaseUrl, carrierUrl, directory }, { environment })
    return { child, steps: createSteps(answerbackServer(port), options.quick ? 200 : 1_000) }
  }
  const sides = { plain: await start(run.carrierUrl), encrypted: await start(`https://127.0.0.1:${carrier.port}`) }
  const ratios: number[] = []
  for (let round = 0; round <= options.rounds; round++) {
    const speeds = { plain: 0, encrypted: 0 }
    for (const side of round % 2 ? (['encrypted', 'plain'] as const) : (['plain', 'encrypted'] as const))
      speeds[side] = (await sides[side].steps.creation()).perSecond
    for (const { steps } of Object.values(sides)) await steps.end()
    if (round > 0) ratios.push(speeds.encrypted / speeds.plain)
  }
  for (const { child } of Object.values(sides)) await child.stop()

  const ca = readFileSync(certificate)
  const handshakes = await times(async () => {
    const socket = connectTls({ port: carrier.port, host: '127.0.0.1', ca })
    await once(socket, 'secureConnect')
    return socket
  })
  const connections = await times(async () => {
    const socket = connectTcp(carrier.port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  })
  await carrier.stop()
  const ms = (all: number[]) => [percentile(all, 0.5).toFixed(2), percentile(all, 0.99).toFixed(2)]
  return {
    measures: {},
    tables: {
      tls: {
        title: 'A new connection to the carrier',
        head: ['', 'p50 ms', 'p99 ms'],
        rows: [
          ['TCP', ...ms(connections)],
          ['TCP and TLS 1.3', ...ms(handshakes)],
        ],
      },
      tls_creation: {
        title: 'Creations with a carrier behind TLS',
        head: ['', 'ratio', 'min–max'],
        rows: [
          [
            'TLS ÷ plain',
            median(ratios).toFixed(2),
            `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
          ],
        ],
      },
    },
  }
}

async function times(connect: () => Promise<{ destroy(): unknown }>): Promise<number[]> {
  const milliseconds: number[] = []
  for (let turn = 0; turn < HANDSHAKES; turn++) {
    const begun = performance.now()
    const socket = await connect()
    milliseconds.push(performance.now() - begun)
    socket.destroy()
  }
  return milliseconds
}

function makeCertificate(key: string, certificate: string): boolean {
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=carrier', '-addext', 'subjectAltName=IP:127.0.0.1']
  return spawnSync('openssl', ['req', ...options, ...names, '-keyout', key, '-out', certificate]).status === 0
}
