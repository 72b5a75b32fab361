import { asSentence } from '../domain/as-sentence.ts'
import type { Prompts } from '../domain/prompts.ts'
import { phrase } from '../domain/scope-words.ts'
import { digits } from './digits.ts'
import { POLISH } from './phrase-words/polish.ts'

const NUMBERS = ['zero', 'jedno', 'dwu', 'trzy', 'cztero', 'pięcio', 'sześcio', 'siedmio', 'ośmio']

/**
 * Impersonal throughout ("proszę nacisnąć"), since Pan and Pani depend on the listener. No sentence ends in a
 * figure: "9." would be read as "dziewiąty".
 */
export const plPL: Prompts = {
  greeting: (name) => sentence(`Dzwoni ${name}`),
  phraseWords: POLISH,
  sharedPhrase: (phrase) => `Słowa na Państwa ekranie to: ${phrase}; jeśli są inne, proszę nacisnąć 9, aby to zgłosić.`,
  request: (scope) =>
    phrase(
      {
        login: 'Ktoś prosi o zgodę na logowanie.',
        signup: 'Ktoś prosi o zgodę na rejestrację.',
        transfer: 'Ktoś prosi o zgodę na przelew.',
        payment: 'Ktoś prosi o zgodę na płatność.',
        password_reset: 'Ktoś prosi o zgodę na zmianę hasła.',
        verify: 'Ktoś prosi o potwierdzenie tego numeru telefonu.',
      },
      scope,
      (words) => sentence(`Ktoś prosi o zgodę: ${words}`),
    ),
  sentence,
  approve: (key) =>
    `Aby wyrazić zgodę, proszę nacisnąć ${key}; jeśli to nie Państwa prośba, proszę nacisnąć 9; każdy inny klawisz oznacza odmowę.`,
  enterCode: (length) => `Proszę wprowadzić ${NUMBERS[length]}cyfrowy kod z ekranu.`,
  gate: (scope, first, second) =>
    `Aby usłyszeć ${label(scope)}, proszę nacisnąć ${first}, a potem ${second}; jeśli to nie Państwa prośba, proszę nacisnąć 9, aby to zgłosić.`,
  code: (scope) => `Oto ${label(scope)}:`,
  neverAsk: 'Nigdy nie poprosimy o ten kod przez telefon.',
  again: 'Powtarzamy:',
  replay: 'Aby usłyszeć kod ponownie, proszę nacisnąć gwiazdkę.',
  wrongKey: 'Przepraszamy, to nie jest żaden z podanych klawiszy.',
  wrongCode: 'Przepraszamy, ten kod jest nieprawidłowy. Proszę spróbować ponownie.',
  silence: 'Przepraszamy, nie naciśnięto żadnego klawisza.',
  farewell: {
    approved: 'Dziękujemy, potwierdzono. Do usłyszenia.',
    rejected: 'Prośba została odrzucona. Do usłyszenia.',
    reported: 'Dziękujemy za zgłoszenie. Prośba została zablokowana. Do usłyszenia.',
    tooManyAttempts: 'Przepraszamy, zbyt wiele razy wprowadzono błędny kod. Do usłyszenia.',
    noInput: 'Nie otrzymaliśmy odpowiedzi. Do usłyszenia.',
    codeGiven: 'Proszę nikomu nie podawać tego kodu. Do usłyszenia.',
    expired: 'Przepraszamy, ta prośba wygasła. Do usłyszenia.',
    neutral: 'To połączenie nie jest już potrzebne. Do usłyszenia.',
    apology: 'Przepraszamy, nie możemy dokończyć tego połączenia. Proszę spróbować później.',
  },
  hold: 'Proszę chwilę zaczekać.',
  digits,
  message: (name, scope, code, minutes) =>
    plain(
      `${name}: ${code} to ${label(scope)}. Ważny przez ${minutes} ${minuteWord(minutes)}. Nigdy nie pytamy o niego przez telefon.`,
    ),
}

function sentence(text: string): string {
  return asSentence(text, ';')
}

function label(scope: string): string {
  return phrase(
    {
      login: 'kod logowania',
      signup: 'kod rejestracji',
      transfer: 'kod do przelewu',
      payment: 'kod do płatności',
      password_reset: 'kod do zmiany hasła',
      verify: 'kod weryfikacyjny',
    },
    scope,
    (words) => `kod do operacji ${words}`,
  )
}

function minuteWord(minutes: number): string {
  if (minutes === 1) return 'minutę'
  return minutes >= 2 && minutes <= 4 ? 'minuty' : 'minut'
}

/** Polish text messages are written without diacritics, none of which is in GSM-7. */
function plain(text: string): string {
  const stripped = text
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .normalize('NFD')
    .replace(/[\u0300-\u036F]/g, '')
  return stripped.normalize('NFC')
}
