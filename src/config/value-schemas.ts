// How a variable's text is read. Each message ends the sentence "NAME: "value" …", so that a fault says what is wrong.

import { isIP } from 'node:net'
import { isSupportedCountry } from 'libphonenumber-js/max'
import { z } from 'zod'
import { isLoopback } from '../domain/loopback.ts'
import { parseNumber } from '../domain/phone-number.ts'
import { isSpeakable, sanitizeText } from '../domain/sanitize-text.ts'
import type { Rate } from '../guard/guard.ts'
import type { QuietHours } from '../guard/quiet-hours.ts'

export const text = z.string().max(500, 'is longer than 500 characters')

/** What a voice says, as it is going to say it. */
export function spoken(max: number) {
  return text
    .refine((value) => [...value.normalize('NFC')].length <= max, `is longer than ${max} characters`)
    .transform((value) => sanitizeText(value, max))
    .refine(isSpeakable, 'has no letter, digit or sign in it that can be said')
}

/** An account, an application, a user, a token: what is pasted, where a blank or an invisible mark came along by mistake. */
export const identifier = text.regex(/^\S+$/, 'has white space in it').superRefine((value, context) => {
  const [invisible] = /[\p{Cc}\p{Cf}]/u.exec(value) ?? []
  const code = invisible?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
  if (code) context.addIssue({ code: 'custom', message: `has an invisible character in it (U+${code})` })
})

const parts = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine((found) => found.length > 0, 'is an empty list')

/** What stands in it twice counts once: under one secret a number is held once. */
export const list = parts.transform((found) => [...new Set(found)])

/** Newest first. */
export const secrets = list.pipe(z.array(identifier))

export const port = z
  .string()
  .regex(/^\d{1,5}$/, 'is no whole number from 0 to 65535')
  .transform(Number)
  .refine((value) => value < 65_536, 'is no whole number from 0 to 65535')

/** `localhost` may be either of two addresses: at the other, another server might listen on the same port. */
export const listenAddress = text
  .transform((value) => (value.toLowerCase() === 'localhost' ? '127.0.0.1' : value))
  .refine(
    (value) => isIP(value.replace(/%[\w.-]+$/, '')) > 0 || (/^[a-z0-9._-]+$/i.test(value) && !/^[\d.]+$/.test(value)),
    'is no address or host name: neither a scheme, a port nor a path belongs in it',
  )

export const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no name of a header')

