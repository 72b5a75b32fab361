// The carrier's receipts for a text message.

import { currentDelivery, disclosedEarlier, fail, stay, withDelivery } from './common.ts'
import type { Handler } from './handler.ts'

export const onDelivered: Handler<'delivered'> = (challenge) => {
  const { channel, result } = currentDelivery(challenge)
  if (channel !== 'sms' || result === 'delivered') return stay(challenge)
  if (challenge.outcome && result !== null) return stay(challenge)
  return stay(
    withDelivery({ ...challenge, codeDisclosed: true }, { progress: { state: 'ended' }, result: 'delivered' }),
  )
}

export const onUndelivered: Handler<'undelivered'> = (challenge, { result, cause }) => {
  if (currentDelivery(challenge).channel !== 'sms') return stay(challenge)
  const codeDisclosed = disclosedEarlier(challenge)
  const ended = withDelivery({ ...challenge, codeDisclosed }, { progress: { state: 'ended' }, ...(cause && { cause }) })
  return fail(ended, result)
}
