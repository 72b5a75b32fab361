// Telephone numbers: read strictly, owned by a region, shown masked.

import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { E164 } from './challenge.ts'

/** `region` is the number's own ISO region, never guessed from its +1; `001` for the codes that no country owns. */
export type ParsedNumber =
  | { ok: true; number: E164; region: string; type: string }
  | {
      ok: false
      reason: 'not_a_string' | 'malformed' | 'needs_region' | 'unknown_region' | 'impossible' | 'invalid'
      message: string
    }

/** Reads an E.164 number, or a national one of `region`. The messages never repeat the number. */
export function parseNumber(input: unknown, region: string | null): ParsedNumber {
  if (typeof input !== 'string') return fault('not_a_string', 'The number must be a string.')
  const text = plainDigits(input)
  if (text === null) {
    return fault(
      'malformed',
      'Write the number as +, the country code and digits; spaces, dots, dashes and parentheses may stand in it.',
    )
  }
  const country = region?.toUpperCase()
  if (!text.startsWith('+')) {
    if (!country) return fault('needs_region', 'Begin the number with + and the country code, or give its region.')
    if (!isSupportedCountry(country)) {
      return fault('unknown_region', 'The region must be an ISO 3166 code of two letters, such as US.')
    }
  }
  const parsed = parsePhoneNumberFromString(text, country as CountryCode | undefined)
  if (!parsed) return fault('impossible', 'No country has such a number.')
  if (parsed.number.length > LONGEST) return fault('impossible', 'No country has such a long number.')
  if (NO_COUNTRY.has(parsed.countryCallingCode)) {
    return { ok: true, number: parsed.number as E164, region: '001', type: 'NETWORK' }
  }
  if (!parsed.isPossible()) return fault('impossible', 'The number is too short or too long for its country.')
  const fictional = FICTIONAL.find(({ range }) => range.test(parsed.number))
  const owner = fictional?.region ?? parsed.country
  if (!owner || !(fictional || parsed.isValid())) return fault('invalid', 'The number belongs to no range in use.')
  return { ok: true, number: parsed.number as E164, region: owner, type: parsed.getType() ?? 'UNKNOWN' }
}

/** Kinds of numbers that are never called: they charge the caller, or belong to no one person. */
export function refusedType(type: string): boolean {
  return REFUSED.has(type)
}

/** `+1••••••0123`: the country code and at most the last four digits, of short numbers fewer. */
export function maskNumber(number: E164): string {
  const code = parsePhoneNumberFromString(number)?.countryCallingCode ?? ''
  const national = number.slice(1 + code.length)
  const shown = Math.max(0, Math.min(4, national.length - 2))
  return `+${code}${'•'.repeat(national.length - shown)}${national.slice(national.length - shown)}`
}

/** The number less its last four digits: what a block of numbers bought together has in common. */
export function prefixOf(number: E164): string {
  return number.slice(0, -4)
}

/** The plus and 15 digits (ITU-T E.164). */
const LONGEST = 16

const REFUSED = new Set(['PREMIUM_RATE', 'SHARED_COST', 'UAN', 'PAGER', 'PERSONAL_NUMBER', 'VOICEMAIL', 'NETWORK'])

/** Satellites, worldwide networks and worldwide service numbers (ITU-T E.164, list of assigned country codes). */
const NO_COUNTRY = new Set(['800', '808', '870', '878', '881', '882', '883', '888', '979'])

/**
 * Ranges that regulators keep free for books, films and manuals, and that people therefore try things out with. The
 * library calls these few invalid, unlike the others of their kind (such as +1 202 555 01xx).
 */
const FICTIONAL = [
  // ofcom.org.uk, "Telephone numbers for use in TV and radio drama programmes"
  { range: /^\+447700900\d{3}$/, region: 'GB' },
  { range: /^\+441632960\d{3}$/, region: 'GB' },
  // arcep.fr, décision 2018-0881
  { range: /^\+3363998\d{4}$/, region: 'FR' },
]

/** The digits and a leading plus, or `null` when anything stands there that is no way of writing a number. */
function plainDigits(input: string): string | null {
  if (input.length > 40) return null
  const text = input
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[ \u00A0\u202F\u3000().\-\u2010-\u2013\u2212\u30FC]/g, '')
  return /^\+?\d+$/.test(text) ? text : null
}

function fault(reason: (ParsedNumber & { ok: false })['reason'], message: string): ParsedNumber {
  return { ok: false, reason, message }
}
