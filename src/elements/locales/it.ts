import type { Texts } from '../texts.ts'
import { waitingTime } from '../waiting-time.ts'

const triesLeft = (left: number) => (left === 1 ? 'Resta un tentativo.' : `Restano ${left} tentativi.`)

export const it: Texts = {
  progress: {
    loading: ['Un momento…', 'Stiamo controllando a che punto è la verifica.'],
    calling: ['Stiamo chiamando…', 'Il telefono sta per squillare.'],
    callingAnotherWay: ['Proviamo in un altro modo…', 'La stiamo chiamando in un altro modo.'],
    callingSlowly: [
      'Ci proviamo ancora…',
      'La chiamata non è ancora partita. Se non parte, proviamo in un altro modo.',
    ],
    callingUnseen: ['Chiamata in corso…', 'Il telefono dovrebbe già squillare. Altrimenti proviamo in un altro modo.'],
    ringing: ['Sta squillando…', 'Risponda al telefono, per favore.'],
    approve: ['Risposto', 'Ascolti di che cosa si tratta, poi prema un tasto del telefono.'],
    keypad: ['Risposto', 'Ora inserisca il codice qui sotto con i tasti del telefono.'],
    keypadWrong: ['Non era il codice', 'Lo inserisca di nuovo con i tasti del telefono.'],
    gate: ['Risposto', 'Prema i tasti che le diciamo e le leggeremo il codice. Poi lo scriva qui.'],
    reading: ['Leggiamo il codice', 'Ascolti il codice e lo scriva qui.'],
    codeRead: ['Tocca a lei', 'Le abbiamo letto il codice. Lo scriva qui.'],
    texting: ['Invio…', 'Le stiamo inviando un SMS.'],
    texted: ['SMS inviato', 'Può impiegare un momento ad arrivare. Poi scriva qui il codice.'],
    textArrived: ['SMS consegnato', 'L’SMS è arrivato. Scriva qui il codice.'],
    failed: 'Un codice già arrivato vale ancora.',
  },
  outcomes: {
    code_matched: ['Confermato', 'Il codice era corretto.'],
    key_pressed: ['Confermato', 'Ha approvato al telefono.'],
    rejected: ['Rifiutato al telefono', 'È stato premuto un tasto di rifiuto: nulla è stato approvato.'],
    fraud_reported: [
      'Segnalato come non richiesto da lei',
      'Chi ha risposto ha detto che la richiesta non era sua. Nulla è stato approvato e ci siamo fermati qui.',
    ],
    too_many_attempts: [
      'Troppi codici sbagliati',
      'Questo codice non vale più, anche se il prossimo tentativo fosse corretto.',
    ],
    busy: ['La linea era occupata', 'Forse è in corso un’altra chiamata. La termini e riprovi.'],
    no_answer: ['Nessuno ha risposto', 'Tenga il telefono a portata di mano e riprovi.'],
    call_rejected: [
      'La chiamata è stata rifiutata',
      'Il telefono ha rifiutato la nostra chiamata. Alcuni lo fanno da soli con i numeri sconosciuti.',
    ],
    voicemail: [
      'Ha risposto una segreteria',
      'Abbiamo riagganciato senza lasciare alcun codice. Riprovi quando può rispondere di persona.',
    ],
    hung_up: [
      'La chiamata è finita troppo presto',
      'Qualcuno ha risposto, ma la chiamata si è interrotta prima della fine. Nulla è stato approvato.',
    ],
    no_input: [
      'Nessun tasto premuto',
      'La chiamata ha avuto risposta, forse da una segreteria, e nessuno dei tasti richiesti è stato premuto. Se era lei, apra la tastiera del telefono durante la chiamata.',
    ],
    unreachable: [
      'Il telefono non era raggiungibile',
      'Non ha squillato: forse è spento o senza campo, o il numero è sbagliato.',
    ],
    carrier_failed: ['Non siamo riusciti a chiamare', 'L’errore è nostro, non suo. Un altro tentativo può riuscire.'],
    expired: ['Tempo scaduto', 'Non è stato confermato in tempo e non vale più.'],
    canceled: ['Annullato', 'È stato interrotto: nulla è stato approvato.'],
  },
  after: (title, sentence) => `${title}. ${sentence}`,
  textFailures: {
    unreachable: [
      'L’SMS non è stato consegnato',
      'Il telefono può essere spento, o una linea fissa che non riceve SMS, o il numero è sbagliato. Una chiamata raggiunge anche le linee fisse.',
    ],
    carrier_failed: ['L’SMS non è partito', 'L’errore è nostro, non suo. Una chiamata può riuscire.'],
  },
  textCauses: {
    landline: ['Questo numero non riceve SMS', 'Sembra una linea fissa. Una chiamata può leggerle il codice.'],
    handset_off: [
      'L’SMS non è stato consegnato',
      'Il telefono sembra spento o non raggiungibile. Quando sarà di nuovo raggiungibile, provi una chiamata o un altro SMS.',
    ],
    number_unknown: [
      'L’SMS non è stato consegnato',
      'La rete non conosce questo numero. Lo controlli, o provi una chiamata se ne è sicuro.',
    ],
    blocked: [
      'L’SMS è stato bloccato',
      'Il telefono o la sua rete non accetta i nostri SMS. Una chiamata può riuscire.',
    ],
    opted_out: [
      'Gli SMS a questo numero sono disattivati',
      'Ai nostri SMS è stato risposto STOP, quindi non possiamo inviarne altri. Una chiamata è possibile.',
    ],
    filtered: [
      'L’SMS è stato filtrato',
      'Un filtro lo ha considerato indesiderato; il numero non c’entra. Una chiamata può riuscire.',
    ],
  },
  callCauses: {
    handset_off: [
      'Il telefono non è raggiungibile',
      'Non ha squillato: sembra spento o senza campo. Riprovi quando sarà di nuovo raggiungibile.',
    ],
    number_unknown: [
      'Non è stato possibile chiamare questo numero',
      'Non ha squillato: la rete non conosce questo numero. Lo controlli.',
    ],
  },
  connectionLost: ['Connessione persa', 'Non vediamo più a che punto è la verifica. Ricarichi questa pagina.'],
  reconnecting: ['Connessione persa', 'Ci stiamo ricollegando. Intanto la chiamata continua.'],
  notFound: ['Verifica sconosciuta', 'Forse è terminata, o l’indirizzo è incompleto. Ricominci, per favore.'],

  codeLabel: (length) => `Il suo codice di ${length} cifre`,
  confirm: 'Conferma',
  cancel: 'Annulla',
  callAgain: 'Richiama',
  callInstead: 'Meglio una chiamata',
  textAgain: 'Invia di nuovo l’SMS',
  textInstead: 'Meglio un SMS',
  later: (label, seconds) => `${label} (tra ${seconds} s)`,
  goBack: 'Indietro',
  goOn: 'Continua',
  returnRefused:
    'La pagina da cui arriva chiede di tornare a un indirizzo non consentito. Chiuda questa pagina quando ha finito.',
  keepOpen: 'Tenga aperta questa pagina: chiamiamo o scriviamo solo finché lo è.',
  sharedPhrase: 'La chiamata comincia con queste parole. Se ne dice altre, prema 9.',
  enterOnPhone: 'Digiti questo sul telefono',
  keys: {
    approves: 'approva',
    namedApproves: 'quello che la chiamata indica approva',
    reports: 'segnala che non era lei',
    others: 'fa ripetere; ogni altro tasto rifiuta',
  },
  phoneEnding: (digits) => `Numero di telefono che finisce con ${digits}`,
  timeLeft: (clock) => `ancora ${clock}`,
  lessThan: (seconds) => `Resta meno di ${seconds === 60 ? 'un minuto' : `${seconds} secondi`}.`,

  digitsOnly: 'Scriva le cifre del suo codice.',
  wrongLength: (length, typed) =>
    `Il codice ha ${length} cifre, ne ha scritte ${typed}. Non le è costato alcun tentativo.`,
  wrongCode: (left) => `Non è il codice. ${triesLeft(left)}`,
  triesLeft,
  errors: {
    offline: 'Non eravamo raggiungibili. Controlli la connessione e riprovi.',
    tooOften: 'Troppi tentativi',
    limits: {
      'per-number': 'Questo numero ha ricevuto troppe chiamate o troppi messaggi',
      'per-prefix': 'Numeri come questo hanno ricevuto troppe chiamate o troppi messaggi',
      'per-client': 'Ci sono stati troppi tentativi dalla Sua connessione',
      'per-network': 'Ci sono stati troppi tentativi dalla Sua rete',
      'per-session': 'Ci sono stati troppi tentativi in questa sessione',
      'per-account': 'Ci sono stati troppi tentativi per questo account',
      'per-service': 'Per ora questo servizio non può fare altre chiamate',
      'unanswered-calls': 'Le chiamate a questo numero devono attendere qualche minuto',
      'wrong-codes': 'Per questo numero sono stati inseriti troppi codici errati',
      'unverified-calls': 'Troppe chiamate verso questo paese non sono ancora confermate',
      spending: 'Il budget per le chiamate è esaurito per ora',
      cooldown: 'L’ultimo tentativo è di un momento fa',
    },
    wait: (seconds) =>
      seconds === null
        ? 'Attenda un po’ prima di riprovare.'
        : `Attenda ${waitingTime(
            seconds,
            (count) => `${count} secondi`,
            (count) => `${count} minuti`,
            (count) => `${count} ore`,
          )} prima di riprovare.`,
    stopped: {
      call: 'Per ora non possiamo chiamare questo numero.',
      sms: 'Per ora non possiamo inviare SMS a questo numero.',
    },
    stillPossible: { call: 'Forse è ancora possibile una chiamata.', sms: 'Forse è ancora possibile un SMS.' },
    atNight: 'Dove si trova questo numero è notte, quindi ora non chiamiamo e non scriviamo.',
    conflict: 'Ora non è possibile: una chiamata è ancora in corso.',
    other: 'Non ha funzionato, e l’errore è nostro. Riprovi, per favore.',
  },
}
