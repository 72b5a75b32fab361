import { LOCALES, type Locale, type Prompts } from '../domain/prompts.ts'
import { deDE } from './de-DE.ts'
import { enGB } from './en-GB.ts'
import { enUS } from './en-US.ts'
import { esES } from './es-ES.ts'
import { esMX } from './es-MX.ts'
import { frFR } from './fr-FR.ts'
import { hiIN } from './hi-IN.ts'
import { itIT } from './it-IT.ts'
import { jaJP } from './ja-JP.ts'
import { nlNL } from './nl-NL.ts'
import { plPL } from './pl-PL.ts'
import { ptBR } from './pt-BR.ts'

export const prompts: Record<Locale, Prompts> = {
  'en-US': enUS,
  'en-GB': enGB,
  'es-ES': esES,
  'es-MX': esMX,
  'fr-FR': frFR,
  'de-DE': deDE,
  'it-IT': itIT,
  'pt-BR': ptBR,
  'nl-NL': nlNL,
  'pl-PL': plPL,
  'ja-JP': jaJP,
  'hi-IN': hiIN,
}

/** Our locale for a language tag, in any case; a bare language means its first region in `LOCALES`. */
export function localeOf(tag: string): Locale | null {
  const asked = tag.toLowerCase()
  const known = LOCALES.find((locale) => locale.toLowerCase() === asked)
  return known ?? LOCALES.find((locale) => locale.split('-')[0] === asked) ?? null
}
