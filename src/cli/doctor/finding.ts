// The result of one check: a sentence, and whether calls can work.

export type Finding = { verdict: 'good' | 'bad' | 'odd'; about: string; sentence: string }

export function good(about: string, sentence: string): Finding {
  return { verdict: 'good', about, sentence }
}

export function bad(about: string, sentence: string): Finding {
  return { verdict: 'bad', about, sentence }
}

/** Unusual; calls may work nevertheless. */
export function odd(about: string, sentence: string): Finding {
  return { verdict: 'odd', about, sentence }
}

export function line({ verdict, about, sentence }: Finding): string {
  return `  ${{ good: '✓', bad: '✗', odd: '!' }[verdict]} ${about.padEnd(11)} ${sentence}`
}

/** Why a request failed, in words. */
export function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = String(Object(cause).code ?? Object(cause).name ?? 'no reason given')
  return WORDS[code] ?? (/CERT|TLS|SSL/.test(code) ? `its certificate is not trusted (${code})` : code)
}

const WORDS: Record<string, string> = {
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  TimeoutError: 'no answer within 5 seconds',
  UND_ERR_CONNECT_TIMEOUT: 'no answer within 5 seconds',
}
