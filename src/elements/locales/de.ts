import type { Texts } from '../texts.ts'
import { waitingTime } from '../waiting-time.ts'

const triesLeft = (left: number) => (left === 1 ? 'Noch ein Versuch.' : `Noch ${left} Versuche.`)

export const de: Texts = {
  progress: {
    loading: ['Einen Moment…', 'Wir sehen nach, wie es um Ihre Bestätigung steht.'],
    calling: ['Wir rufen an…', 'Ihr Telefon klingelt gleich.'],
    callingAnotherWay: ['Wir versuchen es anders…', 'Wir rufen Sie auf einem anderen Weg an.'],
    callingSlowly: [
      'Wir versuchen es weiter…',
      'Der Anruf ist noch nicht durchgekommen. Wenn es dabei bleibt, versuchen wir einen anderen Weg.',
    ],
    callingUnseen: [
      'Wir rufen an…',
      'Ihr Telefon müsste jetzt klingeln. Wenn nicht, versuchen wir es auf einem anderen Weg.',
    ],
    ringing: ['Es klingelt…', 'Bitte nehmen Sie ab.'],
    approve: ['Angenommen', 'Hören Sie, worum es geht, und drücken Sie dann eine Taste Ihres Telefons.'],
    keypad: ['Angenommen', 'Geben Sie nun den Code unten über die Tasten Ihres Telefons ein.'],
    keypadWrong: ['Das war nicht der Code', 'Geben Sie ihn noch einmal über die Tasten Ihres Telefons ein.'],
    gate: [
      'Angenommen',
      'Drücken Sie die genannten Tasten, dann lesen wir den Code vor. Geben Sie ihn danach hier ein.',
    ],
    reading: ['Wir lesen den Code vor', 'Hören Sie zu, und geben Sie den Code hier ein.'],
    codeRead: ['Sie sind dran', 'Wir haben Ihnen den Code vorgelesen. Geben Sie ihn hier ein.'],
    texting: ['Wir senden…', 'Wir senden Ihnen eine SMS.'],
    texted: ['SMS gesendet', 'Es kann einen Moment dauern, bis sie ankommt. Geben Sie den Code dann hier ein.'],
    textArrived: ['SMS zugestellt', 'Die SMS ist angekommen. Geben Sie ihren Code hier ein.'],
    failed: 'Ein Code, der Sie erreicht hat, gilt weiterhin.',
  },
  outcomes: {
    code_matched: ['Bestätigt', 'Der Code war richtig.'],
    key_pressed: ['Bestätigt', 'Sie haben am Telefon zugestimmt.'],
    rejected: ['Am Telefon abgelehnt', 'Es wurde eine Taste zum Ablehnen gedrückt. Nichts wurde bestätigt.'],
    fraud_reported: [
      'Als unbefugt gemeldet',
      'Wer den Anruf annahm, hat gemeldet, dass die Anfrage nicht von ihm oder ihr stammt. Nichts wurde bestätigt, und wir haben abgebrochen.',
    ],
    too_many_attempts: [
      'Zu viele falsche Codes',
      'Dieser Code gilt nicht mehr, auch wenn der nächste Versuch richtig wäre.',
    ],
    busy: [
      'Es war besetzt',
      'Vielleicht wird gerade telefoniert. Beenden Sie das Gespräch und versuchen Sie es noch einmal.',
    ],
    no_answer: ['Niemand hat abgenommen', 'Halten Sie Ihr Telefon bereit und versuchen Sie es noch einmal.'],
    call_rejected: [
      'Der Anruf wurde abgewiesen',
      'Das Telefon hat unseren Anruf abgewiesen. Manche tun das bei unbekannten Nummern von selbst.',
    ],
    voicemail: [
      'Eine Mailbox hat abgenommen',
      'Wir haben aufgelegt und keinen Code hinterlassen. Versuchen Sie es noch einmal, wenn Sie selbst abnehmen können.',
    ],
    hung_up: [
      'Der Anruf endete zu früh',
      'Es wurde abgenommen, aber der Anruf brach vorzeitig ab. Nichts wurde bestätigt.',
    ],
    no_input: [
      'Keine Taste wurde gedrückt',
      'Es wurde abgenommen, vielleicht von einer Mailbox, und keine der genannten Tasten wurde gedrückt. Wenn Sie es waren: Öffnen Sie während des Anrufs die Tastatur Ihres Telefons.',
    ],
    unreachable: [
      'Ihr Telefon war nicht erreichbar',
      'Es hat nicht geklingelt: Vielleicht ist es ausgeschaltet oder ohne Netz, oder die Nummer stimmt nicht.',
    ],
    carrier_failed: [
      'Wir sind nicht durchgekommen',
      'Der Fehler liegt bei uns, nicht bei Ihnen. Ein weiterer Versuch kann gelingen.',
    ],
    expired: ['Die Zeit ist um', 'Das wurde nicht rechtzeitig bestätigt und gilt nicht mehr.'],
    canceled: ['Abgebrochen', 'Das wurde abgebrochen. Nichts wurde bestätigt.'],
  },
  after: (title, sentence) => `${title}. ${sentence}`,
  textFailures: {
    unreachable: [
      'Die SMS konnte nicht zugestellt werden',
      'Vielleicht ist das Telefon ausgeschaltet oder ein Festnetzanschluss ohne SMS, oder die Nummer stimmt nicht. Ein Anruf erreicht auch das Festnetz.',
    ],
    carrier_failed: [
      'Die SMS konnte nicht gesendet werden',
      'Der Fehler liegt bei uns, nicht bei Ihnen. Ein Anruf kann durchkommen.',
    ],
  },
  textCauses: {
    landline: [
      'Diese Nummer empfängt keine SMS',
      'Sie scheint ein Festnetzanschluss zu sein. Ein Anruf kann Ihnen den Code vorlesen.',
    ],
    handset_off: [
      'Die SMS konnte nicht zugestellt werden',
      'Ihr Telefon scheint ausgeschaltet oder ohne Empfang zu sein. Sobald es wieder erreichbar ist, versuchen Sie einen Anruf oder eine neue SMS.',
    ],
    number_unknown: [
      'Die SMS konnte nicht zugestellt werden',
      'Das Netz kennt diese Nummer nicht. Bitte prüfen Sie sie, oder versuchen Sie einen Anruf, wenn Sie sicher sind.',
    ],
    blocked: [
      'Die SMS wurde blockiert',
      'Ihr Telefon oder sein Netz nimmt keine SMS von uns an. Ein Anruf kann durchkommen.',
    ],
    opted_out: [
      'SMS an diese Nummer sind abbestellt',
      'Unsere SMS wurden einmal mit STOP beantwortet, daher dürfen wir keine mehr senden. Ein Anruf ist möglich.',
    ],
    filtered: [
      'Die SMS wurde ausgefiltert',
      'Ein Filter hat sie unterwegs als unerwünscht eingestuft; an der Nummer liegt es nicht. Ein Anruf kann durchkommen.',
    ],
  },
  callCauses: {
    handset_off: [
      'Ihr Telefon war nicht erreichbar',
      'Es hat nicht geklingelt: Es scheint ausgeschaltet oder ohne Empfang zu sein. Versuchen Sie es noch einmal, sobald es wieder erreichbar ist.',
    ],
    number_unknown: [
      'Diese Nummer konnte nicht angerufen werden',
      'Es hat nicht geklingelt: Das Netz kennt diese Nummer nicht. Bitte prüfen Sie sie.',
    ],
  },
  connectionLost: ['Verbindung verloren', 'Wir sehen den Stand Ihrer Bestätigung nicht mehr. Laden Sie die Seite neu.'],
  reconnecting: ['Verbindung verloren', 'Wir stellen die Verbindung wieder her. Ihr Anruf läuft währenddessen weiter.'],
  notFound: [
    'Diese Bestätigung ist nicht bekannt',
    'Vielleicht ist sie abgeschlossen oder die Adresse unvollständig. Bitte beginnen Sie von vorn.',
  ],

  codeLabel: (length) => `Ihr ${length}-stelliger Code`,
  confirm: 'Bestätigen',
  cancel: 'Abbrechen',
  callAgain: 'Noch einmal anrufen',
  callInstead: 'Stattdessen anrufen',
  textAgain: 'SMS noch einmal senden',
  textInstead: 'Stattdessen SMS senden',
  later: (label, seconds) => `${label} (in ${seconds} s)`,
  goBack: 'Zurück',
  goOn: 'Weiter',
  returnRefused:
    'Die Seite, von der Sie kommen, will an eine Adresse zurück, die nicht zugelassen ist. Schließen Sie diese Seite, wenn Sie fertig sind.',
  keepOpen: 'Lassen Sie diese Seite offen: Nur solange rufen wir Sie an oder schreiben Ihnen.',
  sharedPhrase: 'Der Anruf nennt zuerst diese Wörter. Nennt er andere, drücken Sie die 9.',
  enterOnPhone: 'Geben Sie dies auf Ihrem Telefon ein',
  keys: {
    approves: 'bestätigt',
    namedApproves: 'die, die der Anruf nennt, bestätigt',
    reports: 'meldet, dass Sie das nicht waren',
    others: 'wiederholt die Ansage; jede andere Taste lehnt ab',
  },
  phoneEnding: (digits) => `Telefonnummer mit den letzten Ziffern ${digits}`,
  timeLeft: (clock) => `noch ${clock}`,
  lessThan: (seconds) => `Weniger als ${seconds === 60 ? 'eine Minute' : `${seconds} Sekunden`} übrig.`,

  digitsOnly: 'Bitte geben Sie die Ziffern Ihres Codes ein.',
  wrongLength: (length, typed) =>
    `Der Code hat ${length} Ziffern, eingegeben wurden ${typed}. Das hat keinen Versuch gekostet.`,
  wrongCode: (left) => `Das ist nicht der Code. ${triesLeft(left)}`,
  triesLeft,
  errors: {
    offline: 'Wir waren nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.',
    tooOften: 'Das waren zu viele Versuche',
    limits: {
      'per-number': 'Diese Nummer wurde zu oft angerufen oder angeschrieben',
      'per-prefix': 'Nummern wie diese wurden zu oft angerufen oder angeschrieben',
      'per-client': 'Von Ihrem Anschluss kamen zu viele Versuche',
      'per-network': 'Aus Ihrem Netz kamen zu viele Versuche',
      'per-session': 'In dieser Sitzung gab es zu viele Versuche',
      'per-account': 'Für dieses Konto gab es zu viele Versuche',
      'per-service': 'Dieser Dienst darf vorerst nicht weiter anrufen',
      'unanswered-calls': 'Anrufe bei dieser Nummer müssen eine Weile warten',
      'wrong-codes': 'Für diese Nummer wurden zu viele falsche Codes eingegeben',
      'unverified-calls': 'Zu viele Anrufe in dieses Land sind noch nicht bestätigt',
      spending: 'Das Budget für Anrufe ist vorerst aufgebraucht',
      cooldown: 'Der letzte Versuch war erst vor einem Moment',
    },
    wait: (seconds) =>
      seconds === null
        ? 'Bitte warten Sie eine Weile.'
        : `Bitte warten Sie ${waitingTime(
            seconds,
            (count) => `${count} Sekunden`,
            (count) => `${count} Minuten`,
            (count) => `${count} Stunden`,
          )}.`,
    stopped: {
      call: 'Diese Nummer dürfen wir zurzeit nicht anrufen.',
      sms: 'An diese Nummer dürfen wir zurzeit keine SMS schicken.',
    },
    stillPossible: { call: 'Ein Anruf ist vielleicht noch möglich.', sms: 'Eine SMS ist vielleicht noch möglich.' },
    atNight: 'Wo diese Nummer ist, ist es jetzt Nacht: Wir rufen nicht an und schreiben nicht.',
    conflict: 'Das geht im Moment nicht: Ein Anruf läuft noch.',
    other: 'Das hat nicht geklappt, und der Fehler liegt bei uns. Bitte versuchen Sie es noch einmal.',
  },
}
