// The texts for a language tag. Every locale that is spoken has them by its language: the words of a page are neutral
// between its regions.

import type { Texts } from '../texts.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { hi } from './hi.ts'
import { it } from './it.ts'
import { ja } from './ja.ts'
import { nl } from './nl.ts'
import { pl } from './pl.ts'
import { pt } from './pt.ts'

const TEXTS: Record<string, Texts> = { de, en, es, fr, hi, it, ja, nl, pl, pt }

/** By the language alone; English for a language without texts. */
export function textsFor(locale: string): { language: string; texts: Texts } {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? ''
  return Object.hasOwn(TEXTS, language) ? { language, texts: TEXTS[language]! } : { language: 'en', texts: en }
}
