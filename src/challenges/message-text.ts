// What a message says: the code, whose it is, how long it lives, and the line that lets a browser fill it in. And in how many
// segments it is sent.

import { splitAppHash } from '../domain/app-hash.ts'
import { fill } from '../domain/call-script.ts'
import { rememberLast } from '../domain/remember-last.ts'
import { segments } from '../domain/text-segments.ts'
import { prompts } from '../prompts/index.ts'
import type { ChallengeRequest } from '../store/types.ts'
import type { ServiceSettings } from './challenge-settings.ts'

type Wording = Pick<ChallengeRequest, 'message' | 'scope' | 'locale'>
type Parts = {
  request: Wording
  settings: Pick<ServiceSettings, 'serviceName' | 'origin' | 'messages'>
  code: string
  minutes: number
}

/** The longest that a challenge may last: the shorter number in its text makes no segment more. */
const LONGEST_MINUTES = 10

/**
 * The last line follows the origin-bound one-time code format (wicg.github.io/sms-one-time-codes). Where an Android app
 * waits for its hash, which must stand last too, the hash does: an app is asked for before a page is.
 */
export function messageText({ request, settings, code, minutes }: Parts): string {
  const { scope, locale } = request
  const { serviceName: name, origin } = settings
  const message = request.message ?? settings.messages.sms[locale] ?? null
  if (!message) return withOrigin(prompts[locale].message(name, scope, code, minutes), origin, code)
  const { text, appHash } = splitAppHash(message)
  const sentence = withOrigin(fill(text, { name, scope }).replaceAll('{CODE}', code), origin, code)
  return appHash === null ? sentence : `${sentence}\n${appHash}`
}

export function segmentsOfMessage(
  request: Wording & Pick<ChallengeRequest, 'codeLength'>,
  settings: Parts['settings'],
): number {
  const code = '0'.repeat(request.codeLength)
  return segmentsOf(messageText({ request, settings, code, minutes: LONGEST_MINUTES }))
}

/** Before it is sent a message is priced twice, and those of one service are mostly alike. */
const segmentsOf = rememberLast((text) => segments(text).segments)

function withOrigin(sentence: string, origin: string | null, code: string): string {
  return origin ? `${sentence}\n\n@${origin} #${code}` : sentence
}
