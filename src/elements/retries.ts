// Other ways to be reached: the same code once more while the challenge is pending, and a new challenge after it.

import type { Challenge, Channel, FailureCause, Reason } from '../client/client.ts'
import type { Texts } from './texts.ts'

/** After these a new challenge is of no use, or not for this page to offer. */
const FINAL: readonly Reason[] = ['code_matched', 'key_pressed', 'fraud_reported', 'too_many_attempts']

/** These keep every text from the number. */
const NO_TEXTS: readonly FailureCause[] = ['landline', 'number_unknown', 'blocked', 'opted_out']

/** What may be asked for now. None while a call is live. */
export function channelsOffered({ status, reason, flow, deliveries }: Challenge): readonly Channel[] {
  const last = deliveries.at(-1)
  const takesTexts = last?.channel !== 'sms' || last.cause === undefined || !NO_TEXTS.includes(last.cause)
  const channels: readonly Channel[] = flow === 'send_code' && takesTexts ? ['call', 'sms'] : ['call']
  if (status !== 'pending') return FINAL.includes(reason) ? [] : channels
  return last?.state === 'sent' || last?.state === 'ended' ? channels : []
}

/** What the buttons say, by the channel that was used last. */
export function offerLabels({ deliveries }: Challenge, texts: Texts): Record<Channel, string> {
  return deliveries.at(-1)?.channel === 'sms'
    ? { call: texts.callInstead, sms: texts.textAgain }
    : { call: texts.callAgain, sms: texts.textInstead }
}
