// The URLs that a carrier gets with a call. They hold ids and a locale and no secret, since a webhook is authenticated by
// its signature. With the locale a person can be spoken to while the database does not answer.

import type { CallbackUrls } from '../carriers/carrier.ts'
import type { CarrierName, ChallengeId, DeliveryId } from '../domain/challenge.ts'
import type { Locale } from '../domain/locale.ts'

export type CallbackTarget = { carrier: CarrierName; locale: Locale; challenge: ChallengeId; delivery: DeliveryId }

/** `again` counts how often this caller was already asked to wait. */
export function callbackUrls(
  publicUrl: string,
  { carrier, locale, challenge, delivery }: CallbackTarget,
  again = 0,
): CallbackUrls {
  const base = `${publicUrl}/voice/${carrier}/${locale}/${challenge}/${delivery}`
  return {
    answer: again > 0 ? `${base}/answer?again=${again}` : `${base}/answer`,
    turn: (turn) => `${base}/turn/${turn}`,
    status: `${base}/status`,
    detection: `${base}/detection`,
    fallback: `${base}/fallback`,
  }
}

/** Where a carrier's receipts for a message go. */
export function receiptUrl(
  publicUrl: string,
  { carrier, challenge, delivery }: Omit<CallbackTarget, 'locale'>,
): string {
  return `${publicUrl}/sms/${carrier}/${challenge}/${delivery}`
}
