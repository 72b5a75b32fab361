/** Every locale has a file in src/prompts. */
export const LOCALES = [
  'en-US',
  'en-GB',
  'es-ES',
  'es-MX',
  'fr-FR',
  'de-DE',
  'it-IT',
  'pt-BR',
  'nl-NL',
  'pl-PL',
  'ja-JP',
  'hi-IN',
] as const
export type Locale = (typeof LOCALES)[number]
