// The language of the pages and of the calls, one for both: chosen by the visitor, or what the browser asks for.

import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { de } from './texts/de.ts'
import { type DemoTexts, en } from './texts/en.ts'
import { es } from './texts/es.ts'
import { fr } from './texts/fr.ts'
import { hi } from './texts/hi.ts'
import { it } from './texts/it.ts'
import { ja } from './texts/ja.ts'
import { nl } from './texts/nl.ts'
import { pl } from './texts/pl.ts'
import { pt } from './texts/pt.ts'

/** The languages in which Answerback can speak, each by its own name. */
export const LOCALES = new Map(
  ['en-US', 'en-GB', 'de-DE', 'es-ES', 'es-MX', 'fr-FR', 'it-IT', 'nl-NL', 'pl-PL', 'pt-BR', 'ja-JP', 'hi-IN'].map(
    (tag) => [tag, new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag],
  ),
)

const COOKIE = 'saltmarsh_language'
const TEXTS: Record<string, DemoTexts> = { de, en, es, fr, hi, it, ja, nl, pl, pt }

export type Language = { locale: string; texts: DemoTexts }

export function languageOf(c: Context): Language {
  const chosen = getCookie(c, COOKIE)
  const locale = chosen !== undefined && LOCALES.has(chosen) ? chosen : acceptedLocale(c.req.header('accept-language'))
  return languageFor(locale)
}

export function languageFor(locale: string): Language {
  return { locale, texts: TEXTS[locale.slice(0, 2)] ?? en }
}

export function chooseLanguage(c: Context, path: string, locale: string | undefined): void {
  if (locale !== undefined && LOCALES.has(locale))
    setCookie(c, COOKIE, locale, { path, httpOnly: true, sameSite: 'Lax' })
}

/** The first of the browser's languages that we speak: the very locale, or one of its language. */
function acceptedLocale(header = ''): string {
  const known = [...LOCALES.keys()]
  for (const tag of header.split(',').map((part) => part.split(';')[0]!.trim().toLowerCase())) {
    const found =
      known.find((locale) => locale.toLowerCase() === tag) ??
      known.find((locale) => tag !== '' && locale.slice(0, 2) === tag.split('-')[0])
    if (found) return found
  }
  return 'en-US'
}
