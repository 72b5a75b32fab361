import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawRecoveryCodes, hashRecoveryCodes, matchingRecoveryCode } from '../../src/factors/recovery-codes.ts'

test('ten codes, all different, each found in any case and with any separators', () => {
  const codes = drawRecoveryCodes()
  assert.equal(new Set(codes).size, 10)
  const hashes = hashRecoveryCodes(codes)
  for (const [index, code] of codes.entries()) {
    assert.match(code, /^[2-9B-DF-HJKMNP-W]{5}-[2-9B-DF-HJKMNP-W]{5}$/)
    for (const typed of [code, code.toLowerCase(), code.replace('-', ''), ` ${code.replace('-', ' ')} `])
      assert.equal(matchingRecoveryCode(hashes, typed), index)
    // As keyboards and copied pages give it: dashes of other lengths, marks that are not seen, full-width letters.
    const wide = code.replace(/[^-]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0))
    for (const typed of [code.replace('-', '–'), code.replace('-', '\u2011'), `\u200b${code}\u202c`, `${code}.`, wide])
      assert.equal(matchingRecoveryCode(hashes, typed), index, typed)
  }
  for (const typed of ['', 'AAAAA-AAAAA', codes[0]!.slice(1), drawRecoveryCodes()[0]!])
    assert.equal(matchingRecoveryCode(hashes, typed), null)
})
