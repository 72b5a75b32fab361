// The locales of Bandwidth's voices. dev.bandwidth.com/docs/voice/bxml/speakSentence

const LOCALES: Record<string, { language: string; voices: string }> = {
  en_US: { language: 'en-US', voices: 'julie kate susan dave paul ruth stephen' },
  en_UK: { language: 'en-GB', voices: 'bridget simon' },
  de: { language: 'de-DE', voices: 'katrin stefan' },
  es: { language: 'es-ES', voices: 'esperanza violeta jorge' },
  es_MX: { language: 'es-MX', voices: 'rosa' },
  es_US: { language: 'es-US', voices: 'lupe pedro' },
  fr: { language: 'fr-FR', voices: 'jolie bernard' },
  fr_CA: { language: 'fr-CA', voices: 'gabrielle liam' },
  it: { language: 'it-IT', voices: 'paola luca' },
  ja: { language: 'ja-JP', voices: 'masako kenji' },
  ru: { language: 'ru-RU', voices: 'nadiya anatoli' },
  arb: { language: 'ar', voices: 'zeina' },
  'cmn-CN': { language: 'zh-CN', voices: 'zhiyu' },
}

/** The language heard, or `null` when there is no such voice or locale, or they do not go together. */
export function localeOf(voice: string | null, locale: string | null): string | null {
  const isIn = (voices: string) => voice === null || voices.split(' ').includes(voice)
  const asked = locale ?? (voice === null ? 'en_US' : null)
  const found = Object.entries(LOCALES).find(([name, { voices }]) => (asked === null || name === asked) && isIn(voices))
  return found ? found[1].language : null
}
