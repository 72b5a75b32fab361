// Which voice speaks which language. A wrong pair is silence on a real call, so it is refused here.
// docs.aws.amazon.com/polly/latest/dg/available-voices.html, twilio.com/docs/voice/twiml/say/text-speech

import type { TtsProfile } from './twiml.ts'

// Each voice with its kinds: s standard, n neural, g generative.
const POLLY: Record<string, string> = {
  arb: 'Zeina:s',
  'ar-AE': 'Hala:n Zayd:n',
  'ca-ES': 'Arlet:n',
  'cmn-CN': 'Zhiyu:sn',
  'yue-CN': 'Hiujin:n',
  'cy-GB': 'Gwyneth:s',
  'da-DK': 'Mads:s Naja:s Sofie:n',
  'de-AT': 'Hannah:n',
  'de-DE': 'Daniel:ng Hans:s Marlene:s Vicki:sng',
  'en-AU': 'Nicole:s Olivia:ng Russell:s',
  'en-GB': 'Amy:sng Arthur:n Brian:sn Emma:sn',
  'en-GB-WLS': 'Geraint:s',
  'en-IE': 'Niamh:n',
  'en-IN': 'Aditi:s Kajal:ng Raveena:s',
  'en-NZ': 'Aria:n',
  'en-US':
    'Danielle:ng Gregory:n Ivy:sn Joanna:sng Joey:sn Justin:sn Kendra:sn Kevin:sn Kimberly:sn Matthew:sng Ruth:ng Salli:sn Stephen:ng',
  'en-ZA': 'Ayanda:ng',
  'es-ES': 'Conchita:s Enrique:s Lucia:sng Sergio:ng',
  'es-MX': 'Andres:ng Mia:sn',
  'es-US': 'Lupe:sng Miguel:s Pedro:ng Penelope:s',
  'fi-FI': 'Suvi:n',
  'fr-BE': 'Isabelle:n',
  'fr-CA': 'Chantal:s Gabrielle:n Liam:n',
  'fr-FR': 'Celine:s Lea:sng Mathieu:s Remi:n',
  'hi-IN': 'Aditi:s Kajal:ng',
  'is-IS': 'Dora:s Karl:s',
  'it-IT': 'Adriano:n Bianca:sng Carla:s Giorgio:s',
  'ja-JP': 'Kazuha:n Mizuki:s Takumi:sn Tomoko:n',
  'ko-KR': 'Seoyeon:sn',
  'nb-NO': 'Ida:n Liv:s',
  'nl-BE': 'Lisa:n',
  'nl-NL': 'Laura:n Lotte:s Ruben:s',
  'pl-PL': 'Ewa:s Jacek:s Jan:s Maja:s Ola:n',
  'pt-BR': 'Camila:sn Ricardo:s Thiago:n Vitoria:sn',
  'pt-PT': 'Cristiano:s Ines:sn',
  'ro-RO': 'Carmen:s',
  'ru-RU': 'Maxim:s Tatyana:s',
  'sv-SE': 'Astrid:s Elin:n',
  'tr-TR': 'Burcu:n Filiz:s',
}

const KINDS: Record<string, string> = { '': 's', '-Neural': 'n', '-Generative': 'g' }

// The languages of the plain voices.
const PLAIN =
  'da-DK de-DE en-AU en-CA en-GB en-IN en-US ca-ES es-ES es-MX fi-FI fr-CA fr-FR it-IT ja-JP ko-KR nb-NO nl-NL pl-PL ' +
  'pt-BR pt-PT ru-RU sv-SE zh-CN zh-HK zh-TW'

export const TWILIO_TTS: TtsProfile = { defaultVoice: 'man', languageOf, relativeUrls: true }

/** developer.signalwire.com/voice/tts: its own names for the same engines, and none of the generative voices. */
export const SIGNALWIRE_TTS: TtsProfile = {
  defaultVoice: 'woman',
  languageOf: (voice, asked) => {
    if (/^Google\.|-Generative$/.test(voice)) return null
    return languageOf(voice.replace(/^gcloud\./, 'Google.').replace(/^amazon\./, 'Polly.'), asked)
  },
  relativeUrls: false,
}

const PLIVO_PLAIN = 'da-DK nl-NL en-AU en-GB en-US fr-FR fr-CA de-DE it-IT pl-PL pt-PT pt-BR ru-RU es-ES es-US sv-SE'

/** docs.plivo.com/docs/voice/xml/speak, docs.plivo.com/docs/voice/concepts/ssml: Polly's standard voices, none of Mexico. */
export function plivoLanguageOf(voice: string, asked: string | null): string | null {
  if (voice === 'WOMAN' || voice === 'MAN') {
    const language = asked ?? 'en-US'
    return PLIVO_PLAIN.split(' ').includes(language) ? language : null
  }
  const language = /^Polly\.[A-Za-z]+$/.test(voice) ? languageOf(voice, asked) : null
  return language === 'es-MX' ? null : language
}

function languageOf(voice: string, asked: string | null): string | null {
  if (/^(man|woman|alice)$/.test(voice)) {
    const language = asked ?? 'en-US'
    return PLAIN.split(' ').includes(language) ? language : null
  }
  const spoken = languages(voice)
  return asked === null ? (spoken[0] ?? null) : (spoken.find((language) => language === asked) ?? null)
}

function languages(voice: string): string[] {
  const google = /^Google\.([a-z]{2,3}-[A-Za-z]{2})-(Standard|Wavenet|Neural2|Chirp3-HD)-[A-Z][a-z]*$/.exec(voice)
  if (google?.[1]) return [google[1]]
  const polly = /^Polly\.([A-Z][a-z]+)(-Neural|-Generative)?$/.exec(voice)
  if (!polly) return []
  const kind = KINDS[polly[2] ?? '']
  return Object.keys(POLLY).filter((language) =>
    POLLY[language]?.split(' ').some((entry) => {
      const [name, kinds] = entry.split(':')
      return name === polly[1] && kinds?.includes(kind ?? ' ')
    }),
  )
}
