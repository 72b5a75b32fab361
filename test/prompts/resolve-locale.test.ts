import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCALES } from '../../src/domain/locale.ts'
import { resolveLocale } from '../../src/prompts/resolve-locale.ts'

test('a language tag finds its locale, or the nearest of the same language', () => {
  const table: [string, string | null][] = [
    ['en-US', 'en-US'],
    ['EN-gb', 'en-GB'],
    ['pt-br', 'pt-BR'],
    ['en', 'en-US'],
    ['ES', 'es-ES'],
    ['pt', 'pt-BR'],
    ['ja', 'ja-JP'],
    ['en_US', 'en-US'],
    ['en-AU', 'en-GB'],
    ['en-NZ', 'en-GB'],
    ['en-IN', 'en-GB'],
    ['en-IE', 'en-GB'],
    ['en-001', 'en-GB'],
    ['en-CA', 'en-US'],
    ['en-PH', 'en-US'],
    ['de-AT', 'de-DE'],
    ['de-CH', 'de-DE'],
    ['fr-CA', 'fr-FR'],
    ['fr-BE', 'fr-FR'],
    ['es-419', 'es-MX'],
    ['es-AR', 'es-MX'],
    ['es-US', 'es-MX'],
    ['es-GQ', 'es-ES'],
    ['pt-PT', 'pt-BR'],
    ['it-CH', 'it-IT'],
    ['nl-BE', 'nl-NL'],
    ['hi', 'hi-IN'],
    ['hi-Latn-IN', 'hi-IN'],
    ['de-Latn-AT', 'de-DE'],
    ['de-1996', 'de-DE'],
    ['de-DE-u-co-phonebk', 'de-DE'],
    ['de-', null],
    ['zh', null],
    ['zh-Hant-TW', null],
    ['sv-SE', null],
    ['e', null],
    ['', null],
    ['US', null],
    ['constructor', null],
    ['__proto__', null],
    ['en-US; drop', null],
    ['deutsch', null],
  ]
  for (const [tag, locale] of table) assert.equal(resolveLocale(tag), locale, tag)
  for (const locale of LOCALES) assert.equal(resolveLocale(locale), locale)
})
