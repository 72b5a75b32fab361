import { asSentence } from '../domain/as-sentence.ts'
import type { Prompts } from '../domain/prompts.ts'
import { phrase } from '../domain/scope-words.ts'
import { digits } from './digits.ts'
import { ITALIAN } from './phrase-words/italian.ts'

const NUMBERS = ['zero', 'una', 'due', 'tre', 'quattro', 'cinque', 'sei', 'sette', 'otto']

export const itIT: Prompts = {
  greeting: (name) => `La chiamiamo da ${name}.`,
  phraseWords: ITALIAN,
  sharedPhrase: (phrase) => `Le parole sul suo schermo sono: ${phrase}. Se sono diverse, prema 9.`,
  request: (scope) =>
    phrase(
      {
        login: 'Qualcuno chiede di accedere al suo account.',
        signup: 'Qualcuno chiede di registrarsi.',
        transfer: 'Qualcuno chiede di eseguire un bonifico.',
        payment: 'Qualcuno chiede di eseguire un pagamento.',
        password_reset: 'Qualcuno chiede di reimpostare la password del suo account.',
        verify: 'Qualcuno chiede di verificare questo numero di telefono.',
      },
      scope,
      (words) => `Qualcuno chiede la sua approvazione: ${words}.`,
    ),
  sentence: (text) => asSentence(text),
  approve: (key) => `Per approvare, prema ${key}. Se la richiesta non è sua, prema 9. Qualsiasi altro tasto rifiuta.`,
  enterCode: (length) => `Digiti il codice di ${NUMBERS[length]} cifre che vede sullo schermo.`,
  gate: (scope, first, second) =>
    `Per ascoltare il suo ${label(scope)}, prema ${first} e poi ${second}. Se la richiesta non è sua, prema 9.`,
  code: (scope) => `Il suo ${label(scope)} è:`,
  neverAsk: 'Non le chiederemo mai questo codice per telefono.',
  again: 'Ancora una volta:',
  replay: 'Per riascoltarlo, prema asterisco.',
  wrongKey: 'Spiacenti, questo tasto non è tra le opzioni.',
  wrongCode: 'Spiacenti, il codice non è corretto. Riprovi.',
  silence: 'Spiacenti, non abbiamo rilevato alcun tasto.',
  farewell: {
    approved: 'Grazie, è confermato. Arrivederci.',
    rejected: 'Ha rifiutato questa richiesta. Arrivederci.',
    reported: 'Grazie per la segnalazione. La richiesta è stata bloccata. Arrivederci.',
    tooManyAttempts: 'Spiacenti, sono stati inseriti troppi codici errati. Arrivederci.',
    noInput: 'Non abbiamo ricevuto risposta. Arrivederci.',
    codeGiven: 'Non comunichi questo codice a nessuno. Arrivederci.',
    expired: 'Spiacenti, questa richiesta è scaduta. Arrivederci.',
    neutral: 'Questa chiamata non è più necessaria. Arrivederci.',
    apology: 'Spiacenti, non possiamo completare questa chiamata. Riprovi più tardi.',
  },
  hold: 'Un attimo, per favore.',
  digits,
  message: (name, scope, code, minutes) =>
    `${name}: ${code} è il suo ${label(scope)}. Scade tra ${minutes} ${minutes === 1 ? 'minuto' : 'minuti'}. Non lo chiediamo mai per telefono.`,
}

function label(scope: string): string {
  return phrase(
    {
      login: 'codice di accesso',
      signup: 'codice di registrazione',
      transfer: 'codice per il bonifico',
      payment: 'codice per il pagamento',
      password_reset: 'codice per reimpostare la password',
      verify: 'codice di verifica',
    },
    scope,
    (words) => `codice per ${words}`,
  )
}
