// Checks of values from a carrier's JSON and forms, and of numbers before they are sent. None throws, whatever the value.

/** A carrier's id of a call or a message, or `null` where the value cannot be one. */
export function refOrNull(value: unknown): string | null {
  return typeof value === 'string' && /^[\w-]{1,100}$/.test(value) ? value : null
}

export function stringOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/**
 * The keys of one entry, with the key that ended it where the carrier names that one beside them. A `#` behind others is
 * no key of the entry; alone it is. Anything that no keypad can send is an empty entry.
 */
export function dtmfDigits(value: unknown, endedBy: unknown = ''): string {
  const keys = stringOrEmpty(value) + (endedBy === '#' || endedBy === '9' ? endedBy : '')
  return /^[\d*#]{1,32}$/.test(keys) ? keys.replace(/(?<=.)#+$/, '') : ''
}

/** Checked before every request: Plivo dials each number of `1555…<1666…`, and others accept a SIP address. */
export function isE164(number: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(number)
}

export const NOT_E164 = { type: 'refused', blame: 'number', why: 'not an E.164 number' } as const

/** From one time of the carrier's to another; `null` where either is none. */
export function secondsBetween(start: unknown, end: unknown): number | null {
  const seconds = (Date.parse(stringOrEmpty(end)) - Date.parse(stringOrEmpty(start))) / 1000
  return seconds >= 0 ? seconds : null
}
