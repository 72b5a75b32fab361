// `npm run exchange`: the addresses that it prints are those at which it answers.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'

const MAIN = fileURLToPath(new URL('../../src/exchange/main.ts', import.meta.url))
const withoutIPv6 = !Object.values(networkInterfaces()).some((found) => found?.some(({ address }) => address === '::1'))

for (const [HOST, shown] of [
  ['', '127.0.0.1'],
  ['localhost', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
  ['::1', '[::1]'],
] as const) {
  test(`with HOST=${HOST}`, { skip: HOST.includes(':') && withoutIPv6, timeout: 60_000 }, async (t) => {
    const child = spawn(process.execPath, [...NODE_ARGUMENTS, MAIN], {
      env: { HOST, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(async () => {
      child.kill()
      await once(child, 'exit')
    })
    let output = ''
    for await (const chunk of child.stdout) {
      output += chunk
      if (output.includes('EXCHANGE_RECEIPTS_URL')) break
    }
    const origin = /^TWILIO_BASE_URL=(.*)$/m.exec(output)![1]!
    assert.equal(origin.replace(/:\d+(\/.*)?$/, ''), `http://${shown}`)
    assert.equal((await fetch(/Phones: (.*)$/m.exec(output)![1]!)).status, 200)
  })
}

for (const [argument, status, stream] of [
  ['--help', 0, 'stdout'],
  ['--port', 2, 'stderr'],
] as const) {
  test(`${argument} is answered by how it is used, and nothing listens`, { timeout: 60_000 }, () => {
    const run = spawnSync(process.execPath, [...NODE_ARGUMENTS, MAIN, argument], {
      env: { PORT: '0' },
      encoding: 'utf8',
      timeout: 30_000,
    })
    assert.equal(run.status, status)
    assert.match(run[stream], /npm run exchange .*EXCHANGE_RECEIPTS_URL/s)
    assert.doesNotMatch(run.stdout, /is listening/)
  })
}
