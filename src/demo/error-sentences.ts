// An error of the API, as the pages word it. The browser uses it too, so it imports types alone.

import type { AnswerbackError } from '../client/client.ts'

export function errorSentence({ code, detail, retryAfter }: AnswerbackError): string {
  switch (code) {
    case 'country_not_allowed':
      return 'We do not call numbers of that country.'
    case 'number_blocked':
      return 'Numbers of this kind, such as premium ones, are never called. Please use another one.'
    case 'policy':
      return 'This way of confirming is switched off. Please choose another one.'
    case 'conflict':
      return 'A call to this number is still under way. Finish it or hang up, then try again.'
    case 'rate_limited':
      return `That was too often for this number. Please wait ${formatDuration(retryAfter ?? 60)}, or use another one.`
    case 'carrier_unavailable':
      return 'No telephone company could be reached, so nobody was called. Please try again in a moment.'
    case 'database_unavailable':
      return 'The service that calls you is not well. Please try again in a moment.'
    case 'unreachable':
      return 'The service that calls you did not answer, so we do not know whether that worked.'
    case 'invalid':
      return 'The service that calls you did not accept this form. Please check what you typed.'
    default:
      return `The service that calls you refused: ${detail}`
  }
}

export function formatDuration(seconds: number): string {
  const [count, unit] = seconds < 90 ? [Math.max(1, Math.ceil(seconds)), 'second'] : [Math.ceil(seconds / 60), 'minute']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
