// HTTP requests to a carrier's API. A call cannot be taken back, so a failure tells whether the request may have been sent.

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type HttpResult =
  /** `date`: by the carrier's clock. */
  | { type: 'answered'; status: number; body: string; date: string | null }
  /** Nothing was sent: no such host, connection refused, certificate not trusted. */
  | { type: 'not_sent'; why: string }
  /** Sent, or perhaps sent; the answer is unknown. */
  | { type: 'lost'; why: string }

export type HttpRequest = {
  method: 'GET' | 'POST' | 'DELETE'
  url: string
  headers: Record<string, string>
  body?: string
}

export async function sendRequest(fetch: Fetch, request: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
  if (signal.aborted) return { type: 'not_sent', why: 'no time left' }
  const { url, ...init } = request
  try {
    // Not followed: a redirected POST would become a GET, or place a second call.
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    const { status, headers } = response
    return { type: 'answered', status, body: await readBody(response), date: headers.get('Date') }
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error
    return { type: isNeverSent(cause) ? 'not_sent' : 'lost', why: errorLabel(cause) }
  }
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

const MAX_BYTES = 256 * 1024

/** Cut off at a size that no genuine answer has. A cut body doesn't parse as JSON, so the result is unknown. */
async function readBody(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let left = MAX_BYTES
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true })
    left -= chunk.length
    if (left <= 0) break
  }
  return text + decoder.decode()
}

/** Failed handshakes, by the names of OpenSSL and Node: nodejs.org/api/errors.html, nodejs.org/api/tls.html */
const FAILED_HANDSHAKE =
  /CERT|^UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|^ERR_TLS_|^ERR_SSL_(WRONG_VERSION|.*HANDSHAKE_FAILURE)/

function isNeverSent(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.every(isNeverSent)
  const { code, message, syscall } = Object(cause)
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return true
  // ECONNRESET during the handshake has the same code as one after the request; only the message tells them apart.
  if (String(message).includes('before secure TLS connection was established')) return true
  return FAILED_HANDSHAKE.test(String(code))
}

/** The error's code or name. Not its message, which contains hosts and addresses. */
function errorLabel(cause: unknown): string {
  const { code, name } = Object(cause)
  return [code, name].find((word) => typeof word === 'string' && /^\w{1,60}$/.test(word)) ?? 'unknown fault'
}
