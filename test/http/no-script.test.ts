// The hosted page where no script runs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCALES } from '../../src/domain/locale.ts'
import { NO_SCRIPT_TEXTS } from '../../src/http/pages/no-script-texts.ts'
import { hosted } from '../../src/http/routes/hosted.ts'

const app = hosted('Acme', [])

async function noScriptOf(acceptLanguage?: string): Promise<{ lang: string; text: string }> {
  const headers: Record<string, string> = acceptLanguage === undefined ? {} : { 'accept-language': acceptLanguage }
  const page = await (await app.request('/c/chl_1', { headers })).text()
  const [, lang, text] = /<noscript><p class="problem" lang="([\w-]+)">([^<]+)<\/p><\/noscript>/.exec(page)!
  return { lang: lang!, text: text! }
}

test('every locale has its sentence, which names the script and differs between languages', async () => {
  for (const locale of LOCALES) {
    const { lang, text } = await noScriptOf(locale)
    assert.equal(lang, locale)
    assert.equal(text, NO_SCRIPT_TEXTS[locale])
    assert.match(text, /JavaScript/)
  }
  assert.equal(new Set(Object.values(NO_SCRIPT_TEXTS)).size, new Set(LOCALES.map((one) => one.slice(0, 2))).size)
})

test('the first language of the browser that is spoken here is taken, and English where there is none', async () => {
  assert.equal((await noScriptOf('sv-SE, de;q=0.8, en;q=0.5')).lang, 'de-DE')
  assert.equal((await noScriptOf('es-AR')).lang, 'es-MX')
  for (const header of [undefined, '', '*', 'sv', ';;,,q', ',,'.repeat(5_000)])
    assert.equal((await noScriptOf(header)).lang, 'en-US', header?.slice(0, 20))
})
