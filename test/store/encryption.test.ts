import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretMissing } from '../../src/domain/one-time-codes.ts'
import { decrypt, encrypt } from '../../src/store/encryption.ts'

const OLD = 'the old secret, long enough for a test'
const NEW = 'the new secret, long enough for a test'
const plaintext = Buffer.from('a secret of twenty b')

test('a ciphertext is decrypted under the secret that it was encrypted under, and no other', () => {
  const kept = encrypt([OLD], 'fct_one', plaintext)
  assert.deepEqual(decrypt([OLD], 'fct_one', kept), plaintext)
  assert.deepEqual(decrypt([NEW, OLD], 'fct_one', kept), plaintext)
  assert.throws(() => decrypt([NEW], 'fct_one', kept), SecretMissing)
})

test('a ciphertext opens neither in another row nor after a change', () => {
  const kept = encrypt([OLD], 'fct_one', plaintext)
  assert.throws(() => decrypt([OLD], 'fct_two', kept))
  const bytes = Buffer.from(kept.ciphertext, 'base64url')
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes)
    changed[index] = changed[index]! ^ 1
    assert.throws(() => decrypt([OLD], 'fct_one', { ...kept, ciphertext: changed.toString('base64url') }))
  }
})

test('no two ciphertexts are the same, and none holds the plaintext', () => {
  const kept = Array.from({ length: 50 }, () => encrypt([OLD], 'fct_one', plaintext).ciphertext)
  assert.equal(new Set(kept).size, 50)
  for (const ciphertext of kept) assert.ok(!Buffer.from(ciphertext, 'base64url').includes(plaintext))
})
