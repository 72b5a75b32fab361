import { asSentence } from '../domain/as-sentence.ts'
import type { Prompts } from '../domain/prompts.ts'
import { phrase } from '../domain/scope-words.ts'
import { digits } from './digits.ts'
import { FRENCH } from './phrase-words/french.ts'

const NUMBERS = ['zéro', 'un', 'deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit']

export const frFR: Prompts = {
  greeting: (name) => `${name}, bonjour.`,
  phraseWords: FRENCH,
  sharedPhrase: (phrase) => `Les mots affichés sur votre écran sont : ${phrase}. S'ils sont différents, appuyez sur 9.`,
  request: (scope) =>
    phrase(
      {
        login: "Quelqu'un demande à se connecter à votre compte.",
        signup: "Quelqu'un demande à créer un compte.",
        transfer: "Quelqu'un demande à effectuer un virement.",
        payment: "Quelqu'un demande à effectuer un paiement.",
        password_reset: "Quelqu'un demande à réinitialiser votre mot de passe.",
        verify: "Quelqu'un demande à vérifier ce numéro de téléphone.",
      },
      scope,
      (words) => `Quelqu'un demande votre accord : ${words}.`,
    ),
  sentence: (text) => asSentence(text),
  approve: (key) =>
    `Pour approuver, appuyez sur ${key}. Si cette demande ne vient pas de vous, appuyez sur 9. Toute autre touche vaut refus.`,
  enterCode: (length) => `Saisissez le code à ${NUMBERS[length]} chiffres affiché sur votre écran.`,
  gate: (scope, first, second) =>
    `Pour entendre votre ${label(scope)}, appuyez sur ${first}, puis sur ${second}. Si cette demande ne vient pas de vous, appuyez sur 9.`,
  code: (scope) => `Votre ${label(scope)} est :`,
  neverAsk: 'Nous ne vous demanderons jamais ce code par téléphone.',
  again: 'Encore une fois :',
  replay: 'Pour réécouter le code, appuyez sur étoile.',
  wrongKey: 'Nous sommes désolés, cette touche ne correspond à aucun choix.',
  wrongCode: "Nous sommes désolés, ce code n'est pas le bon. Veuillez réessayer.",
  silence: "Nous n'avons détecté aucune touche.",
  farewell: {
    approved: "Merci, c'est confirmé. Au revoir.",
    rejected: 'Vous avez refusé cette demande. Au revoir.',
    reported: 'Merci de nous avoir prévenus. La demande a été bloquée. Au revoir.',
    tooManyAttempts: 'Nous sommes désolés, trop de codes incorrects ont été saisis. Au revoir.',
    noInput: "Nous n'avons pas reçu de réponse. Au revoir.",
    codeGiven: 'Ne donnez ce code à personne. Au revoir.',
    expired: 'Nous sommes désolés, cette demande a expiré. Au revoir.',
    neutral: "Cet appel n'est plus nécessaire. Au revoir.",
    apology: 'Nous sommes désolés, nous ne pouvons pas terminer cet appel. Veuillez réessayer plus tard.',
  },
  hold: "Un instant, s'il vous plaît.",
  digits,
  // GSM-7 has à, è, é, ù and the straight apostrophe, but neither circumflexes nor the small ç.
  message: (name, scope, code, minutes) =>
    `${name} : ${code} est votre ${label(scope)}. Il expire dans ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. Nous ne le demandons jamais par téléphone.`,
}

function label(scope: string): string {
  return phrase(
    {
      login: 'code de connexion',
      signup: "code d'inscription",
      transfer: 'code de virement',
      payment: 'code de paiement',
      password_reset: 'code de réinitialisation du mot de passe',
      verify: 'code de vérification',
    },
    scope,
    (words) => `code pour ${words}`,
  )
}
