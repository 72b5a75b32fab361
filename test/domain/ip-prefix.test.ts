import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientOf } from '../../src/domain/ip-prefix.ts'

test('one client has one name, however its address is spelt', () => {
  assert.equal(clientOf('203.0.113.7'), '203.0.113.7')
  assert.equal(clientOf('::ffff:203.0.113.7'), '203.0.113.7')
  assert.equal(clientOf('2001:db8::7'), clientOf('2001:0DB8:0:0::0007'))
  assert.equal(clientOf('2001:db8:1:2:3:4:5:6'), clientOf('2001:db8:1:2::9'))
  assert.notEqual(clientOf('2001:db8:1:2::9'), clientOf('2001:db8:1:3::9'))
  assert.equal(clientOf('fe80::1%eth0'), clientOf('fe80::2'))
})
