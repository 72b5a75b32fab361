import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ipNetwork, ipPrefix } from '../../src/domain/ip-prefix.ts'

test('one client has one name, however its address is spelt', () => {
  assert.equal(ipPrefix('203.0.113.7'), '203.0.113.7')
  assert.equal(ipPrefix('::ffff:203.0.113.7'), '203.0.113.7')
  assert.equal(ipPrefix('2001:db8::7'), ipPrefix('2001:0DB8:0:0::0007'))
  assert.equal(ipPrefix('2001:db8:1:2:3:4:5:6'), ipPrefix('2001:db8:1:2::9'))
  assert.notEqual(ipPrefix('2001:db8:1:2::9'), ipPrefix('2001:db8:1:3::9'))
  assert.equal(ipPrefix('fe80::1%eth0'), ipPrefix('fe80::2'))
})

test('an address that stands for one of IPv4 is that client, not one of all that are written so', () => {
  for (const address of [
    '64:ff9b::203.0.113.7',
    '::ffff:0:203.0.113.7',
    '2002:cb00:7107::1',
    '2002:cb00:7107:ffff::9',
  ]) {
    assert.equal(ipPrefix(address), '203.0.113.7', address)
    assert.equal(ipNetwork(address), '203.0.113.0/24', address)
  }
  assert.notEqual(ipPrefix('64:ff9b::203.0.113.7'), ipPrefix('64:ff9b::203.0.113.8'))
  // RFC 6052, 2.2: under a prefix of 48 bits the IPv4 address is not at the end, which is nought.
  assert.notEqual(ipPrefix('64:ff9b:1:cb00:71:700::'), ipPrefix('64:ff9b:1:c633:64:900::'))
})
