// What a message says: the code, whose it is, how long it lives, and the line that lets a browser fill it in.

import { splitAppHash } from '../domain/app-hash.ts'
import { fill } from '../domain/call-script.ts'
import { prompts } from '../prompts/index.ts'
import type { ChallengeRequest } from '../store/types.ts'

type Parts = { request: ChallengeRequest; code: string; name: string; origin: string | null; minutes: number }

/**
 * The last line follows the origin-bound one-time code format (wicg.github.io/sms-one-time-codes). Where an Android app
 * waits for its hash, which must stand last too, the hash does: an app is asked for before a page is.
 */
export function messageText({ request, code, name, origin, minutes }: Parts): string {
  const { message, scope, locale } = request
  if (!message) return withOrigin(prompts[locale].message(name, scope, code, minutes), origin, code)
  const { text, appHash } = splitAppHash(message)
  const sentence = withOrigin(fill(text, { name, scope }).replaceAll('{CODE}', code), origin, code)
  return appHash === null ? sentence : `${sentence}\n${appHash}`
}

function withOrigin(sentence: string, origin: string | null, code: string): string {
  return origin ? `${sentence}\n\n@${origin} #${code}` : sentence
}
