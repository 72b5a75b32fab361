import { asSentence } from '../domain/as-sentence.ts'
import type { Prompts } from '../domain/prompts.ts'
import { phrase } from '../domain/scope-words.ts'
import { digits } from './digits.ts'
import { SPANISH } from './phrase-words/spanish.ts'

export const NUMBERS = ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho']

export const esES: Prompts = {
  greeting: (name) => `Le llamamos de ${name}.`,
  phraseWords: SPANISH,
  sharedPhrase: (phrase) => `Las palabras de su pantalla son: ${phrase}. Si son otras, pulse 9.`,
  request: (scope) =>
    phrase(
      {
        login: 'Alguien solicita iniciar sesión.',
        signup: 'Alguien solicita registrarse.',
        transfer: 'Alguien solicita hacer una transferencia.',
        payment: 'Alguien solicita hacer un pago.',
        password_reset: 'Alguien solicita restablecer la contraseña de su cuenta.',
        verify: 'Alguien solicita verificar este número de teléfono.',
      },
      scope,
      (words) => `Alguien solicita su aprobación: ${words}.`,
    ),
  sentence: (text) => asSentence(text),
  approve: (key) =>
    `Para aprobar, pulse ${key}. Si no ha sido usted, pulse 9. Cualquier otra tecla rechaza la solicitud.`,
  enterCode: (length) => `Introduzca el código de ${NUMBERS[length]} cifras que aparece en su pantalla.`,
  gate: (scope, first, second) =>
    `Para escuchar su ${label(scope)}, pulse ${first} y, a continuación, ${second}. Si no ha sido usted, pulse 9.`,
  code: (scope) => `Su ${label(scope)} es:`,
  neverAsk: 'Nunca le pediremos este código por teléfono.',
  again: 'Una vez más:',
  replay: 'Para escucharlo de nuevo, pulse asterisco.',
  wrongKey: 'Lo sentimos, esa tecla no es válida.',
  wrongCode: 'Lo sentimos, ese código no es correcto. Inténtelo de nuevo.',
  silence: 'Lo sentimos, no hemos detectado ninguna tecla.',
  farewell: {
    approved: 'Gracias, queda confirmado. Adiós.',
    rejected: 'Ha rechazado esta solicitud. Adiós.',
    reported: 'Gracias por avisarnos. La solicitud ha quedado anulada. Adiós.',
    tooManyAttempts: 'Lo sentimos, ha introducido demasiados códigos incorrectos. Adiós.',
    noInput: 'No hemos recibido respuesta. Adiós.',
    codeGiven: 'No dé este código a nadie. Adiós.',
    expired: 'Lo sentimos, esta solicitud ha caducado. Adiós.',
    neutral: 'Esta llamada ya no es necesaria. Adiós.',
    apology: 'Lo sentimos, no podemos completar esta llamada. Inténtelo más tarde.',
  },
  hold: 'Un momento, por favor.',
  digits,
  message: (name, scope, code, minutes) =>
    `${code} es su clave de ${name} ${purpose(scope)}. Caduca en ${minutes} ${minutes === 1 ? 'minuto' : 'minutos'}. Nunca se la pediremos por teléfono.`,
}

export function label(scope: string): string {
  return phrase(
    {
      login: 'código de acceso',
      signup: 'código de registro',
      transfer: 'código de transferencia',
      payment: 'código de pago',
      password_reset: 'código para restablecer la contraseña',
      verify: 'código de verificación',
    },
    scope,
    (words) => `código para ${words}`,
  )
}

/** For text messages: GSM-7 has é and ñ but no á, í, ó or ú, so "código" becomes "clave" and nouns become verbs. */
export function purpose(scope: string): string {
  return phrase(
    {
      login: 'para acceder',
      signup: 'para registrarse',
      transfer: 'para la transferencia',
      payment: 'para el pago',
      password_reset: 'para restablecer la contraseña',
      verify: 'para confirmar que es usted',
    },
    scope,
    (words) => `para ${words}`,
  )
}
