// How long a client should wait, in fields: Retry-After (RFC 9110, 10.2.3) and those of the IETF's draft on rate limits
// (draft-ietf-httpapi-ratelimit-headers-10). A refusal names the limit that is exhausted and no other.

import type { Refusal } from '../domain/refusal.ts'

export function waitFields({ retryAfter, limit }: Pick<Refusal, 'retryAfter' | 'limit'>): Record<string, string> {
  if (retryAfter === undefined) return {}
  const seconds = Math.max(1, Math.ceil(retryAfter))
  return {
    'Retry-After': String(seconds),
    ...(limit && { RateLimit: `"${limit.name}";r=0;t=${seconds}` }),
    ...(limit?.quota && { 'RateLimit-Policy': `"${limit.name}";q=${limit.quota.max};w=${limit.quota.seconds}` }),
  }
}
