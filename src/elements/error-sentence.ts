// The sentence shown for a request that failed.

import type { AnswerbackError } from '../client/client.ts'
import type { Texts } from './texts.ts'

export function errorSentence({ code, retryAfter, limit }: AnswerbackError, { errors, after }: Texts): string {
  if (code === 'unreachable') return errors.offline
  if (code === 'rate_limited') return after((limit && errors.limits[limit]) ?? errors.tooOften, errors.wait(retryAfter))
  if (code === 'number_blocked') return errors.callsStopped
  return code === 'conflict' ? errors.conflict : errors.other
}
