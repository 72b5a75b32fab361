import { asSentence } from '../domain/as-sentence.ts'
import type { Prompts } from '../domain/prompts.ts'
import { phrase } from '../domain/scope-words.ts'
import { digits } from './digits.ts'
import { DUTCH } from './phrase-words/dutch.ts'

const NUMBERS = ['nul', 'een', 'twee', 'drie', 'vier', 'vijf', 'zes', 'zeven', 'acht']

export const nlNL: Prompts = {
  greeting: (name) => `Dit is ${name}.`,
  phraseWords: DUTCH,
  sharedPhrase: (phrase) => `De woorden op uw scherm zijn: ${phrase}. Staat daar iets anders, toets dan 9.`,
  request: (scope) =>
    phrase(
      {
        login: 'Iemand wil inloggen.',
        signup: 'Iemand wil zich registreren.',
        transfer: 'Iemand wil geld overmaken.',
        payment: 'Iemand wil een betaling doen.',
        password_reset: 'Iemand wil uw wachtwoord opnieuw instellen.',
        verify: 'Iemand wil dit telefoonnummer bevestigen.',
      },
      scope,
      (words) => `Iemand vraagt uw goedkeuring: ${words}.`,
    ),
  sentence: (text) => asSentence(text),
  approve: (key) => `Om goed te keuren, toetst u ${key}. Was u dit niet, toets dan 9. Met elke andere toets weigert u.`,
  enterCode: (length) => `Voer de ${NUMBERS[length]}cijferige code in die op uw scherm staat.`,
  gate: (scope, first, second) =>
    `Om uw ${label(scope)} te horen, toetst u ${first} en daarna ${second}. Was u dit niet, toets dan 9.`,
  code: (scope) => `Uw ${label(scope)} is:`,
  neverAsk: 'Wij vragen u nooit telefonisch om deze code.',
  again: 'Nogmaals:',
  replay: 'Om de code opnieuw te horen, toetst u een sterretje.',
  wrongKey: 'Sorry, die toets is niet geldig.',
  wrongCode: 'Sorry, die code klopt niet. Probeer het opnieuw.',
  silence: 'Sorry, we hebben niets ontvangen.',
  farewell: {
    approved: 'Dank u, het is bevestigd. Tot ziens.',
    rejected: 'U hebt dit verzoek geweigerd. Tot ziens.',
    reported: 'Dank u voor uw melding. Het verzoek is gestopt. Tot ziens.',
    tooManyAttempts: 'Sorry, de code is te vaak verkeerd ingevoerd. Tot ziens.',
    noInput: 'We hebben geen antwoord gekregen. Tot ziens.',
    codeGiven: 'Geef deze code aan niemand door. Tot ziens.',
    expired: 'Sorry, dit verzoek is verlopen. Tot ziens.',
    neutral: 'Dit gesprek is niet meer nodig. Tot ziens.',
    apology: 'Sorry, we kunnen dit gesprek niet afronden. Probeer het later opnieuw.',
  },
  hold: 'Een ogenblik, alstublieft.',
  digits,
  message: (name, scope, code, minutes) =>
    `${name}: ${code} is uw ${label(scope)}. Deze verloopt over ${minutes} ${minutes === 1 ? 'minuut' : 'minuten'}. Wij vragen er nooit telefonisch om.`,
}

function label(scope: string): string {
  return phrase(
    {
      login: 'inlogcode',
      signup: 'registratiecode',
      transfer: 'overboekingscode',
      payment: 'betaalcode',
      password_reset: 'code voor een nieuw wachtwoord',
      verify: 'verificatiecode',
    },
    scope,
    (words) => `code voor ${words}`,
  )
}
