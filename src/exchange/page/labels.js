// The page's words for the exchange's states and results.

export const NEXT_CALL = {
  ring: 'rings, and I decide',
  approves: 'is answered and approved',
  refuses: 'is answered and refused',
  reports_fraud: 'is reported as fraud',
  hangs_up: 'is heard, then hung up',
  wrong_twice: 'is keyed wrong twice',
  answer: 'is answered, no key',
  busy: 'finds it busy',
  decline: 'is declined',
  no_answer: 'rings in vain',
  voicemail: 'goes to voicemail',
  unreachable: 'finds it switched off',
  no_such_number: 'finds no such number',
  no_answer_at_once: 'is unanswered, unrung',
  carrier_failed: 'fails at the carrier',
}

export const NEXT_MESSAGE = {
  delivered: 'is delivered',
  unreachable: 'cannot be delivered',
  landline: 'meets a landline',
  blocked: 'is filtered out',
  carrier_failed: 'fails at the carrier',
  none: 'gets no receipt',
}

export const ENDINGS = {
  completed: 'Call ended',
  busy: 'The line was busy',
  declined: 'Call declined',
  no_answer: 'Nobody answered',
  canceled: 'Called off before it was answered',
  unreachable: 'The phone was switched off',
  no_such_number: 'There is no such number',
  no_answer_at_once: 'The phone never rang',
  carrier_failed: 'The carrier could not connect it',
  application_error: 'The app’s document could not be played',
}

export const HUNG_UP = { person: 'You hung up', company: 'The caller hung up', app: 'The app hung up' }

export const MESSAGE_STATES = {
  queued: 'on its way',
  sent: 'sent',
  delivered: 'delivered',
  undelivered: 'not delivered',
  failed: 'failed',
}

/** In groups of three, the rest with the last: +1 202 555 0123. */
export function spaced(number) {
  const [, country, rest] = /^\+(1|7|\d\d)(\d+)$/.exec(number) ?? []
  if (!rest) return number
  return `+${country} ${rest.replace(/\d{3}(?=\d{2})/g, '$& ')}`
}

export function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

export const timeOf = (iso) =>
  new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
