import type { Texts } from '../texts.ts'
import { waitingTime } from '../waiting-time.ts'

const triesLeft = (left: number) => (left === 1 ? 'Queda un intento.' : `Quedan ${left} intentos.`)

/** Words that Spain and Latin America share, since both read them. */
export const es: Texts = {
  progress: {
    loading: ['Un momento…', 'Estamos consultando cómo va su verificación.'],
    calling: ['Llamando…', 'Su teléfono está a punto de sonar.'],
    callingAnotherWay: ['Probando de otra manera…', 'Le llamamos de otra manera.'],
    callingSlowly: [
      'Seguimos intentándolo…',
      'La llamada todavía no ha salido. Si no sale, probaremos de otra manera.',
    ],
    callingUnseen: ['Llamando…', 'Su teléfono ya debería estar sonando. Si no, probamos de otra manera.'],
    ringing: ['Está sonando…', 'Conteste su teléfono, por favor.'],
    approve: ['Llamada contestada', 'Escuche de qué se trata y pulse después una tecla de su teléfono.'],
    keypad: ['Llamada contestada', 'Introduzca ahora el código de abajo con las teclas de su teléfono.'],
    keypadWrong: ['Ese no era el código', 'Introdúzcalo otra vez con las teclas de su teléfono.'],
    gate: ['Llamada contestada', 'Pulse las teclas que le decimos y le leeremos el código. Escríbalo después aquí.'],
    reading: ['Leyendo su código', 'Escuche el código y escríbalo aquí.'],
    codeRead: ['Es su turno', 'Le hemos leído el código. Escríbalo aquí.'],
    texting: ['Enviando…', 'Le estamos enviando un mensaje de texto.'],
    texted: ['Mensaje enviado', 'Puede tardar un momento en llegar. Escriba entonces el código aquí.'],
    textArrived: ['Mensaje entregado', 'El mensaje ha llegado. Escriba aquí su código.'],
    failed: 'Un código que le haya llegado sigue siendo válido.',
  },
  outcomes: {
    code_matched: ['Confirmado', 'El código era correcto.'],
    key_pressed: ['Confirmado', 'Lo aprobó en su teléfono.'],
    rejected: ['Rechazado por teléfono', 'Se pulsó una tecla de rechazo, así que no se aprobó nada.'],
    fraud_reported: [
      'Denunciado como no solicitado',
      'Quien contestó dijo que la petición no era suya. No se aprobó nada y lo hemos detenido todo.',
    ],
    too_many_attempts: [
      'Demasiados códigos erróneos',
      'Este código ya no vale, aunque el siguiente intento fuera correcto.',
    ],
    busy: ['La línea estaba ocupada', 'Puede que haya otra llamada en curso. Termínela e inténtelo de nuevo.'],
    no_answer: ['Nadie contestó', 'Tenga el teléfono a mano e inténtelo de nuevo.'],
    call_rejected: [
      'La llamada fue rechazada',
      'El teléfono rechazó nuestra llamada. Algunos lo hacen solos con números que no conocen.',
    ],
    voicemail: [
      'Contestó un buzón de voz',
      'Colgamos sin dejar ningún código. Inténtelo de nuevo cuando pueda contestar usted.',
    ],
    hung_up: [
      'La llamada terminó demasiado pronto',
      'Se contestó, pero la llamada se cortó antes de terminar. No se aprobó nada.',
    ],
    no_input: [
      'No se pulsó ninguna tecla',
      'Se contestó, quizá un buzón de voz, y no se pulsó ninguna de las teclas pedidas. Si fue usted, abra el teclado de su teléfono durante la llamada.',
    ],
    unreachable: [
      'No se pudo contactar con su teléfono',
      'No sonó: puede estar apagado o sin cobertura, o el número puede ser incorrecto.',
    ],
    carrier_failed: ['No pudimos llamarle', 'El fallo es nuestro, no suyo. Puede que funcione si lo intenta otra vez.'],
    expired: ['Se acabó el tiempo', 'No se confirmó a tiempo y ya no vale.'],
    canceled: ['Cancelado', 'Se canceló, así que no se aprobó nada.'],
  },
  after: (title, sentence) => `${title}. ${sentence}`,
  textFailures: {
    unreachable: [
      'No se pudo entregar el mensaje',
      'El teléfono puede estar apagado, o ser una línea fija que no recibe mensajes, o el número puede ser incorrecto. Una llamada llega también a las líneas fijas.',
    ],
    carrier_failed: ['No se pudo enviar el mensaje', 'El fallo es nuestro, no suyo. Puede que una llamada llegue.'],
  },
  textCauses: {
    landline: ['Ese número no recibe mensajes', 'Parece ser una línea fija. Una llamada puede leerle el código.'],
    handset_off: [
      'No se pudo entregar el mensaje',
      'Su teléfono parece estar apagado o sin cobertura. Cuando vuelva a estar disponible, pruebe con una llamada u otro mensaje.',
    ],
    number_unknown: [
      'No se pudo entregar el mensaje',
      'La red no conoce este número. Compruébelo, o pruebe con una llamada si está seguro.',
    ],
    blocked: [
      'El mensaje fue bloqueado',
      'Su teléfono o su red no acepta mensajes nuestros. Puede que una llamada llegue.',
    ],
    opted_out: [
      'Los mensajes a este número están cancelados',
      'Una vez se respondió STOP a nuestros mensajes, así que no podemos enviar más. Una llamada es posible.',
    ],
    filtered: [
      'El mensaje fue filtrado',
      'Un filtro lo consideró no deseado; el número no es el problema. Puede que una llamada llegue.',
    ],
  },
  callCauses: {
    handset_off: [
      'No se pudo contactar con su teléfono',
      'No sonó: parece estar apagado o sin cobertura. Vuelva a intentarlo después.',
    ],
    number_unknown: ['No se pudo llamar a ese número', 'No sonó: la red no conoce este número. Compruébelo.'],
  },
  connectionLost: ['Conexión perdida', 'Ya no vemos cómo va su verificación. Recargue esta página para comprobarlo.'],
  reconnecting: ['Conexión perdida', 'Nos estamos reconectando. Mientras tanto, su llamada continúa.'],
  notFound: ['Verificación desconocida', 'Puede haber terminado, o su dirección estar incompleta. Empiece de nuevo.'],

  codeLabel: (length) => `Su código de ${length} cifras`,
  confirm: 'Confirmar',
  cancel: 'Cancelar',
  callAgain: 'Volver a llamar',
  callInstead: 'Prefiero una llamada',
  textAgain: 'Enviar otro mensaje',
  textInstead: 'Prefiero un mensaje',
  later: (label, seconds) => `${label} (en ${seconds} s)`,
  goBack: 'Volver',
  goOn: 'Continuar',
  returnRefused:
    'La página de la que viene pide volver a una dirección no permitida. Cierre esta página cuando termine.',
  keepOpen: 'Mantenga abierta esta página: solo le llamamos o escribimos mientras lo esté.',
  sharedPhrase: 'La llamada empieza con estas palabras. Si dice otras, pulse 9.',
  enterOnPhone: 'Marque esto en su teléfono',
  keys: {
    approves: 'lo aprueba',
    namedApproves: 'la que diga la llamada lo aprueba',
    reports: 'avisa de que no fue usted',
    others: 'lo repite; cualquier otra tecla rechaza',
  },
  phoneEnding: (digits) => `Número de teléfono terminado en ${digits}`,
  timeLeft: (clock) => `quedan ${clock}`,
  lessThan: (seconds) => `Queda menos de ${seconds === 60 ? 'un minuto' : `${seconds} segundos`}.`,

  digitsOnly: 'Escriba las cifras de su código.',
  wrongLength: (length, typed) => `El código tiene ${length} cifras y escribió ${typed}. No le costó ningún intento.`,
  wrongCode: (left) => `Ese no es el código. ${triesLeft(left)}`,
  triesLeft,
  errors: {
    offline: 'No pudimos conectar. Revise su conexión e inténtelo de nuevo.',
    tooOften: 'Demasiados intentos',
    limits: {
      'per-number': 'Se ha llamado o escrito demasiadas veces a este número',
      'per-prefix': 'Se ha llamado o escrito demasiadas veces a números como este',
      'per-client': 'Hubo demasiados intentos desde su conexión',
      'per-network': 'Hubo demasiados intentos desde su red',
      'per-session': 'Hubo demasiados intentos en esta sesión',
      'per-account': 'Hubo demasiados intentos para esta cuenta',
      'per-service': 'Por ahora este servicio no puede hacer más llamadas',
      'unanswered-calls': 'Las llamadas a este número tienen que esperar un rato',
      'wrong-codes': 'Se introdujeron demasiados códigos erróneos para este número',
      'unverified-calls': 'Demasiadas llamadas a este país siguen sin confirmar',
      spending: 'El presupuesto para llamadas está agotado por ahora',
      cooldown: 'El último intento fue hace solo un momento',
    },
    wait: (seconds) =>
      seconds === null
        ? 'Espere un rato antes de intentarlo de nuevo.'
        : `Espere ${waitingTime(
            seconds,
            (count) => `${count} segundos`,
            (count) => `${count} minutos`,
            (count) => `${count} horas`,
          )} antes de intentarlo de nuevo.`,
    stopped: {
      call: 'Ahora no podemos llamar a este número.',
      sms: 'Ahora no podemos enviar mensajes de texto a este número.',
    },
    stillPossible: { call: 'Quizá aún sea posible una llamada.', sms: 'Quizá aún sea posible un mensaje de texto.' },
    atNight: 'Es de noche donde está este número, así que ahora no llamamos ni escribimos.',
    conflict: 'Ahora no es posible: todavía hay una llamada en curso.',
    other: 'No funcionó, y el fallo es nuestro. Inténtelo de nuevo.',
  },
}
