// How the settings are called that hold a service's own sentences around a code, and its language.

import type { Channel } from './challenge.ts'
import { LOCALES, type Locale } from './locale.ts'

/** Sentences by channel and language. */
export type Messages = Record<Channel, Partial<Record<Locale, string>>>

export const LOCALE_SETTING = 'LOCALE'

const BEGINNINGS: Record<Channel, string> = { call: 'CALL_MESSAGE', sms: 'SMS_MESSAGE' }

/** Such as `SMS_MESSAGE_DE_DE`. */
export const MESSAGE_SETTINGS: ReadonlyMap<string, { channel: Channel; locale: Locale }> = new Map(
  (Object.keys(BEGINNINGS) as Channel[]).flatMap((channel) =>
    LOCALES.map((locale) => [`${BEGINNINGS[channel]}_${locale.toUpperCase().replace('-', '_')}`, { channel, locale }]),
  ),
)
