import type { Texts } from '../texts.ts'
import { waitingTime } from '../waiting-time.ts'

const triesLeft = (left: number) => (left === 1 ? 'Il reste un essai.' : `Il reste ${left} essais.`)

export const fr: Texts = {
  progress: {
    loading: ['Un instant…', 'Nous regardons où en est votre vérification.'],
    calling: ['Nous appelons…', 'Votre téléphone va sonner.'],
    callingAnotherWay: ['Nous essayons autrement…', 'Nous vous appelons par un autre moyen.'],
    callingSlowly: [
      'Nous essayons encore…',
      'L’appel n’a pas encore abouti. S’il n’aboutit pas, nous essayons par un autre moyen.',
    ],
    callingUnseen: ['Appel en cours…', 'Votre téléphone devrait sonner maintenant. Sinon, nous essayons autrement.'],
    ringing: ['Ça sonne…', 'Veuillez décrocher.'],
    approve: ['Appel pris', 'Écoutez de quoi il s’agit, puis appuyez sur une touche de votre téléphone.'],
    keypad: ['Appel pris', 'Saisissez maintenant le code ci-dessous avec les touches de votre téléphone.'],
    keypadWrong: ['Ce n’était pas le code', 'Saisissez-le encore une fois avec les touches de votre téléphone.'],
    gate: ['Appel pris', 'Appuyez sur les touches indiquées et nous vous lirons le code. Saisissez-le ensuite ici.'],
    reading: ['Lecture de votre code', 'Écoutez le code et saisissez-le ici.'],
    codeRead: ['À vous', 'Nous vous avons lu le code. Saisissez-le ici.'],
    texting: ['Envoi…', 'Nous vous envoyons un SMS.'],
    texted: ['SMS envoyé', 'Il peut mettre un moment à arriver. Saisissez ensuite le code ici.'],
    textArrived: ['SMS remis', 'Le SMS est arrivé. Saisissez son code ici.'],
    failed: 'Un code qui vous est parvenu reste valable.',
  },
  outcomes: {
    code_matched: ['Confirmé', 'Le code était correct.'],
    key_pressed: ['Confirmé', 'Vous avez approuvé sur votre téléphone.'],
    rejected: ['Refusé au téléphone', 'Une touche de refus a été pressée : rien n’a été approuvé.'],
    fraud_reported: [
      'Signalé comme frauduleux',
      'La personne qui a décroché a dit que la demande ne venait pas d’elle. Rien n’a été approuvé, et nous nous arrêtons là.',
    ],
    too_many_attempts: ['Trop de codes erronés', 'Ce code n’est plus valable, même si l’essai suivant était correct.'],
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
      'Aucune touche n’a été pressée',
      'On a décroché, peut-être une messagerie, et aucune des touches demandées n’a été pressée. Si c’était vous, ouvrez le clavier de votre téléphone pendant l’appel.',
    ],
    unreachable: [
      'Votre téléphone était injoignable',
      'Il n’a pas sonné : il est peut-être éteint ou hors réseau, ou le numéro est faux.',
    ],
    carrier_failed: [
      'Nous n’avons pas pu vous joindre',
      'Le problème vient de chez nous, pas de vous. Un nouvel essai peut réussir.',
    ],
    expired: ['Le temps est écoulé', 'La demande n’a pas été confirmée à temps et n’est plus valable.'],
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
      'Le problème vient de chez nous, pas de vous. Un appel peut aboutir.',
    ],
  },
  textCauses: {
    landline: ['Ce numéro ne reçoit pas de SMS', 'Il semble être une ligne fixe. Un appel peut vous lire le code.'],
    handset_off: [
      'Le SMS n’a pas pu être remis',
      'Votre téléphone semble éteint ou hors de portée. Dès qu’il est de nouveau joignable, essayez un appel ou un autre SMS.',
    ],
    number_unknown: [
      'Le SMS n’a pas pu être remis',
      'Le réseau ne connaît pas ce numéro. Vérifiez-le, ou essayez un appel si vous en êtes sûr.',
    ],
    blocked: ['Le SMS a été bloqué', 'Votre téléphone ou son réseau n’accepte pas nos SMS. Un appel peut aboutir.'],
    opted_out: [
      'Les SMS vers ce numéro sont arrêtés',
      'Nos SMS ont un jour reçu la réponse STOP : nous ne pouvons plus en envoyer. Un appel est possible.',
    ],
    filtered: [
      'Le SMS a été filtré',
      'Un filtre l’a jugé indésirable en chemin ; le numéro n’est pas en cause. Un appel peut aboutir.',
    ],
  },
  callCauses: {
    handset_off: [
      'Votre téléphone est injoignable',
      'Il n’a pas sonné : il semble éteint ou hors de portée. Réessayez dès qu’il est de nouveau joignable.',
    ],
    number_unknown: [
      'Ce numéro n’a pas pu être appelé',
      'Il n’a pas sonné : le réseau ne connaît pas ce numéro. Vérifiez-le.',
    ],
  },
  connectionLost: [
    'Connexion perdue',
    'Nous ne voyons plus où en est votre vérification. Rechargez cette page pour le savoir.',
  ],
  reconnecting: ['Connexion perdue', 'Nous nous reconnectons. Votre appel continue pendant ce temps.'],
  notFound: [
    'Cette vérification est inconnue',
    'Elle est peut-être terminée, ou son adresse est incomplète. Veuillez recommencer.',
  ],

  codeLabel: (length) => `Votre code à ${length} chiffres`,
  confirm: 'Confirmer',
  cancel: 'Annuler',
  callAgain: 'Me rappeler',
  callInstead: 'M’appeler plutôt',
  textAgain: 'Renvoyer le SMS',
  textInstead: 'M’envoyer plutôt un SMS',
  later: (label, seconds) => `${label} (dans ${seconds} s)`,
  goBack: 'Retour',
  goOn: 'Continuer',
  returnRefused:
    'La page d’où vous venez demande à revenir à une adresse non autorisée. Fermez cette page quand vous aurez terminé.',
  keepOpen: 'Laissez cette page ouverte : nous n’appelons et n’écrivons que tant qu’elle l’est.',
  sharedPhrase: 'L’appel commence par ces mots. S’il en dit d’autres, appuyez sur 9.',
  enterOnPhone: 'Saisissez ceci sur votre téléphone',
  keys: {
    approves: 'approuve',
    namedApproves: 'celle que l’appel indique approuve',
    reports: 'signale que ce n’était pas vous',
    others: 'fait répéter ; toute autre touche refuse',
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
    offline: 'Nous n’avons pas pu être joints. Vérifiez votre connexion, puis réessayez.',
    tooOften: 'Trop de tentatives',
    limits: {
      'per-number': 'Ce numéro a reçu trop d’appels ou de messages',
      'per-prefix': 'Des numéros comme celui-ci ont reçu trop d’appels ou de messages',
      'per-client': 'Il y a eu trop de tentatives depuis votre connexion',
      'per-network': 'Il y a eu trop de tentatives depuis votre réseau',
      'per-session': 'Il y a eu trop de tentatives dans cette session',
      'per-account': 'Il y a eu trop de tentatives pour ce compte',
      'per-service': 'Ce service ne peut plus passer d’appels pour l’instant',
      'unanswered-calls': 'Les appels à ce numéro doivent attendre un moment',
      'wrong-codes': 'Trop de codes erronés ont été saisis pour ce numéro',
      'unverified-calls': 'Trop d’appels vers ce pays ne sont pas encore confirmés',
      spending: 'Le budget des appels est épuisé pour l’instant',
      cooldown: 'La dernière tentative remonte à un instant seulement',
    },
    wait: (seconds) =>
      seconds === null
        ? 'Veuillez attendre un moment.'
        : `Veuillez attendre ${waitingTime(
            seconds,
            (count) => `${count} secondes`,
            (count) => `${count} minutes`,
            (count) => `${count} heures`,
          )}.`,
    stopped: {
      call: 'Nous ne pouvons pas appeler ce numéro pour le moment.',
      sms: 'Nous ne pouvons pas envoyer de SMS à ce numéro pour le moment.',
    },
    stillPossible: { call: 'Un appel reste peut-être possible.', sms: 'Un SMS reste peut-être possible.' },
    atNight: 'Il fait nuit là où se trouve ce numéro : nous n’appelons pas et n’écrivons pas maintenant.',
    conflict: 'Ce n’est pas possible pour l’instant : un appel est encore en cours.',
    other: 'Cela n’a pas marché, et le problème vient de chez nous. Veuillez réessayer.',
  },
}
