// The exchange and the demo reach the server by the address on which it listens, which may be one alone.

import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { Answerback } from '../../src/client/client.ts'
import { Exchange } from '../../src/testing/testing.ts'
import { startDevelopment } from '../pages/development-server.ts'

const KEY = 'key_of_at_least_24_characters'
const all = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
const ofNetwork = all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const HOSTS: [host: string, name: string, skip: string | false][] = [
  ['::1', '[::1]', !all.some(({ address }) => address === '::1') && 'this machine has no IPv6'],
  [ofNetwork ?? '', ofNetwork ?? '', !ofNetwork && 'this machine has no network'],
]

for (const [host, name, skip] of HOSTS) {
  test(`a phone rings, and the demo answers, where HOST is ${name}`, { skip, timeout: 60_000 }, async (t) => {
    const server = await startDevelopment({ HOST: host, API_KEY: KEY, ALLOWED_COUNTRIES: '*' })
    t.after(() => server.stop())
    const url = `http://${name}:${server.port}`
    assert.ok(server.output().includes(`${url}/demo `), server.output())
    const phone = await new Exchange(url).phone()
    const answerback = new Answerback({ baseUrl: url, key: KEY })
    const { id } = await answerback.create({ to: phone.number, flow: 'approve' })
    await phone.answers()
    await phone.press('1')
    assert.equal((await answerback.wait(id)).reason, 'key_pressed')
    assert.equal((await fetch(`${url}/demo`)).status, 200)
  })
}
