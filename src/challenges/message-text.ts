// What a message says: the code, whose it is, how long it lives, and the line that lets a browser fill it in.

import { fill } from '../domain/call-script.ts'
import { prompts } from '../prompts/index.ts'
import type { ChallengeRequest } from '../store/types.ts'

type Parts = { request: ChallengeRequest; code: string; name: string; origin: string | null; minutes: number }

/** The last line follows the origin-bound one-time code format: wicg.github.io/sms-one-time-codes. */
export function messageText({ request, code, name, origin, minutes }: Parts): string {
  const { message, scope, locale } = request
  const sentence = message
    ? fill(message, { name, scope }).replaceAll('{CODE}', code)
    : prompts[locale].message(name, scope, code, minutes)
  return origin ? `${sentence}\n\n@${origin} #${code}` : sentence
}
