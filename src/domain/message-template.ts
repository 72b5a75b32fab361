// The app's own sentence around a code, with what stands for code, name and scope.

import { isSpeakable, sanitizeMessage } from './sanitize-text.ts'

export const LONGEST_MESSAGE = 300
const PLACEHOLDERS = ['{CODE}', '{NAME}', '{SCOPE}']

export const NOT_SPEAKABLE = 'must hold something that can be said'
export const WITHOUT_CODE = 'must hold {CODE}'

export function unknownPlaceholders(template: string): string[] {
  const unknown = (template.match(/\{[^{}]*\}/g) ?? []).filter((placeholder) => !PLACEHOLDERS.includes(placeholder))
  return unknown.map(() => `knows no placeholders but ${PLACEHOLDERS.join(', ')}`)
}

/** What is wrong with a sentence that is to carry a code; `null`: nothing. */
export function messageFault(text: string): string | null {
  const template = sanitizeMessage(text)
  if ([...text].length > LONGEST_MESSAGE) return `must have at most ${LONGEST_MESSAGE} characters`
  if (!isSpeakable(template)) return NOT_SPEAKABLE
  if (!template.includes('{CODE}')) return WITHOUT_CODE
  return unknownPlaceholders(template)[0] ?? null
}
