// Which of our locales is spoken for a language tag (BCP 47): the very one, or the nearest of the same language.

import { LOCALES, type Locale } from '../domain/locale.ts'

/** Regions whose people follow another variety of the language than its first in `LOCALES`. */
const NEAREST: Record<string, readonly [regions: string, locale: Locale][]> = {
  // The Commonwealth, Ireland and Hong Kong are taught British English; the Philippines, Liberia and Canada the American.
  en: [
    [
      '001 150 AG AU BB BD BN BS BW BZ CM CY FJ GG GH GI GM HK IE IM IN JE JM KE LK LS MT MU MW MY NA NG NZ PG PK SC SG SL SZ TT TZ UG ZA ZM ZW',
      'en-GB',
    ],
  ],
  // Latin America, and the United States, whose Spanish speakers mostly come from there.
  es: [['013 019 419 AR BO BR BZ CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV US UY VE', 'es-MX']],
}

/** `null`: none of our locales is of this language. Case and `_` for `-` don't matter. */
export function resolveLocale(tag: string): Locale | null {
  const parts = tag.toLowerCase().replaceAll('_', '-').split('-')
  if (!parts.every((part) => /^[a-z0-9]{1,8}$/.test(part))) return null
  // A single letter begins what is no part of the language: extensions and private use, such as de-x-gb.
  const end = parts.findIndex((part) => part.length === 1)
  const [given = '', ...rest] = end < 0 ? parts : parts.slice(0, end)
  // ISO 639's codes of three letters are written too: deu-DE is de-DE.
  const language = /^[a-z]{3}$/.test(given) ? Intl.getCanonicalLocales(given)[0]! : given
  // The region follows the language, or a script of four letters: es-419, zh-Hant-TW.
  const region = rest.find((part) => /^([a-z]{2}|\d{3})$/.test(part)) ?? ''
  const known = LOCALES.find((locale) => locale.toLowerCase() === `${language}-${region}`)
  if (known) return known
  const nearest = Object.hasOwn(NEAREST, language) ? NEAREST[language]! : []
  const exception = nearest.find(([regions]) => regions.split(' ').includes(region.toUpperCase()))
  return exception?.[1] ?? LOCALES.find((locale) => locale.split('-')[0] === language) ?? null
}
