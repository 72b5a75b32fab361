import type { Texts } from '../texts.ts'
import { waitingTime } from '../waiting-time.ts'

const triesLeft = (left: number) => (left === 1 ? 'Nog één poging.' : `Nog ${left} pogingen.`)

export const nl: Texts = {
  progress: {
    loading: ['Een ogenblik…', 'We kijken hoe het met uw verificatie staat.'],
    calling: ['We bellen…', 'Uw telefoon gaat zo over.'],
    callingAnotherWay: ['We proberen het anders…', 'We bellen u op een andere manier.'],
    callingSlowly: [
      'We blijven proberen…',
      'De oproep is nog niet doorgekomen. Komt hij niet door, dan proberen we het op een andere manier.',
    ],
    callingUnseen: [
      'We bellen…',
      'Uw telefoon zou nu moeten overgaan. Zo niet, dan proberen we het op een andere manier.',
    ],
    ringing: ['De telefoon gaat over…', 'Neem alstublieft op.'],
    approve: ['Opgenomen', 'Luister waar het over gaat en druk dan op een toets van uw telefoon.'],
    keypad: ['Opgenomen', 'Toets nu de code hieronder in op uw telefoon.'],
    keypadWrong: ['Dat was niet de code', 'Toets hem nog een keer in op uw telefoon.'],
    gate: ['Opgenomen', 'Druk op de toetsen die we noemen, dan lezen we de code voor. Typ hem daarna hier.'],
    reading: ['We lezen uw code voor', 'Luister naar de code en typ hem hier.'],
    codeRead: ['Nu bent u aan de beurt', 'We hebben u de code voorgelezen. Typ hem hier.'],
    texting: ['We versturen…', 'We sturen u een sms.'],
    texted: ['Sms verstuurd', 'Het kan even duren voor hij aankomt. Typ de code dan hier.'],
    textArrived: ['Sms bezorgd', 'De sms is aangekomen. Typ de code hier.'],
    failed: 'Een code die u heeft bereikt, blijft geldig.',
  },
  outcomes: {
    code_matched: ['Bevestigd', 'De code klopte.'],
    key_pressed: ['Bevestigd', 'U heeft het op uw telefoon goedgekeurd.'],
    rejected: ['Geweigerd op de telefoon', 'Er is op een weigertoets gedrukt. Er is niets goedgekeurd.'],
    fraud_reported: [
      'Gemeld als onbevoegd',
      'De persoon die opnam, meldde dat de aanvraag niet van hem of haar kwam. Er is niets goedgekeurd en we zijn gestopt.',
    ],
    too_many_attempts: ['Te veel foute codes', 'Deze code telt niet meer, ook al zou de volgende poging kloppen.'],
    busy: ['De lijn was bezet', 'Misschien is er een ander gesprek gaande. Beëindig dat en probeer het opnieuw.'],
    no_answer: ['Niemand nam op', 'Houd uw telefoon bij de hand en probeer het opnieuw.'],
    call_rejected: [
      'De oproep is geweigerd',
      'De telefoon wees onze oproep af. Sommige doen dat vanzelf bij onbekende nummers.',
    ],
    voicemail: [
      'De voicemail nam op',
      'We hebben opgehangen en er geen code in achtergelaten. Probeer het opnieuw als u zelf kunt opnemen.',
    ],
    hung_up: [
      'Het gesprek eindigde te vroeg',
      'Er is opgenomen, maar het gesprek eindigde voor het klaar was. Er is niets goedgekeurd.',
    ],
    no_input: [
      'Er is geen toets ingedrukt',
      'Er is opgenomen, misschien door een voicemail, en geen van de gevraagde toetsen is ingedrukt. Was u het zelf, open dan tijdens het gesprek het toetsenblok.',
    ],
    unreachable: [
      'Uw telefoon was niet bereikbaar',
      'Hij is niet overgegaan: misschien staat hij uit of heeft hij geen bereik, of klopt het nummer niet.',
    ],
    carrier_failed: ['De oproep is niet gelukt', 'De fout ligt bij ons, niet bij u. Een nieuwe poging kan lukken.'],
    expired: ['De tijd is om', 'Dit is niet op tijd bevestigd en telt niet meer.'],
    canceled: ['Geannuleerd', 'Dit is gestopt. Er is niets goedgekeurd.'],
  },
  after: (title, sentence) => `${title}. ${sentence}`,
  textFailures: {
    unreachable: [
      'De sms kon niet worden bezorgd',
      'De telefoon staat misschien uit, of is een vaste lijn zonder sms, of het nummer klopt niet. Een oproep bereikt ook vaste lijnen.',
    ],
    carrier_failed: [
      'De sms kon niet worden verstuurd',
      'De fout ligt bij ons, niet bij u. Een oproep kan wel lukken.',
    ],
  },
  textCauses: {
    landline: [
      'Dit nummer ontvangt geen sms',
      'Het lijkt een vaste lijn. In een gesprek kunnen wij u de code voorlezen.',
    ],
    handset_off: [
      'De sms kon niet worden bezorgd',
      'Uw telefoon lijkt uit te staan of buiten bereik. Probeer een oproep of een nieuwe sms zodra hij weer bereikbaar is.',
    ],
    number_unknown: [
      'De sms kon niet worden bezorgd',
      'Het netwerk kent dit nummer niet. Controleer het, of probeer een oproep als u er zeker van bent.',
    ],
    blocked: [
      'De sms is geblokkeerd',
      'Uw telefoon of het netwerk neemt geen sms van ons aan. Een oproep kan wel lukken.',
    ],
    opted_out: [
      'Sms naar dit nummer is stopgezet',
      'Op onze sms is ooit STOP geantwoord, dus wij mogen er geen meer sturen. Bellen kan wel.',
    ],
    filtered: [
      'De sms is uitgefilterd',
      'Een filter zag hem onderweg als ongewenst; aan het nummer ligt het niet. Een oproep kan wel lukken.',
    ],
  },
  callCauses: {
    handset_off: [
      'Uw telefoon was niet bereikbaar',
      'Hij is niet overgegaan: hij lijkt uit te staan of buiten bereik. Probeer het opnieuw zodra hij weer bereikbaar is.',
    ],
    number_unknown: [
      'Dit nummer kon niet worden gebeld',
      'Hij is niet overgegaan: het netwerk kent dit nummer niet. Controleer het.',
    ],
  },
  connectionLost: [
    'Verbinding verbroken',
    'We zien niet meer hoe het met uw verificatie staat. Laad deze pagina opnieuw.',
  ],
  reconnecting: ['Verbinding verbroken', 'We maken opnieuw verbinding. Uw oproep gaat intussen door.'],
  notFound: [
    'Deze verificatie is niet bekend',
    'Misschien is ze voorbij of is het adres onvolledig. Begin alstublieft opnieuw.',
  ],

  codeLabel: (length) => `Uw code van ${length} cijfers`,
  confirm: 'Bevestigen',
  cancel: 'Annuleren',
  callAgain: 'Bel me opnieuw',
  callInstead: 'Bel me in plaats daarvan',
  textAgain: 'Stuur nog een sms',
  textInstead: 'Stuur in plaats daarvan een sms',
  later: (label, seconds) => `${label} (over ${seconds} s)`,
  goBack: 'Terug',
  goOn: 'Verder',
  returnRefused:
    'De pagina waar u vandaan komt, wil terug naar een adres dat niet is toegestaan. Sluit deze pagina als u klaar bent.',
  keepOpen: 'Houd deze pagina open: alleen zolang bellen of sms’en we u.',
  sharedPhrase: 'Het gesprek begint met deze woorden. Noemt het andere, druk dan op 9.',
  enterOnPhone: 'Toets dit in op uw telefoon',
  keys: {
    approves: 'keurt het goed',
    namedApproves: 'de toets die het gesprek noemt, keurt het goed',
    reports: 'meldt dat u dit niet was',
    others: 'herhaalt; elke andere toets weigert',
  },
  phoneEnding: (digits) => `Telefoonnummer eindigend op ${digits}`,
  timeLeft: (clock) => `nog ${clock}`,
  lessThan: (seconds) => `Nog minder dan ${seconds === 60 ? 'een minuut' : `${seconds} seconden`}.`,

  digitsOnly: 'Typ de cijfers van uw code.',
  wrongLength: (length, typed) => `De code heeft ${length} cijfers, u typte er ${typed}. Dat kostte geen poging.`,
  wrongCode: (left) => `Dat is niet de code. ${triesLeft(left)}`,
  triesLeft,
  errors: {
    offline: 'We waren niet bereikbaar. Controleer uw verbinding en probeer het opnieuw.',
    tooOften: 'Te veel pogingen',
    limits: {
      'per-number': 'Dit nummer is te vaak gebeld of ge-sms’t',
      'per-prefix': 'Nummers zoals dit zijn te vaak gebeld of ge-sms’t',
      'per-client': 'Er waren te veel pogingen vanaf uw verbinding',
      'per-network': 'Er waren te veel pogingen vanuit uw netwerk',
      'per-session': 'Er waren te veel pogingen in deze sessie',
      'per-account': 'Er waren te veel pogingen voor dit account',
      'per-service': 'Deze dienst mag voorlopig niet meer bellen',
      'unanswered-calls': 'Oproepen naar dit nummer moeten even wachten',
      'wrong-codes': 'Voor dit nummer zijn te veel verkeerde codes ingevoerd',
      'unverified-calls': 'Te veel oproepen naar dit land zijn nog niet bevestigd',
      spending: 'Het budget voor oproepen is voorlopig op',
      cooldown: 'De laatste poging was nog maar net',
    },
    wait: (seconds) =>
      seconds === null
        ? 'Wacht even voor de volgende poging.'
        : `Wacht ${waitingTime(
            seconds,
            (count) => `${count} seconden`,
            (count) => `${count} minuten`,
            (count) => `${count} uur`,
          )} voor de volgende poging.`,
    stopped: { call: 'Dit nummer mogen we nu niet bellen.', sms: 'Naar dit nummer mogen we nu geen sms sturen.' },
    stillPossible: { call: 'Een oproep is misschien nog mogelijk.', sms: 'Een sms is misschien nog mogelijk.' },
    atNight: 'Waar dit nummer is, is het nacht: we bellen en sms’en nu niet.',
    conflict: 'Dat kan nu niet: er is nog een gesprek gaande.',
    other: 'Dat lukte niet, en de fout ligt bij ons. Probeer het opnieuw.',
  },
}
