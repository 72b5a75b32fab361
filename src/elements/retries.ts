// Other ways to be reached: the same code once more while the challenge is pending, and a new challenge after it.

import type { Challenge, Channel, Reason } from '../client/client.ts'

/** After these a new challenge is of no use, or not for this page to offer. */
const FINAL: readonly Reason[] = ['code_matched', 'key_pressed', 'fraud_reported', 'too_many_attempts']

/** What may be asked for now. None while a call is live. */
export function channelsOffered({ status, reason, flow, deliveries }: Challenge): readonly Channel[] {
  const channels: readonly Channel[] = flow === 'send_code' ? ['call', 'sms'] : ['call']
  if (status !== 'pending') return FINAL.includes(reason) ? [] : channels
  const state = deliveries.at(-1)?.state
  return state === 'sent' || state === 'ended' ? channels : []
}
