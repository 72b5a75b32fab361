// The span that everything of one challenge links to. Its ids are derived from the challenge's, so that any instance knows
// them without anything being stored, carried in a URL or sent to a carrier.

import { createHash } from 'node:crypto'
import { type Attributes, type Link, type SpanContext, TraceFlags, type Tracer } from '@opentelemetry/api'
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace'

type Ids = { traceId: string; spanId: string }

/** 24 of the hash's bytes: uniformly distributed, as samplers by ratio expect of a trace id. */
export function challengeSpanIds(challenge: string): Ids {
  const hash = createHash('sha256').update(`answerback challenge ${challenge}`).digest('hex')
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) }
}

export function challengeLink(challenge: string): Link {
  const context: SpanContext = { ...challengeSpanIds(challenge), traceFlags: TraceFlags.SAMPLED, isRemote: true }
  return { context }
}

/** `given`: begins one span under these ids. */
export function spanIds(): IdGenerator & { given<T>(ids: Ids, begin: () => T): T } {
  const random = new RandomIdGenerator()
  let next: Ids | null = null
  return {
    generateTraceId: () => next?.traceId ?? random.generateTraceId(),
    generateSpanId: () => next?.spanId ?? random.generateSpanId(),
    given(ids, begin) {
      next = ids
      try {
        return begin()
      } finally {
        next = null
      }
    },
  }
}

type ChallengeSpan = { challenge: string; attributes: Attributes; since: Date; by: SpanContext | null }

/** The root of a trace of its own, since webhooks come long after the app's trace has ended; it links to what created it. */
export function recordChallengeSpan(
  tracer: Tracer,
  ids: ReturnType<typeof spanIds>,
  { challenge, attributes, since, by }: ChallengeSpan,
): void {
  const links = by ? [{ context: by }] : []
  const begin = () => tracer.startSpan('challenge', { root: true, startTime: since, attributes, links })
  ids.given(challengeSpanIds(challenge), begin).end()
}
