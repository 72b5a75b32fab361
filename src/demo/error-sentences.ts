// An error of the API, as the pages word it.

import type { AnswerbackError } from '../client/client.ts'
import type { DemoTexts } from './texts/en.ts'

export function errorSentence({ code, detail, retryAfter, until }: AnswerbackError, { errors }: DemoTexts): string {
  switch (code) {
    case 'country_not_allowed':
      return errors.country
    case 'number_blocked':
      return until === null ? errors.kind : errors.reported(hoursUntil(until))
    case 'policy':
      return errors.policy
    case 'conflict':
      return errors.conflict
    case 'rate_limited':
      return errors.tooOften(retryAfter ?? 60)
    case 'carrier_unavailable':
      return errors.carriers
    case 'database_unavailable':
      return errors.database
    case 'unreachable':
      return errors.unreachable
    case 'invalid':
      return errors.invalid
    default:
      return errors.other(detail)
  }
}

function hoursUntil(time: string): number {
  return Math.max(1, Math.ceil((Date.parse(time) - Date.now()) / 3_600_000))
}
