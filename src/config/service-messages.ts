// The sentences and the language that a service may have for itself: settings like its others, which no variable of the
// environment has.

import { z } from 'zod'
import { LOCALES, type Locale } from '../domain/locale.ts'
import { LOCALE_SETTING, MESSAGE_SETTINGS, type Messages } from '../domain/message-settings.ts'
import { messageFault } from '../domain/message-template.ts'
import { sanitizeMessage } from '../domain/sanitize-text.ts'
import { oneOf } from './value-schemas.ts'

const message = z
  .string()
  .superRefine((text, context) => {
    const fault = messageFault(text)
    if (fault !== null) context.addIssue({ code: 'custom', message: fault })
  })
  .transform(sanitizeMessage)

/** `undefined`: it is none of these. */
export function messageSettingSchema(name: string): z.ZodType | undefined {
  return name === LOCALE_SETTING ? oneOf(LOCALES) : MESSAGE_SETTINGS.has(name) ? message : undefined
}

/** Of values that these schemas have read. */
export function ownMessages(values: Record<string, unknown>): { messages?: Messages; locale?: Locale } {
  const messages: Messages = { call: {}, sms: {} }
  let isAny = false
  for (const [name, { channel, locale }] of MESSAGE_SETTINGS) {
    const text = values[name]
    if (typeof text !== 'string') continue
    messages[channel][locale] = text
    isAny = true
  }
  const locale = values[LOCALE_SETTING] as Locale | undefined
  return { ...(isAny && { messages }), ...(locale !== undefined && { locale }) }
}
