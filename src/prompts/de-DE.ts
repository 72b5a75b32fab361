import { asSentence } from '../domain/as-sentence.ts'
import type { Prompts } from '../domain/prompts.ts'
import { phrase } from '../domain/scope-words.ts'
import { digits } from './digits.ts'
import { GERMAN } from './phrase-words/german.ts'

const NUMBERS = ['null', 'ein', 'zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht']

/** No sentence ends in a figure: "die 1." would be read as "die erste". */
export const deDE: Prompts = {
  greeting: (name) => sentence(`Hier ist ${name}`),
  phraseWords: GERMAN,
  sharedPhrase: (phrase) =>
    `Auf Ihrem Bildschirm stehen die Wörter: ${phrase}. Wenn dort andere stehen, bitte die 9 drücken.`,
  request: (scope) =>
    phrase(
      {
        login: 'Jemand möchte sich anmelden.',
        signup: 'Jemand möchte sich registrieren.',
        transfer: 'Jemand möchte eine Überweisung ausführen.',
        payment: 'Jemand möchte eine Zahlung ausführen.',
        password_reset: 'Jemand möchte Ihr Passwort zurücksetzen.',
        verify: 'Jemand möchte diese Telefonnummer bestätigen.',
      },
      scope,
      (words) => sentence(`Jemand bittet um Ihre Freigabe: ${words}`),
    ),
  sentence,
  approve: (key) =>
    `Zum Bestätigen bitte die ${key} drücken. Wenn die Anfrage nicht von Ihnen kommt, bitte die 9 drücken. Jede andere Taste lehnt ab.`,
  enterCode: (length) => `Bitte geben Sie den ${NUMBERS[length]}stelligen Code von Ihrem Bildschirm ein.`,
  gate: (scope, first, second) =>
    `Um Ihren ${label(scope)} zu hören, bitte die ${first} und danach die ${second} drücken. Wenn die Anfrage nicht von Ihnen kommt, bitte die 9 drücken.`,
  code: (scope) => `Ihr ${label(scope)} lautet:`,
  neverAsk: 'Wir werden Sie am Telefon niemals nach diesem Code fragen.',
  again: 'Noch einmal:',
  replay: 'Zum Wiederholen bitte die Sterntaste drücken.',
  wrongKey: 'Diese Taste steht leider nicht zur Wahl.',
  wrongCode: 'Dieser Code war leider nicht richtig. Bitte versuchen Sie es noch einmal.',
  silence: 'Wir haben leider keine Eingabe erhalten.',
  farewell: {
    approved: 'Danke, das ist bestätigt. Auf Wiederhören.',
    rejected: 'Sie haben diese Anfrage abgelehnt. Auf Wiederhören.',
    reported: 'Danke für den Hinweis. Die Anfrage wurde gestoppt. Auf Wiederhören.',
    tooManyAttempts: 'Der Code wurde leider zu oft falsch eingegeben. Auf Wiederhören.',
    noInput: 'Wir haben keine Antwort erhalten. Auf Wiederhören.',
    codeGiven: 'Geben Sie diesen Code an niemanden weiter. Auf Wiederhören.',
    expired: 'Diese Anfrage ist leider abgelaufen. Auf Wiederhören.',
    neutral: 'Dieser Anruf hat sich erledigt. Auf Wiederhören.',
    apology: 'Wir können diesen Anruf leider nicht abschließen. Bitte versuchen Sie es später noch einmal.',
  },
  hold: 'Einen Moment, bitte.',
  digits,
  message: (name, scope, code, minutes) =>
    `${name}: ${code} ist Ihr ${label(scope)}. Er ist ${minutes} ${minutes === 1 ? 'Minute' : 'Minuten'} gültig. Wir fragen nie am Telefon danach.`,
}

function sentence(text: string): string {
  return asSentence(text, ';')
}

function label(scope: string): string {
  return phrase(
    {
      login: 'Anmeldecode',
      signup: 'Registrierungscode',
      transfer: 'Überweisungscode',
      payment: 'Zahlungscode',
      password_reset: 'Code zum Zurücksetzen des Passworts',
      verify: 'Bestätigungscode',
    },
    scope,
    (words) => `Code für ${words}`,
  )
}
