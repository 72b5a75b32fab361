// The exchange and the demo reach the server by the address on which it listens, which may be one alone.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { Answerback } from '../../src/client/client.ts'
import { Exchange } from '../../src/testing/testing.ts'
import { startDevelopment } from '../pages/development-server.ts'
import { freePort } from '../support/free-port.ts'

const KEY = 'key_of_at_least_24_characters'
const all = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
const ofNetwork = all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const withoutIPv6 = !all.some(({ address }) => address === '::1') && 'this machine has no IPv6'
const HOSTS: [host: string, name: string, skip: string | false][] = [
  ['::1', '[::1]', withoutIPv6],
  ['::', '[::1]', withoutIPv6],
  [ofNetwork ?? '', ofNetwork ?? '', !ofNetwork && 'this machine has no network'],
]

for (const [host, name, skip] of HOSTS) {
  test(`a phone rings, and the demo answers, where HOST is ${host}`, { skip, timeout: 60_000 }, async (t) => {
    const server = await startDevelopment({ HOST: host, API_KEY: KEY, ALLOWED_COUNTRIES: '*' })
    t.after(() => server.stop())
    const url = `http://${name}:${server.port}`
    const shown = host === name || host === '::1' ? url : `http://localhost:${server.port}`
    assert.ok(server.output().includes(`${shown}/demo `), server.output())
    const phone = await new Exchange(url, { timeout: 30_000 }).phone()
    const answerback = new Answerback({ baseUrl: url, key: KEY })
    const { id } = await answerback.create({ to: phone.number, flow: 'approve' })
    await phone.answers()
    await phone.press('1')
    assert.equal((await answerback.wait(id)).reason, 'key_pressed')
    assert.equal((await fetch(`${url}/demo`)).status, 200)
  })
}

/** `localhost` is ::1 first, as it is on most machines. */
const IPV6_FIRST = `import dns from 'node:dns'
const { lookup } = dns
dns.lookup = (name, options, done) =>
  name === 'localhost' && options.all
    ? process.nextTick(done, null, [{ address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }])
    : lookup(name, options, done)`

test('another server that listens on [::1] at the same port is asked for nothing', {
  skip: withoutIPv6,
  timeout: 60_000,
}, async (t) => {
  const port = await freePort()
  const asked: string[] = []
  const other = createServer(({ url }, response) => {
    asked.push(url!)
    response.end()
  }).listen(port, '::1')
  await once(other, 'listening')
  t.after(() => other.close())
  const server = await startDevelopment({
    PORT: String(port),
    API_KEY: KEY,
    ALLOWED_COUNTRIES: '*',
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(IPV6_FIRST)}`,
  })
  t.after(() => server.stop())
  const phone = await new Exchange(server.url, { timeout: 30_000 }).phone()
  const answerback = new Answerback({ baseUrl: server.url, key: KEY })
  const { id } = await answerback.create({ to: phone.number, flow: 'approve' })
  await phone.answers()
  await phone.press('1')
  assert.equal((await answerback.wait(id)).reason, 'key_pressed')
  assert.deepEqual(asked, [])
})
