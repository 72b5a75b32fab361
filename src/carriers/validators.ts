// What came from outside, looked at before it is used. None of these throws, whatever the JSON held.

/** A carrier's name for a call or a message, or `null` where the value cannot be one. */
export function name(value: unknown): string | null {
  return typeof value === 'string' && /^[\w-]{1,100}$/.test(value) ? value : null
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** What was keyed. Carriers leave the finish key out; one behind other keys is cut off, and what no keypad has is no entry. */
export function keyed(value: unknown): string {
  const keys = text(value)
  return /^[\d*#]{1,32}$/.test(keys) ? keys.replace(/(?<=.)#$/, '') : ''
}

/** Plivo dials every number of `1555…<1666…`, and others read a name or a SIP address: nothing but this leaves the house. */
export function isE164(number: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(number)
}

export const NO_NUMBER = { type: 'refused', blame: 'number', why: 'not an E.164 number' } as const