/** In lower case and in Punycode. */
export const hostName = z.string().transform((value, context) => {
  const { hostname = '' } = (/^[^\s/:?#@\\%]+$/.test(value) && URL.parse(`https://${value}`)) || {}
  if (HOST_NAME.test(hostname)) return hostname
  context.addIssue({ code: 'custom', message: 'is no host name: neither a scheme, a port nor a path belongs in it' })
  return z.NEVER
})

const HOST_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/

/** Without a slash at its end, its host in lower case and in Punycode, as a carrier writes it when it signs. */
export const origin = z.string().transform((value, context) => {
  const url = URL.parse(value)
  const wrong = wrongOrigin(value, url)
  if (wrong === null) return `${url!.origin}${url!.pathname.replace(/\/+$/, '')}`
  context.addIssue({ code: 'custom', message: wrong })
  return z.NEVER
})

function wrongOrigin(value: string, url: URL | null): string | null {
  if (!/^https?:\/\//i.test(value)) return 'does not begin with https://'
  if (url === null) return 'is no URL'
  if (url.username !== '' || url.password !== '') return 'has a user or a password in it'
  if (/[?#]/.test(value)) return 'has a ? or a # in it: only the origin and a path may stand there'
  if (url.hostname.includes('*')) return 'has a * in its host name: the name of this server is meant'
  if (url.protocol === 'https:' && url.hostname.includes('_'))
    return 'has an underscore in its host name, which no certificate may name'
  return null
}

/** Without paths: `https://app.example.com`. Plain http only where the browser is on the same machine. */
export const origins = list.pipe(
  z.array(
    z.string().transform((value, context) => {
      const url = URL.parse(value)
      const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(value))
      if (url && isSafe && url.origin === value.toLowerCase().replace(/\/$/, '')) return url.origin
      context.addIssue({
        code: 'custom',
        message: 'has something in it that is no https origin such as https://app.example.com',
      })
      return z.NEVER
    }),
  ),
)

export const pushUrl = z.url({ protocol: /^https?$/, error: 'is no URL that begins with https://' }).refine((value) => {
  const url = URL.parse(value)
  return url !== null && url.username === '' && url.password === '' && url.hash === ''
}, 'has a user, a password or a # in it')

export const onOff = z.enum(['on', 'off'], { error: 'is neither on nor off' }).transform((value) => value === 'on')

export function oneOf<const T extends string>(names: readonly T[]) {
  return z.enum(names, { error: `is none of ${names.join(', ')}` })
}

/** Each at most once, in order. */
export function severalOf<const T extends string>(names: readonly T[]) {
  return parts
    .pipe(z.array(z.enum(names, { error: `has a name in it that is none of ${names.join(', ')}` })))
    .refine((found) => new Set(found).size === found.length, 'names one of them twice')
}

export const phoneNumber = z.string().transform((value, context) => {
  const parsed = parseNumber(value, null)
  if (parsed.ok) return { number: parsed.number, region: parsed.region }
  const why = parsed.reason === 'needs_region' ? 'it does not begin with + and the country code' : parsed.message
  context.addIssue({ code: 'custom', message: `can't be called from: ${why.replace(/\.$/, '')}` })
  return z.NEVER
})

const SMS_NUMBER = /^(\+[1-9]\d{6,14}|\d{3,8})$/

/** A number or a short code. */
export const smsNumber = text.regex(SMS_NUMBER, 'is neither a number in E.164 nor a short code of 3 to 8 digits')

/** Or a name: letters, digits and a few marks, at least one letter among them: twilio.com/docs/glossary/what-alphanumeric-sender-id */
export const smsSender = text.refine(
  (value) => SMS_NUMBER.test(value) || /^(?=.*[a-z])[a-z0-9 &.+_-]{1,11}$/i.test(value),
  'is neither a number in E.164, nor a short code of 3 to 8 digits, nor a name of up to 11 letters and digits',
)

/** `off` is null. */
export const perSecond = z
  .string()
  .regex(/^(off|\d{1,4}(\.\d{1,2})?)$/, 'is no number such as 1, 10 or 0.5, nor off')
  .transform((value) => (value === 'off' ? null : Number(value)))
  .refine((value) => value !== 0, 'is not above 0')

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 }
type Unit = keyof typeof SECONDS

/** In seconds; `off` is null. */
export const duration = z
  .string()
  .regex(/^(off|\d{1,6}[smhd])$/, 'is no duration such as 30s, 10m, 24h or 7d, nor off')
  .transform((value) => (value === 'off' ? null : Number(value.slice(0, -1)) * SECONDS[value.at(-1) as Unit]))

const ratesLike = (example: string) =>
  z
    .string()
    .regex(
      /^(off|\d{1,6}\/([1-9]\d{0,3})?[smhd](,\s*\d{1,6}\/([1-9]\d{0,3})?[smhd])*)$/,
      `is no list of ${example}, nor off`,
    )
    .transform((value): Rate[] =>
      value === 'off'
        ? []
        : value.split(',').map((part) => {
            const [max = '', span = ''] = part.trim().split('/')
            return { max: Number(max), seconds: Number(span.slice(0, -1) || '1') * SECONDS[span.at(-1) as Unit] }
          }),
    )
    .refine(
      (found) => new Set(found.map(({ seconds }) => seconds)).size === found.length,
      'has two limits in it for the same time (an hour is 1h and 60m)',
    )

/** `3/10m,5/h`: at most 3 in ten minutes and at most 5 in an hour. */
export const rates = ratesLike('limits such as 3/10m,5/h (three in ten minutes, five in an hour)')

/** Amounts in an hour or a day: `20/h,100/d`. */
export const ceilings = ratesLike('whole amounts of money such as 20/h,100/d (20 in an hour, 100 in a day)').refine(
  (found) => found.every(({ seconds }) => seconds === 3600 || seconds === 86_400),
  'has a time in it that is neither an hour (h) nor a day (d)',
)

/** `21:00-08:00`, in minutes after midnight; `off` is null. */
export const quietHours = z
  .string()
  .regex(
    /^(off|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$/,
    'is no time from and to such as 21:00-08:00, nor off',
  )
  .transform((value): QuietHours | null => {
    if (value === 'off') return null
    const [from = 0, to = 0] = value.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
    return { from, to }
  })
  .refine((hours) => hours === null || hours.from !== hours.to, 'begins when it ends')

export const speed = z
  .string()
  .regex(/^\d{1,4}(\.\d)?$/, 'is no number such as 1, 10 or 0.5')
  .transform(Number)
  .refine((value) => value > 0, 'is not above 0')

/** Codes that people write for a region and ISO 3166 does not. */
const ALIASES: Record<string, string> = { UK: 'GB', EL: 'GR', USA: 'US', GBR: 'GB', CAN: 'CA', DEU: 'DE', FRA: 'FR' }

export const regions = z.string().transform((value, context) => {
  if (value.trim() === '*') return '*' as const
  const codes = value
    .split(',')
    .map((code) => code.trim().toUpperCase())
    .filter((code) => code !== '')
  const wrong = codes.find((code) => !isSupportedCountry(code))
  if (wrong === undefined && codes.length > 0) return new Set<string>(codes)
  const better = ALIASES[wrong ?? '']
  context.addIssue({
    code: 'custom',
    message: better
      ? `has ${wrong} in it, whose ISO code is ${better}`
      : 'is no list of ISO codes of two letters such as US,GB, nor *',
  })
  return z.NEVER
})

/** `name=value,name=value`, percent-encoded, as opentelemetry.io/docs/specs/otel/protocol/exporter writes headers. */
export const keyValues = parts.transform((pairs, context) => {
  const read = pairs.map((pair) => {
    const [, name = '', value = ''] = /^\s*([^\s=]+)\s*=\s*(.*)$/s.exec(pair) ?? []
    return [decoded(name), decoded(value)]
  })
  if (read.every(([name, value]) => name && value !== null)) return Object.fromEntries(read) as Record<string, string>
  context.addIssue({ code: 'custom', message: 'is no list such as name=value,name=value, percent-encoded' })
  return z.NEVER
})

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
