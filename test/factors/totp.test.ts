import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { base32, drawTotpSecret, matchingStep, otpauthUrl } from '../../src/factors/totp.ts'

const RFC_SECRET = Buffer.from('12345678901234567890')

test('the vectors of RFC 6238, appendix B, in their last six digits', () => {
  const vectors: [seconds: number, code: string][] = [
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ]
  for (const [seconds, code] of vectors)
    assert.equal(matchingStep(RFC_SECRET, code, new Date(seconds * 1000)), Math.floor(seconds / 30))
})

test('the vectors of RFC 4226, appendix D: a counter is a time step', () => {
  const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']
  for (const [counter, code] of codes.entries())
    assert.equal(matchingStep(RFC_SECRET, code, new Date(counter * 30_000)), counter)
})

test('one step of drift is accepted either way, and no more', () => {
  const code = '005924'
  const step = Math.floor(1234567890 / 30)
  const when = (drift: number) => new Date((step + drift) * 30_000)
  assert.deepEqual(
    [-2, -1, 0, 1, 2].map((drift) => matchingStep(RFC_SECRET, code, when(drift))),
    [null, step, step, step, null],
  )
})

test('a code with another number of digits is no code', () => {
  for (const code of ['', '28708', '2870820', '94287082'])
    assert.equal(matchingStep(RFC_SECRET, code, new Date(59_000)), null)
})

const oathtool = existsSync('/usr/bin/oathtool')

test('codes of oathtool are accepted', { skip: !oathtool && 'SKIPPED: no oathtool' }, () => {
  for (let round = 0; round < 20; round++) {
    const secret = drawTotpSecret()
    const now = new Date(1_700_000_000_000 + round * 12_345_678)
    const code = execFileSync(
      'oathtool',
      ['--totp', '--base32', `--now=@${Math.floor(now.getTime() / 1000)}`, base32(secret)],
      { encoding: 'utf8' },
    ).trim()
    assert.equal(matchingStep(secret, code, now), Math.floor(now.getTime() / 30_000))
  }
})

test('the URL names issuer, label and secret as authenticator apps read them', () => {
  const url = new URL(otpauthUrl(RFC_SECRET, 'ada@example.com', 'Salt & marsh'))
  assert.equal(url.protocol, 'otpauth:')
  assert.equal(url.host, 'totp')
  assert.equal(decodeURIComponent(url.pathname), '/Salt & marsh:ada@example.com')
  assert.equal(url.searchParams.get('secret'), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
  assert.equal(url.searchParams.get('issuer'), 'Salt & marsh')
  assert.equal(url.searchParams.get('digits'), '6')
  assert.equal(url.searchParams.get('period'), '30')
})
