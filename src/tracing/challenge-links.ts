// Links each request about a challenge to the span of that challenge: those that find it, its carriers' webhooks, and the
// one that starts it. A webhook is linked only once its carrier's signature has been found good.

import type { Tracer } from '@opentelemetry/api'
import type { Challenges } from '../challenges/challenges.ts'
import { challengeLink, recordChallengeSpan, type spanIds } from './challenge-span.ts'
import { activeSpan, isSampled } from './span-tree.ts'

const CHALLENGE = /^chl_[\w-]{1,64}$/

export function linkChallenges(tracer: Tracer, ids: ReturnType<typeof spanIds>, challenges: Challenges): Challenges {
  return {
    ...challenges,

    async create(...given) {
      const since = new Date()
      const created = await challenges.create(...given)
      const span = activeSpan()?.span
      if ('refused' in created || (span && !isSampled(span))) return created
      const { id, flow, deliveries } = created.challenge
      const { channel, carrier } = deliveries.at(-1)!
      const attributes = {
        'answerback.challenge.id': id,
        'answerback.flow': flow,
        'answerback.channel': channel,
        'answerback.carrier': carrier,
      }
      recordChallengeSpan(tracer, ids, { challenge: id, attributes, since, by: span?.spanContext() ?? null })
      link(id)
      return created
    },

    async find(id) {
      const record = await challenges.find(id)
      if (record) link(id)
      return record
    },

    handleCarrierEvent(target, event) {
      if (CHALLENGE.test(target.challenge)) link(target.challenge)
      const { span } = activeSpan() ?? {}
      span?.setAttributes({ 'answerback.carrier': target.carrier, 'answerback.event': event.type })
      return challenges.handleCarrierEvent(target, event)
    },
  }
}

function link(challenge: string): void {
  const { span } = activeSpan() ?? {}
  span?.addLink(challengeLink(challenge)).setAttribute('answerback.challenge.id', challenge)
}
