// How Bandwidth's webhooks are authenticated: it signs nothing, and sends the credentials that were handed out with the
// call or stand in its application. dev.bandwidth.com/docs/voice/webhooks

import { sameText } from '../../domain/one-time-codes.ts'
import { basicAuthorization } from '../http-client.ts'

export type Credentials = { username: string; password: string }

/** All are compared, so that the time does not tell which. The name of the scheme has no case: RFC 9110, 11.1. */
export function isAuthenticated(headers: Headers, accepted: readonly Credentials[]): boolean {
  const given = (headers.get('authorization') ?? '').replace(/^basic(?= )/i, 'Basic')
  return accepted
    .map(({ username, password }) => sameText(given, basicAuthorization(username, password)))
    .includes(true)
}

/** Bandwidth sends the first request bare, and repeats it with credentials only after a 401 that names a realm. */
export function askForCredentials(): Response {
  return new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="answerback"' } })
}
