// Telephone numbers: read strictly, owned by a region, shown masked.

import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from 'libphonenumber-js/max'
import type { E164 } from './challenge.ts'
import { rememberLast } from './remember-last.ts'

/** `region` is the number's own ISO region, never guessed from its +1; `001` for the codes that no country owns. */
export type ParsedNumber =
  | { ok: true; number: E164; region: string; type: string }
  | {
      ok: false
      reason: 'not_a_string' | 'malformed' | 'needs_region' | 'unknown_region' | 'ambiguous' | 'impossible' | 'invalid'
      message: string
    }

const parsedInternational = rememberLast((text) => parsePhoneNumberFromString(text))

/**
 * Reads an E.164 number, or a national one of `region`. The messages never repeat the number. In `possibleRegions` a
 * number of a possible length is taken though it belongs to no range that the metadata knows, since they lag behind the
 * regulators by months.
 */
export function parseNumber(
  input: unknown,
  region: string | null,
  possibleRegions: ReadonlySet<string> | '*' = NO_REGIONS,
): ParsedNumber {
  if (typeof input !== 'string') return fault('not_a_string', 'The number must be a string.')
  const text = plainDigits(input)
  if (text === null) {
    return fault(
      'malformed',
      'Write the number as +, the country code and digits; spaces, dots, dashes, slashes and brackets may stand in it. An extension has a field of its own.',
    )
  }
  const country = region?.toUpperCase()
  if (!text.startsWith('+')) {
    if (!country) return fault('needs_region', 'Begin the number with + and the country code, or give its region.')
    if (!isSupportedCountry(country)) {
      return fault('unknown_region', 'The region must be an ISO 3166 code of two letters, such as US.')
    }
  }
  const written = withoutMexicanOne(text, country)
  const parsed = country ? parsePhoneNumberFromString(written, country as CountryCode) : parsedInternational(written)
  if (!parsed) return fault('impossible', 'No country has such a number.')
  if (country && mayBeginWithCode(text, country as CountryCode, parsed.nationalNumber)) {
    return fault(
      'ambiguous',
      'Begin the number with +, or with its national prefix: it may begin with the country code.',
    )
  }
  if (parsed.number.length > LONGEST) return fault('impossible', 'No country has such a long number.')
  if (NO_COUNTRY.has(parsed.countryCallingCode)) {
    return { ok: true, number: parsed.number as E164, region: '001', type: 'NETWORK' }
  }
  if (!parsed.isPossible()) return fault('impossible', 'The number is too short or too long for its country.')
  const fictional = FICTIONAL.find(({ range }) => range.test(parsed.number))
  if (fictional === undefined && !parsed.isValid()) {
    const known = parsed.country ?? areaOwner(parsed.number)
    const owner = possibleOwner(known, parsed.countryCallingCode, possibleRegions)
    if (owner === null) return fault('invalid', 'The number belongs to no range in use.')
    return { ok: true, number: parsed.number as E164, region: owner, type: 'UNKNOWN' }
  }
  const owner = fictional?.region ?? parsed.country
  if (!owner) return fault('invalid', 'The number belongs to no range in use.')
  return { ok: true, number: parsed.number as E164, region: owner, type: parsed.getType() ?? 'UNKNOWN' }
}

/** Kinds of numbers that are never called: they charge the caller, or belong to no one person. */
export function refusedType(type: string): boolean {
  return REFUSED.has(type)
}

/** `+1••••••0123`: the country code and at most the last four digits, of short numbers fewer. */
export function maskNumber(number: E164): string {
  const code = parsedInternational(number)?.countryCallingCode ?? ''
  const national = number.slice(1 + code.length)
  const shown = Math.max(0, Math.min(4, national.length - 2))
  return `+${code}${'•'.repeat(national.length - shown)}${national.slice(national.length - shown)}`
}

/** Whether a number may be longer than these first digits of it. */
export function isBeginning(digits: string): boolean {
  return validatePhoneNumberLength(`${digits}0`) !== 'TOO_LONG'
}

/** The number less its last four digits: what a block of numbers bought together has in common. */
export function prefixOf(number: E164): string {
  return number.slice(0, -4)
}

const NO_REGIONS: ReadonlySet<string> = new Set()

/** Of an area code of +1, which is of one region: the library tells of the United States' and Canada's only by whole ranges. */
function areaOwner(number: string): string | undefined {
  return number.startsWith('+1') ? parsedInternational(`${number.slice(0, 5)}2345678`)?.country : undefined
}

/**
 * Of the regions that share a calling code, the one whose area code it is. One that is not known yet may be of any of them, so
 * the operator's word for the first that is named decides.
 */
function possibleOwner(
  known: string | undefined,
  callingCode: string,
  possibleRegions: ReadonlySet<string> | '*',
): string | null {
  const sharers: string[] = known ? [known] : getCountries().filter((one) => getCountryCallingCode(one) === callingCode)
  if (possibleRegions === '*') return sharers[0] ?? null
  return [...possibleRegions].find((region) => sharers.includes(region)) ?? null
}

/**
 * Where numbers have many lengths (Germany, Austria, Indonesia), one that was written with its country code and without
 * the plus may be read as another person's national number. `national`: as it was read, whole.
 */
function mayBeginWithCode(text: string, country: CountryCode, national: string): boolean {
  if (text !== national || !text.startsWith(getCountryCallingCode(country))) return false
  return parsePhoneNumberFromString(`+${text}`)?.isValid() === true
}

/**
 * Until 2019 Mexico's mobile numbers were dialled with a 1 after the country code, and from within with a prefix; people
 * still write them so. Now all have ten digits, none of which begins with 0 or 1 (ift.org.mx, Plan Nacional de Numeración).
 */
function withoutMexicanOne(text: string, country: string | undefined): string {
  const whole = text.replace(/^\+52(?:01|044|045|1)(?=[2-9]\d{9}$)/, '+52')
  return country === 'MX' ? whole.replace(/^(?:01|044|045|1)(?=[2-9]\d{9}$)/, '') : whole
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

/** A pasted number may bear as many invisible marks and spaces as digits. */
const LONGEST_INPUT = 64

/** The digits and a leading plus, or `null` when anything stands there that is no way of writing a number. */
function plainDigits(input: string): string | null {
  if (input.length > LONGEST_INPUT) return null
  const text = input
    // Marks of direction and joiners, which contact lists and chats put around numbers.
    .replace(/[\p{Cf}\p{Variation_Selector}]/gu, '')
    .trim()
    .replace(/^tel:/i, '')
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/^[\uFE62\u207A](?=[\s\p{Nd}])/u, '+')
    .replace(/\p{Nd}/gu, asciiDigit)
    // The marks that libphonenumber takes, and bullets.
    .replace(/[\t\p{Zs}()[\]./~_\u00B7\u2022\u2027\u2043\-\u2010-\u2015\u2053\u2212\u223C\u301C\u30FC]/gu, '')
  return /^\+?\d+$/.test(text) ? text : null
}

/** Unicode lays the decimal digits of every script out in runs of ten, from zero to nine; these are the zeros. */
const ZEROS = [
  ...[0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0],
  ...[0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa9d0, 0xaa50],
  ...[0xabf0, 0x11136, 0x1e950],
]

/** A digit of a script that is not listed stays, so the number is refused. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!
  const zero = ZEROS.find((one) => code >= one && code < one + 10)
  return zero === undefined ? digit : String(code - zero)
}

function fault(reason: (ParsedNumber & { ok: false })['reason'], message: string): ParsedNumber {
  return { ok: false, reason, message }
}
