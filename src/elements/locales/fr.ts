import type { Texts } from '../texts.ts'

const triesLeft = (left: number) => (left === 1 ? 'Il reste un essai.' : `Il reste ${left} essais.`)

export const fr: Texts = {
  progress: {
    loading: ['Un instant…', 'Nous regardons où en est votre vérification.'],
    calling: ['Nous appelons…', 'Votre téléphone va sonner.'],
    callingAnotherWay: ['Nous essayons autrement…', 'Nous vous appelons par une autre voie.'],
    callingSlowly: [
      'Nous essayons encore…',
      'L’appel n’est pas encore passé. S’il ne passe pas, nous essayons une autre voie.',
    ],
    callingUnseen: ['Appel en cours…', 'Votre téléphone devrait sonner maintenant. Sinon, nous essayons autrement.'],
    ringing: ['Ça sonne…', 'Veuillez décrocher.'],
    approve: ['Décroché', 'Écoutez de quoi il s’agit, puis appuyez sur une touche de votre téléphone.'],
    keypad: ['Décroché', 'Saisissez maintenant le code ci-dessous avec les touches de votre téléphone.'],
    keypadWrong: ['Ce n’était pas le code', 'Saisissez-le encore une fois avec les touches de votre téléphone.'],
    gate: ['Décroché', 'Appuyez sur les touches indiquées et nous lisons le code. Saisissez-le ensuite ici.'],
    reading: ['Lecture de votre code', 'Écoutez le code et saisissez-le ici.'],
    codeRead: ['À vous', 'Nous vous avons lu le code. Saisissez-le ici.'],
    texting: ['Envoi…', 'Nous vous envoyons un SMS.'],
    texted: ['SMS envoyé', 'Il peut mettre un moment à arriver. Saisissez alors le code ici.'],
    textArrived: ['SMS remis', 'Le SMS est arrivé. Saisissez son code ici.'],
    failed: 'Un code qui vous est parvenu reste valable.',
  },
  outcomes: {
    code_matched: ['Confirmé', 'Le code était juste.'],
    key_pressed: ['Confirmé', 'Vous avez approuvé sur votre téléphone.'],
    rejected: ['Refusé au téléphone', 'Une touche qui refuse a été pressée : rien n’a été approuvé.'],
    fraud_reported: [
      'Signalé comme étranger',
      'La personne qui a décroché a dit que la demande ne venait pas d’elle. Rien n’a été approuvé, et nous nous arrêtons là.',
    ],
    too_many_attempts: ['Trop de codes faux', 'Ce code ne vaut plus rien, même si l’essai suivant était juste.'],
    busy: ['La ligne était occupée', 'Un autre appel est peut-être en cours. Terminez-le, puis réessayez.'],
    no_answer: ['Personne n’a décroché', 'Gardez votre téléphone à portée de main et réessayez.'],
    call_rejected: [
      'L’appel a été refusé',
      'Le téléphone a refusé notre appel. Certains le font d’eux-mêmes pour les numéros inconnus.',
    ],
    voicemail: [
      'Une messagerie a décroché',
      'Nous avons raccroché sans y laisser de code. Réessayez quand vous pourrez décrocher vous-même.',
    ],
    hung_up: [
      'L’appel s’est terminé trop tôt',
      'On a décroché, mais l’appel s’est arrêté avant la fin. Rien n’a été approuvé.',
    ],
    no_input: [
      'Aucune touche pressée',
      'On a décroché, peut-être une messagerie, et aucune des touches demandées n’a été pressée. Si c’était vous, ouvrez le clavier de votre téléphone pendant l’appel.',
    ],
    unreachable: [
      'Votre téléphone était injoignable',
      'Il n’a pas sonné : il est peut-être éteint ou hors réseau, ou le numéro est faux.',
    ],
    carrier_failed: [
      'Nous n’avons pas pu vous joindre',
      'La faute est de notre côté, pas du vôtre. Un nouvel essai peut réussir.',
    ],
    expired: ['Le temps est écoulé', 'Ce n’a pas été confirmé à temps et ne vaut plus rien.'],
    canceled: ['Annulé', 'La demande a été arrêtée : rien n’a été approuvé.'],
  },
  after: (title, sentence) => `${title}. ${sentence}`,
  textFailures: {
    unreachable: [
      'Le SMS n’a pas pu être remis',
      'Le téléphone est peut-être éteint, ou une ligne fixe qui ne reçoit pas de SMS, ou le numéro est faux. Un appel joint aussi les lignes fixes.',
    ],
    carrier_failed: [
      'Le SMS n’a pas pu être envoyé',
      'La faute est de notre côté, pas du vôtre. Un appel peut passer.',
    ],
  },
  textCauses: {
    landline: ['Ce numéro ne reçoit pas de SMS', 'Il semble être une ligne fixe. Un appel peut vous lire le code.'],
    handset_off: [
      'Le SMS n’a pas pu être remis',
      'Votre téléphone semble éteint ou hors de portée. Dès qu’il est de retour, essayez un appel ou un autre SMS.',
    ],
    number_unknown: [
      'Le SMS n’a pas pu être remis',
      'Le réseau ne connaît pas ce numéro. Vérifiez-le, ou essayez un appel si vous en êtes sûr.',
    ],
    blocked: ['Le SMS a été bloqué', 'Votre téléphone ou son réseau n’accepte pas nos SMS. Un appel peut passer.'],
    opted_out: [
      'Les SMS vers ce numéro sont arrêtés',
      'Nos SMS ont un jour reçu la réponse STOP : nous ne pouvons plus en envoyer. Un appel est possible.',
    ],
    filtered: [
      'Le SMS a été filtré',
      'Un filtre l’a pris en chemin pour indésirable ; le numéro est bon. Un appel peut passer.',
    ],
  },
  callCauses: {
    handset_off: [
      'Votre téléphone est injoignable',
      'Il n’a pas sonné : il semble éteint ou hors de portée. Réessayez dès qu’il est de retour.',
    ],
    number_unknown: [
      'Ce numéro n’a pas pu être appelé',
      'Il n’a pas sonné : le réseau ne connaît pas ce numéro. Vérifiez-le.',
    ],
  },
  connectionLost: ['Connexion perdue', 'Nous ne voyons plus où en est votre vérification. Rechargez cette page.'],
  reconnecting: ['Connexion perdue', 'Nous nous reconnectons. Votre appel continue pendant ce temps.'],
  notFound: [
    'Cette vérification est inconnue',
    'Elle est peut-être finie, ou son adresse incomplète. Veuillez recommencer.',
  ],

  codeLabel: (length) => `Votre code à ${length} chiffres`,
  confirm: 'Confirmer',
  cancel: 'Annuler',
  callAgain: 'Me rappeler',
  callInstead: 'M’appeler plutôt',
  textAgain: 'Renvoyer le SMS',
  textInstead: 'Plutôt un SMS',
  later: (label, seconds) => `${label} (dans ${seconds} s)`,
  goBack: 'Retour',
  goOn: 'Continuer',
  returnRefused:
    'La page d’où vous venez demande à revenir à une adresse non autorisée. Fermez cette page quand vous aurez terminé.',
  enterOnPhone: 'Saisissez ceci sur votre téléphone',
  keys: {
    approves: 'approuve',
    namedApproves: 'celle que l’appel indique approuve',
    reports: 'dit que ce n’était pas vous',
    others: 'répète ; toute autre touche refuse',
  },
  phoneEnding: (digits) => `Numéro de téléphone finissant par ${digits}`,
  timeLeft: (clock) => `encore ${clock}`,
  lessThan: (seconds) => `Il reste moins ${seconds === 60 ? 'd’une minute' : `de ${seconds} secondes`}.`,

  digitsOnly: 'Veuillez saisir les chiffres de votre code.',
  wrongLength: (length, typed) =>
    `Le code a ${length} chiffres, vous en avez saisi ${typed}. Cela n’a coûté aucun essai.`,
  wrongCode: (left) => `Ce n’est pas le code. ${triesLeft(left)}`,
  triesLeft,
  errors: {
    offline: 'Nous étions injoignables. Vérifiez votre connexion, puis réessayez.',
    rateLimited: (seconds) =>
      seconds === null
        ? 'C’était trop souvent. Veuillez attendre un moment.'
        : `C’était trop souvent. Veuillez attendre ${seconds < 90 ? `${seconds} secondes` : `${Math.ceil(seconds / 60)} minutes`}.`,
    callsStopped: 'Aucun code ne peut être lu par téléphone à ce numéro aujourd’hui. Un SMS reste peut-être possible.',
    conflict: 'Ce n’est pas possible pour l’instant : un appel est encore en cours.',
    other: 'Cela n’a pas marché, et la faute est de notre côté. Veuillez réessayer.',
  },
}
