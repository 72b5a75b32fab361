import type { Locale } from '../domain/locale.ts'
import type { Prompts } from '../domain/prompts.ts'
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
