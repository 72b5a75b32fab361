// Receipts that jose signs, and those that no server of ours would: each is refused for its own reason.

import assert from 'node:assert/strict'
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { base64url, CompactSign, exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWK, SignJWT } from 'jose'
import {
  type ReceiptFault,
  type ReceiptKeySet,
  ReceiptVerificationError,
  type VerifyReceiptOptions,
  verifyReceipt,
} from '../../src/client/client.ts'

const NOW = Date.UTC(2026, 0, 31, 12, 0, 42)
const SECONDS = NOW / 1000
const WHO = { issuer: 'https://verify.example.com', audience: 'svc_first', now: NOW }
const DETAILS = 'Transfer 250 euros to Zoë'
const NUMBER = '+12025550123'
const KEY = randomBytes(32)
const CLAIMS = {
  iss: WHO.issuer,
  aud: WHO.audience,
  sub: 'chl_V1StGXR8Z5jdHi6BmyT0Qk2W',
  jti: 'rcp_V1StGXR8Z5jdHi6BmyT0Qk2W',
  iat: SECONDS,
  auth_time: SECONDS - 2,
  amr: ['tel'],
  scope: 'transfer',
  details_sha256: createHash('sha256').update(DETAILS).digest('base64url'),
  number_hmac_sha256: createHmac('sha256', KEY).update(NUMBER).digest('base64url'),
}
const HEADER = { alg: 'EdDSA', typ: 'answerback-receipt+jwt', kid: 'one' }

const one = await generateKeyPair('EdDSA', { extractable: true })
const other = await generateKeyPair('EdDSA', { extractable: true })
const jwks: ReceiptKeySet = { keys: [await published(one, 'one'), await published(other, 'other')] }

async function published({ publicKey }: GenerateKeyPairResult, kid: string) {
  const { kty, crv, x } = (await exportJWK(publicKey)) as Required<JWK>
  return { kty, crv, x, kid, use: 'sig', alg: 'EdDSA' }
}

function signed(claims: object = CLAIMS, header: object = HEADER, { privateKey } = one): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ ...HEADER, ...header }).sign(privateKey)
}

/** With a signature that is right for nothing. */
function unsigned(
  header: object,
  claims: object = CLAIMS,
  signature: string = base64url.encode(randomBytes(64)),
): string {
  return `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(claims))}.${signature}`
}

async function refused(receipt: string, code: ReceiptFault, options: Partial<VerifyReceiptOptions> = {}) {
  await assert.rejects(verifyReceipt(receipt, { ...WHO, jwks, ...options }), (error) => {
    assert.ok(error instanceof ReceiptVerificationError)
    assert.equal(error.code, code, error.message)
    return true
  })
}

test('a receipt that is right gives its claims, by either key of the set', async () => {
  const asked = { scope: 'transfer', details: DETAILS, number: { to: NUMBER, key: KEY.toString('base64url') } }
  assert.deepEqual(await verifyReceipt(await signed(), { ...WHO, jwks, ...asked }), CLAIMS)
  assert.deepEqual(await verifyReceipt(await signed(CLAIMS, { kid: 'other' }, other), { ...WHO, jwks }), CLAIMS)
  const none = await signed({ ...CLAIMS, details_sha256: null })
  await verifyReceipt(none, { ...WHO, jwks, details: null })
  await refused(none, 'wrong_details', { details: DETAILS })
})

