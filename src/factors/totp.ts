// Authenticator apps: time-based one-time passwords by RFC 6238, in the form that every app reads: SHA-1, six digits,
// thirty seconds.

import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

const TOTP_DIGITS = 6
/** RFC 4226, section 4, R6 recommends 160 bits. */
const SECRET_BYTES = 20
const PERIOD_SECONDS = 30
/** Steps of drift accepted on either side. */
const DRIFT = 1

export function drawTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES)
}

/** The secret as it is typed into an app that can't read the QR code. */
export function base32(secret: Buffer): string {
  return new Secret({ buffer: bufferOf(secret) }).base32
}

/** The URL that an authenticator app reads: github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function otpauthUrl(secret: Buffer, label: string, issuer: string): string {
  return totpOf(secret, label, issuer).toString()
}

export function isTotpCode(typed: string): boolean {
  return /^[0-9]+$/.test(typed) && typed.length === TOTP_DIGITS
}

/**
 * The time step whose code this is, among the present one and its neighbours; `null`: none of them. Every candidate is
 * compared in constant time.
 */
export function matchingStep(secret: Buffer, code: string, now: Date): number | null {
  const timestamp = now.getTime()
  const drift = totpOf(secret).validate({ token: code, timestamp, window: DRIFT })
  return drift === null ? null : Math.floor(timestamp / 1000 / PERIOD_SECONDS) + drift
}

function totpOf(secret: Buffer, label = '', issuer = ''): TOTP {
  return new TOTP({
    secret: new Secret({ buffer: bufferOf(secret) }),
    label,
    issuer,
    algorithm: 'SHA1',
    digits: TOTP_DIGITS,
    period: PERIOD_SECONDS,
  })
}

function bufferOf(secret: Buffer): ArrayBuffer {
  return new Uint8Array(secret).buffer
}
