// The sentence shown for a request that failed.

import type { AnswerbackError, Channel } from '../client/client.ts'
import type { Texts } from './texts.ts'

/** A delivery that was asked for; `offered`: the channels that the page has a button for. */
export type AskedDelivery = { channel: Channel; offered: readonly Channel[] }

/** `asked`: `null` where it was no delivery. */
export function errorSentence(
  { code, retryAfter, limit }: AnswerbackError,
  { errors, after }: Texts,
  asked: AskedDelivery | null = null,
): string {
  if (code === 'unreachable') return errors.offline
  if (code === 'rate_limited') return after((limit && errors.limits[limit]) ?? errors.tooOften, errors.wait(retryAfter))
  if (code === 'number_blocked' && asked) {
    const other = asked.offered.find((channel) => channel !== asked.channel)
    return [errors.stopped[asked.channel], ...(other ? [errors.stillPossible[other]] : [])].join(' ')
  }
  // The settings have changed since the page was opened: they hold for every channel.
  if ((code === 'policy' || code === 'country_not_allowed') && asked) return errors.stopped[asked.channel]
  if (code === 'quiet_hours') return errors.atNight
  return code === 'conflict' ? errors.conflict : errors.other
}