describe('refused is', () => {
  test('a payload, a header or a signature that was changed in any character', async () => {
    const [header, payload, signature] = (await signed()).split('.') as [string, string, string]
    const amount = base64url.encode(JSON.stringify({ ...CLAIMS, scope: 'login' }))
    await refused(`${header}.${amount}.${signature}`, 'wrong_signature')
    const longer = base64url.encode(JSON.stringify({ ...HEADER, more: 1 }))
    await refused(`${longer}.${payload}.${signature}`, 'wrong_signature')
    for (let at = 0; at < signature.length; at += 7) {
      const changed = signature.slice(0, at) + (signature[at] === 'A' ? 'B' : 'A') + signature.slice(at + 1)
      await refused(`${header}.${payload}.${changed}`, 'wrong_signature')
    }
  })

  test('no signature, and one under a key that is public', async () => {
    await refused(unsigned({ ...HEADER, alg: 'none' }, CLAIMS, ''), 'malformed')
    for (const alg of ['none', 'NONE', 'None', 'HS256', 'ES256', 'RS256', 'eddsa', '', null, ['EdDSA']])
      await refused(unsigned({ ...HEADER, alg }), 'unsupported')
    // The mistake of libraries that let the header choose: the public key as the secret of an HMAC.
    const { x } = jwks.keys[0] as { x: string }
    for (const secret of [Buffer.from(x, 'base64url'), Buffer.from(x), Buffer.from(JSON.stringify(jwks.keys[0]))]) {
      const forged = await new CompactSign(Buffer.from(JSON.stringify(CLAIMS)))
        .setProtectedHeader({ ...HEADER, alg: 'HS256' })
        .sign(secret)
      await refused(forged, 'unsupported')
      const [, payload, signature] = forged.split('.')
      await refused(`${base64url.encode(JSON.stringify(HEADER))}.${payload}.${signature}`, 'wrong_signature')
    }
  })

  test('another type, what asks for more, and a key that the header brings along', async () => {
    for (const typ of ['JWT', 'at+jwt', undefined, 'ANSWERBACK-RECEIPT+JWT'])
      await refused(await signed(CLAIMS, { typ }), 'unsupported')
    await refused(unsigned({ ...HEADER, crit: ['b64'], b64: false }), 'unsupported')
    const stranger = await generateKeyPair('EdDSA', { extractable: true })
    const jwk = await published(stranger, 'one')
    await refused(await signed(CLAIMS, { jwk, jku: 'https://example.net/jwks.json' }, stranger), 'wrong_signature')
  })

  test('another key, and one that is none', async () => {
    await refused(await signed(CLAIMS, { kid: 'third' }), 'unknown_key')
    await refused(await signed(CLAIMS, { kid: 'other' }), 'wrong_signature')
    await refused(await signed(CLAIMS, {}, other), 'wrong_signature')
    await refused(unsigned({ alg: HEADER.alg, typ: HEADER.typ }), 'malformed')
    const [right] = jwks.keys as [ReceiptKeySet['keys'][number]]
    for (const wrong of [{ kty: 'oct' }, { crv: 'X25519' }, { x: 'AAAA' }, { x: '!' }])
      await refused(await signed(), 'unknown_key', { jwks: { keys: [{ ...right, ...wrong }] } })
  })

  test('another issuer, another service, another time', async () => {
    await refused(await signed({ ...CLAIMS, iss: 'https://verify.example.com.evil.example' }), 'wrong_issuer')
    for (const aud of ['svc_other', ['svc_first', 'svc_other'], undefined, null])
      await refused(await signed({ ...CLAIMS, aud }), 'wrong_audience')
    await refused(await signed({ ...CLAIMS, iat: SECONDS + 61 }), 'not_yet_valid')
    await refused(await signed({ ...CLAIMS, iat: 'soon' }), 'not_yet_valid')
    await refused(await signed({ ...CLAIMS, nbf: SECONDS + 61 }), 'not_yet_valid')
    await refused(await signed({ ...CLAIMS, exp: SECONDS - 60 }), 'expired')
    await verifyReceipt(await signed({ ...CLAIMS, exp: SECONDS + 1, nbf: SECONDS }), { ...WHO, jwks })
    // It does not expire by itself.
    await verifyReceipt(await signed(), { ...WHO, jwks, now: NOW + 20 * 365 * 86_400_000 })
  })

  test('what was approved for something else, or by another number', async () => {
    await refused(await signed(), 'wrong_scope', { scope: 'login' })
    await refused(await signed(), 'wrong_challenge', { challenge: 'chl_another' })
    await verifyReceipt(await signed(), { ...WHO, jwks, challenge: CLAIMS.sub })
    for (const details of ['Transfer 2500 euros to Zoë', 'Transfer 250 euros to Zoe\u0308', '', null])
      await refused(await signed(), 'wrong_details', { details })
    const key = KEY.toString('base64url')
    await refused(await signed(), 'wrong_number', { number: { to: '+12025550124', key } })
    const another = randomBytes(32).toString('base64url')
    await refused(await signed(), 'wrong_number', { number: { to: NUMBER, key: another } })
    await refused(await signed(), 'malformed', { number: { to: NUMBER, key: '' } })
    await refused(await signed({ ...CLAIMS, number_hmac_sha256: undefined }), 'malformed', {
      number: { to: NUMBER, key },
    })
  })

  test('what is no receipt at all', async () => {
    const right = await signed()
    const [header, payload, signature] = right.split('.') as [string, string, string]
    for (const text of ['', '.', '..', 'a.b', `${right}.`, `${right}.x`, ` ${right}`, right.replace('.', '..')])
      await refused(text, 'malformed')
    await refused(`${header}.${payload}.${signature}==`, 'malformed')
    // The last character has bits to spare: another one would decode to the same bytes.
    const last = signature.at(-1)!
    const twin = String.fromCharCode(last.charCodeAt(0) + 1)
    assert.deepEqual(Buffer.from(signature.slice(0, -1) + twin, 'base64url'), Buffer.from(signature, 'base64url'))
    await refused(`${header}.${payload}.${signature.slice(0, -1)}${twin}`, 'malformed')
    for (const json of ['[]', 'null', '"EdDSA"', '{', '\ud800'])
      await refused(`${base64url.encode(json)}.${payload}.${signature}`, json === '[]' ? 'unsupported' : 'malformed')
    const sign = (text: string | Uint8Array) =>
      new CompactSign(Buffer.from(text)).setProtectedHeader(HEADER).sign(one.privateKey)
    for (const text of ['null', 'x', new Uint8Array([0xff])]) await refused(await sign(text), 'malformed')
    for (const other of [undefined, null, 17, {}, [right]]) await refused(other as string, 'malformed')
    // Before its parts are looked for, or read.
    for (const long of ['.'.repeat(20_000), `${header}.${'e'.repeat(20_000)}.${signature}`])
      await refused(long, 'malformed')
    await refused(await signed({ ...CLAIMS, scope: 's'.repeat(20_000) }), 'malformed')
  })

  test('a key set that is none', async () => {
    for (const jwks of [{}, { keys: null }, { keys: {} }, { keys: [null, undefined, 'one', 1] }])
      await refused(await signed(), 'unknown_key', { jwks: jwks as unknown as ReceiptKeySet })
  })
})

describe('without a key set', () => {
  const answering =
    (status: number, body: unknown, asked: string[] = []) =>
    (url: string) => {
      asked.push(url)
      return Response.json(body, { status })
    }

  test('the keys are fetched from the issuer, and not from where the receipt says', async () => {
    const asked: string[] = []
    const fetch = answering(200, jwks, asked)
    await verifyReceipt(await signed(CLAIMS, { jku: 'https://example.net/keys' }), { ...WHO, fetch })
    assert.deepEqual(asked, ['https://verify.example.com/.well-known/jwks.json'])
  })

  test('an issuer that has none to give is no verdict on the receipt', async () => {
    const receipt = await signed()
    for (const fetch of [answering(503, {}), answering(500, jwks), answering(200, {}), answering(200, null)])
      await assert.rejects(verifyReceipt(receipt, { ...WHO, fetch }), { code: 'keys_unavailable' })
    const fetch = () => Promise.reject(new TypeError('no network'))
    await assert.rejects(verifyReceipt(receipt, { ...WHO, fetch }), { code: 'keys_unavailable' })
    const signal = AbortSignal.abort(new Error('left'))
    await assert.rejects(verifyReceipt(receipt, { ...WHO, fetch, signal }), { message: 'left' })
  })
})
