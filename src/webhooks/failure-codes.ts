// Why a message was not delivered: a closed list of codes, since a receiver's own text may contain anything.

import { PrivateAddress } from './ssrf-guard.ts'

export const PUSH_FAILURES = {
  timeout: 'no answer within 15 seconds',
  refused: 'nothing listens there',
  connection_lost: 'the connection broke before an answer',
  unreachable: 'no route to the host',
  dns: 'the host name could not be resolved',
  tls: 'no secure connection: the certificate, most often',
  private_address: 'the host name leads to an address that is not public',
  redirect: 'the receiver answered with a redirect, which is never followed',
  gone: 'the receiver answered 410: nothing is sent there until you send again, or WEBHOOK_URL changes',
  not_http: 'what answered does not speak HTTP',
  stopped: 'this server was stopped meanwhile',
  no_webhook_url: 'its service has no WEBHOOK_URL, or no secret to sign with',
  forgotten: 'the challenge has been deleted by retention',
  unreadable: "the challenge's row can't be read",
  failed: 'something else',
} as const

/** `http_503`: the receiver answered so. */
export type PushFailure = keyof typeof PUSH_FAILURES | `http_${number}`

export function failureOfStatus(status: number): PushFailure | null {
  if (status >= 200 && status < 300) return null
  if (status === 410) return 'gone'
  return status >= 300 && status < 400 ? 'redirect' : `http_${status}`
}

export function failureOfError(error: Error & { code?: string }, signal: AbortSignal): PushFailure {
  if (signal.aborted) return signal.reason?.name === 'TimeoutError' ? 'timeout' : 'stopped'
  if (error instanceof PrivateAddress) return 'private_address'
  const code = error.code ?? ''
  if (code.startsWith('HPE_')) return 'not_http'
  // Node's codes for TLS, OpenSSL's for certificates, and EPROTO for a server that speaks no TLS.
  if (/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_)/.test(code)) return 'tls'
  return CODES[code] ?? 'failed'
}

const CODES: Record<string, PushFailure> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'connection_lost',
  EPIPE: 'connection_lost',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
}
