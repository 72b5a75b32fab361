import type { Prompts } from '../domain/prompts.ts'
import { esES, label, NUMBERS, purpose } from './es-ES.ts'

/** Keys are pressed ("presione") and not pushed ("pulse"), and what is just over is told in the simple past. */
export const esMX: Prompts = {
  ...esES,
  sharedPhrase: (phrase) => `Las palabras de su pantalla son: ${phrase}. Si son otras, presione 9.`,
  approve: (key) =>
    `Para aprobar, presione ${key}. Si no fue usted, presione 9. Cualquier otra tecla rechaza la solicitud.`,
  enterCode: (length) => `Ingrese el código de ${NUMBERS[length]} dígitos que aparece en su pantalla.`,
  gate: (scope, first, second) =>
    `Para escuchar su ${label(scope)}, presione ${first} y, después, ${second}. Si no fue usted, presione 9.`,
  replay: 'Para escucharlo de nuevo, presione asterisco.',
  silence: 'Lo sentimos, no detectamos ninguna tecla.',
  farewell: {
    ...esES.farewell,
    rejected: 'Usted rechazó esta solicitud. Adiós.',
    reported: 'Gracias por avisarnos. La solicitud quedó anulada. Adiós.',
    tooManyAttempts: 'Lo sentimos, ingresó demasiados códigos incorrectos. Adiós.',
    noInput: 'No recibimos respuesta. Adiós.',
    expired: 'Lo sentimos, esta solicitud venció. Adiós.',
  },
  message: (name, scope, code, minutes) =>
    `${code} es su clave de ${name} ${purpose(scope)}. Vence en ${minutes} ${minutes === 1 ? 'minuto' : 'minutos'}. Nunca se la pediremos por teléfono.`,
}
