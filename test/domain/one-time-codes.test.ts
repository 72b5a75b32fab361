import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  deriveCode,
  deriveGate,
  isPageToken,
  keyHash,
  numberHash,
  pageToken,
  pickSecret,
  sameText,
  secretId,
} from '../../src/domain/one-time-codes.ts'

const secret = 'a fixed secret, so that every run sees the same codes'
const challenge = { id: 'chl_1', scope: 'login', flow: 'send_code' } as const

/** Pearson's sum over the counts; the limits below are passed by an even source all but once in ten thousand. */
function chiSquare(values: string[], alphabet: string): number {
  const expected = values.length / alphabet.length
  const counts = [...alphabet].map((symbol) => values.filter((value) => value === symbol).length)
  assert.equal(
    counts.reduce((a, b) => a + b),
    values.length,
  )
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

test('a code has the length asked for, and is the same whenever it is derived', () => {
  for (const length of [4, 5, 6, 7, 8]) {
    const code = deriveCode(secret, challenge, length)
    assert.match(code, new RegExp(`^\\d{${length}}$`))
    assert.equal(deriveCode(secret, { ...challenge }, length), code)
  }
})

test('another challenge, scope, flow or secret gives another code', () => {
  const codes = [
    deriveCode(secret, challenge, 8),
    deriveCode(secret, { ...challenge, id: 'chl_2' }, 8),
    deriveCode(secret, { ...challenge, scope: 'transfer' }, 8),
    deriveCode(secret, { ...challenge, flow: 'keypad_code' }, 8),
    deriveCode('another secret', challenge, 8),
  ]
  assert.equal(new Set(codes).size, codes.length)
})

test('moving a letter from the id to the scope gives another code', () => {
  assert.notEqual(
    deriveCode(secret, { ...challenge, id: 'chl_1', scope: 'login' }, 8),
    deriveCode(secret, { ...challenge, id: 'chl_1l', scope: 'ogin' }, 8),
  )
})

// Enough codes that bytes taken modulo 10 without rejection, six digits in 26 and four in 25 of 256, would show.
test('every digit is equally likely, at every place, and a code may begin with zeros', () => {
  const codes = Array.from({ length: 20_000 }, (_, i) => deriveCode(secret, { ...challenge, id: `chl_${i}` }, 8))
  assert.ok(chiSquare([...codes.join('')], '0123456789') < 33.72)
  for (const place of [0, 1, 2, 3, 4, 5, 6, 7]) {
    assert.ok(
      chiSquare(
        codes.map((code) => code[place]!),
        '0123456789',
      ) < 33.72,
      `place ${place}`,
    )
  }
  assert.ok(codes.some((code) => code.startsWith('00')))
})

test('the gate is two of seven keys, each equally likely after any other, and drawn anew for each delivery', () => {
  const gates = Array.from({ length: 7000 }, (_, i) => deriveGate(secret, `dlv_${i}`))
  for (const gate of gates) assert.match(gate, /^[2-8]{2}$/)
  for (const place of [0, 1])
    assert.ok(
      chiSquare(
        gates.map((gate) => gate[place]!),
        '2345678',
      ) < 27.86,
    )
  const after = (first: string) => gates.filter((gate) => gate.startsWith(first)).map((gate) => gate[1]!)
  for (const first of '2345678') assert.ok(chiSquare(after(first), '2345678') < 27.86, first)
  assert.equal(deriveGate(secret, 'dlv_0'), gates[0])
})

test('a page token opens its own challenge only, under any secret still configured', () => {
  const token = pageToken(secret, 'chl_1')
  assert.match(token, /^pgt_[\w-]{22,}$/)
  assert.ok(isPageToken([secret], 'chl_1', token))
  assert.ok(isPageToken(['newer', secret, 'older'], 'chl_1', token))
  assert.ok(!isPageToken([secret], 'chl_2', token))
  assert.ok(!isPageToken(['newer'], 'chl_1', token))
  assert.ok(!isPageToken([], 'chl_1', token))
  assert.ok(!isPageToken([secret], 'chl_1', ''))
  assert.ok(!isPageToken([secret], 'chl_1', `${token}x`))
})

test('texts of any length can be compared', () => {
  assert.ok(sameText('', ''))
  assert.ok(sameText('481516', '481516'))
  assert.ok(!sameText('481516', '481517'))
  assert.ok(!sameText('481516', '48151'))
  assert.ok(!sameText('', '0'))
})

test('a number is found again by its hash, which depends on the secret', () => {
  assert.equal(numberHash(secret, '+12025550123'), numberHash(secret, '+12025550123'))
  assert.notEqual(numberHash(secret, '+12025550123'), numberHash(secret, '+12025550124'))
  assert.notEqual(numberHash(secret, '+12025550123'), numberHash('another secret', '+12025550123'))
})

test('an API key is kept as its SHA-256', () => {
  assert.equal(keyHash('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('a challenge finds the secret it was made under after a rotation', () => {
  assert.match(secretId(secret), /^[0-9a-f]{8}$/)
  assert.equal(pickSecret(['newer', secret], secretId(secret)), secret)
  assert.equal(pickSecret(['newer'], secretId(secret)), null)
})
