// The one way out to a carrier. A call cannot be taken back, so what matters about a failure is whether it was sent.

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type Answer =
  | { type: 'answered'; status: number; body: string }
  /** Nothing was sent: no such host, nobody listens, no trust in the certificate. */
  | { type: 'unreached'; why: string }
  /** Sent, or perhaps sent; what became of it is unknown. */
  | { type: 'lost'; why: string }

export type Outgoing = {
  method: 'GET' | 'POST' | 'DELETE'
  url: string
  headers: Record<string, string>
  body?: string
}

export async function request(fetch: Fetch, outgoing: Outgoing, signal: AbortSignal): Promise<Answer> {
  if (signal.aborted) return { type: 'unreached', why: 'no time left' }
  const { url, ...init } = outgoing
  try {
    // A redirected POST would become a GET, or a second call: a carrier that redirects has refused.
    const response = await fetch(url, { ...init, redirect: 'manual', signal })
    return { type: 'answered', status: response.status, body: await read(response) }
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error
    return { type: neverSent(cause) ? 'unreached' : 'lost', why: label(cause) }
  }
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

const MOST_BYTES = 256 * 1024

/** The body, cut off where no honest answer goes on: a cut one is no JSON, and so an unknown. */
async function read(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let left = MOST_BYTES
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true })
    left -= chunk.length
    if (left <= 0) break
  }
  return text + decoder.decode()
}

/** Handshakes that failed, by OpenSSL's and Node's names: nodejs.org/api/errors.html, nodejs.org/api/tls.html */
const NO_HANDSHAKE = /CERT|^UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|^ERR_TLS_|^ERR_SSL_(WRONG_VERSION|.*HANDSHAKE_FAILURE)/

function neverSent(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.every(neverSent)
  const { code, message, syscall } = Object(cause)
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return true
  // The one handshake fault that shares its code with a reset after the request.
  if (String(message).includes('before secure TLS connection was established')) return true
  return NO_HANDSHAKE.test(String(code))
}

/** Only a machine's word for the fault: messages hold hosts and addresses. */
function label(cause: unknown): string {
  const { code, name } = Object(cause)
  return [code, name].find((word) => typeof word === 'string' && /^\w{1,60}$/.test(word)) ?? 'unknown fault'
}
