// No private address may be reached, however the host is written and whatever its name resolves to a moment later.

import assert from 'node:assert/strict'
import type { LookupAddress, lookup } from 'node:dns'
import { after, before, describe, test } from 'node:test'
import { createPoster } from '../../src/webhooks/http-post.ts'
import { type AllowedNetwork, guardedLookup, isAllowedAddress } from '../../src/webhooks/ssrf-guard.ts'
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts'

const INSIDE = `
  127.0.0.1 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7f.1 0x7F.0x0.0x0.0x1 0177.0.0.1 0177.1 017700000001
  127.0.0.1. 127.1. %31%32%37.0.0.1 127。0。0。1 １２７.0.0.1 ①②⑦.0.0.1 user@127.0.0.1 user:pass@127.0.0.1
  example.com@127.0.0.1 example.com%40@127.0.0.1 localhost LOCALHOST ⓛocalhost user@localhost
  0.0.0.0 0 0x0 00 0.1.2.3
  10.0.0.1 10.255.255.255 167772161 0xa000001 012.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 3232235521
  100.64.0.1 100.127.255.255 100.100.100.200 169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.0.1
  192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250
  240.0.0.1 255.255.255.255 168.63.129.16
  [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:0001] [::ffff:10.0.0.1]
  [::ffff:169.254.169.254] [::127.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::10.0.0.1]
  [64:ff9b:1::a00:1] [100::1] [2001::1] [2001:0:7f00:1::1] [2001:10::1] [2001:20::1] [2001:db8::1] [2002:7f00:1::]
  [2002:a00:1::1] [3fff::1] [4000::1] [5f00::1] [fc00::1] [fd00:ec2::254] [fdff::1] [fe80::1] [fec0::1] [ff02::1]
`
  .trim()
  .split(/\s+/)

const OUTSIDE =
  '1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2606:4700::1111 2a00:1450::1 2003::1'.split(
    ' ',
  )

describe('where a webhook may lead', () => {
  let receiver: Receiver
  before(async () => {
    receiver = await startReceiver()
  })
  after(() => receiver.close())

  test(`${INSIDE.length} ways to write an address inside reach nothing`, async () => {
    assert.ok(INSIDE.length > 60)
    for (const host of INSIDE) {
      assert.equal(await failureOf(`http://${host}:${receiver.port}/`, 'public'), 'private_address', host)
    }
    assert.equal(receiver.connections(), 0)
  })

  test('the same machine is reached where that is allowed', async () => {
    for (const host of ['127.0.0.1', '2130706433', 'localhost'])
      assert.equal(await failureOf(`http://${host}:${receiver.port}/`, 'loopback'), null, host)
    assert.ok(receiver.connections() > 0)
  })

  test('loopback opens no private network, and private opens neither links nor what is reserved', () => {
    const reached = (reach: AllowedNetwork) =>
      [
        '127.0.0.1',
        '::1',
        '10.0.0.1',
        '::ffff:8.8.8.8',
        '::ffff:169.254.169.254',
        '100.64.0.1',
        'fd00::1',
        '169.254.169.254',
        '0.0.0.0',
        'fe80::1',
        '1.1.1.1',
      ]
        .filter((address) => isAllowedAddress(address, reach))
        .join(' ')
    assert.equal(reached('public'), '1.1.1.1')
    assert.equal(reached('loopback'), '127.0.0.1 ::1 1.1.1.1')
    assert.equal(reached('private'), '127.0.0.1 ::1 10.0.0.1 100.64.0.1 fd00::1 1.1.1.1')
  })

  test('public addresses are allowed up to the edges of the private ranges', () => {
    for (const address of OUTSIDE) assert.ok(isAllowedAddress(address, 'public'), address)
    for (const nonsense of ['', 'localhost', '1.1.1', '2606:4700::1111%eth0'])
      assert.ok(!isAllowedAddress(nonsense, 'private'))
  })

  test('a name with one address inside is refused whole', async () => {
    const connections = receiver.connections()
    const { resolve, asked } = resolver([['1.1.1.1', '127.0.0.1']])
    assert.equal(await failureOf(`http://app.example.com:${receiver.port}/`, 'public', resolve), 'private_address')
    assert.equal(asked(), 1)
    assert.equal(receiver.connections(), connections)
  })

  test('a name is resolved once, and the connection goes to what that gave', async () => {
    const { resolve, asked } = resolver([['127.0.0.1'], ['10.0.0.1']])
    const from = receiver.received.length
    assert.equal(await failureOf(`http://app.example.com:${receiver.port}/`, 'loopback', resolve), null)
    assert.equal(asked(), 1)
    assert.equal(receiver.received[from]?.headers.host, `app.example.com:${receiver.port}`)
  })

  test('a name that resolves to a private address after it was checked gains nothing', async () => {
    const connections = receiver.connections()
    const { resolve, asked } = resolver([['1.1.1.1'], ['127.0.0.1']])
    const { promise, callback } = answerOf()
    guardedLookup('public', resolve)('app.example.com', { all: true }, callback)
    assert.deepEqual(await promise, [{ address: '1.1.1.1', family: 4 }])
    assert.equal(await failureOf(`http://app.example.com:${receiver.port}/`, 'public', resolve), 'private_address')
    assert.equal(asked(), 2)
    assert.equal(receiver.connections(), connections)
  })
})

async function failureOf(url: string, reach: AllowedNetwork, resolve?: typeof lookup) {
  const { post, close } = createPoster(new URL(url), reach, guardedLookup(reach, resolve))
  const answer = await post({}, '{}', AbortSignal.timeout(60_000))
  close()
  return answer.failure
}

/** A name server that gives these answers, one after the other. */
function resolver(answers: string[][]) {
  let asked = 0
  const resolve = (_: string, __: object, callback: (error: null, addresses: LookupAddress[]) => void) => {
    const addresses = answers[asked++] ?? []
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return { resolve: resolve as unknown as typeof lookup, asked: () => asked }
}

function answerOf() {
  const { promise, resolve, reject } = Promise.withResolvers<string | LookupAddress[]>()
  return {
    promise,
    callback: (error: Error | null, addresses: string | LookupAddress[]) =>
      error ? reject(error) : resolve(addresses),
  }
}
