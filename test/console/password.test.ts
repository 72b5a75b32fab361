// How operators' passwords are kept, and what a password is compared with.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashPassword, matchesPassword, nobodysHash } from '../../src/console/password.ts'

const KEPT = /^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/

test('a hash says what it costs, and is matched at that cost, with or without dashes and capitals', async () => {
  const kept = await hashPassword('0a1b2-c3d4e', { ln: 4, r: 8, p: 1 })
  assert.match(kept, /^\$scrypt\$ln=4,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/)
  assert.equal(await matchesPassword('0A1B2 C3D4E', kept), true)
  assert.equal(await matchesPassword('0a1b2c3d4f', kept), false)
  assert.equal(await matchesPassword('0a1b2c3d4e', kept.replace('ln=4', 'ln=5')), false)
})

test('an unknown name costs as much as an account, and no password is its own', async () => {
  assert.match(await hashPassword('0a1b2-c3d4e'), KEPT)
  assert.match(nobodysHash(), KEPT)
  assert.notEqual(nobodysHash(), nobodysHash())
  assert.equal(await matchesPassword('', nobodysHash()), false)
})

test('what is no hash matches nothing', async () => {
  for (const kept of ['', 'scrypt$a$b', '$scrypt$ln=4,r=8,p=1$$']) assert.equal(await matchesPassword('', kept), false)
})
