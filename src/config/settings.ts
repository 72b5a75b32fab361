// Every setting, once. `.env.example` is written from this table, and a test compares.

import { z } from 'zod'
import { CARRIERS } from '../domain/challenge.ts'
import { parseNumber } from '../domain/phone-number.ts'
import type { Rate } from '../guard/guard.ts'
import { LOG_FORMATS, LOG_LEVELS } from '../log/logger.ts'

export type Setting<S extends z.ZodType = z.ZodType> = {
  schema: S
  /** What it wants, as a sentence: shown in `.env.example`, and when the value is wrong. */
  doc: string
  example?: string
}

const optional = <S extends z.ZodType>(schema: S, doc: string, example?: string) => ({
  schema: schema.optional() as z.ZodOptional<S>,
  doc,
  ...(example === undefined ? {} : { example }),
})

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((value) => value < 65_536)
const text = z.string().min(1).max(500)
const list = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine((parts) => parts.length > 0)
const origin = z
  .url({ protocol: /^https?$/ })
  .transform((value) => value.replace(/\/+$/, ''))
  .refine((value) => !/[?#@]/.test(value))
const pushUrl = z.url({ protocol: /^https?$/ }).refine((value) => {
  const url = URL.parse(value)
  return url !== null && url.username === '' && url.password === '' && url.hash === ''
})
const onOff = z.enum(['on', 'off']).transform((value) => value === 'on')
const number = z.string().transform((value, context) => {
  const parsed = parseNumber(value, null)
  if (parsed.ok) return { number: parsed.number, region: parsed.region }
  context.addIssue({ code: 'custom', message: parsed.message })
  return z.NEVER
})

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 }
type Unit = keyof typeof SECONDS

const duration = z
  .string()
  .regex(/^(off|\d{1,6}[smhd])$/)
  .transform((value) => (value === 'off' ? null : Number(value.slice(0, -1)) * SECONDS[value.at(-1) as Unit]))

/** `3/10m,5/h`: at most 3 in ten minutes and at most 5 in an hour. */
const rates = z
  .string()
  .regex(/^(off|\d{1,6}\/([1-9]\d{0,3})?[smhd](,\s*\d{1,6}\/([1-9]\d{0,3})?[smhd])*)$/)
  .transform((value): Rate[] =>
    value === 'off'
      ? []
      : value.split(',').map((part) => {
          const [max = '', span = ''] = part.trim().split('/')
          return { max: Number(max), seconds: Number(span.slice(0, -1) || '1') * SECONDS[span.at(-1) as Unit] }
        }),
  )

const countries = z.string().transform((value, context) => {
  if (value.trim() === '*') return '*' as const
  const codes = value.split(',').map((code) => code.trim().toUpperCase())
  if (codes.every((code) => /^[A-Z]{2}$/.test(code))) return new Set(codes)
  context.addIssue('custom')
  return z.NEVER
})

export const SETTINGS = {
  PORT: { schema: port.default(3000), doc: 'Port to listen on. 3000 unless set.' },
  HOST: optional(text, 'Address to listen on. Unless set: 127.0.0.1, in production every address.'),
  PUBLIC_URL: optional(
    origin,
    'The https origin (and path prefix) under which carriers reach this server. They sign it.',
    'https://verify.example.com',
  ),
  DATABASE_URL: optional(
    z.string().regex(/^postgres(ql)?:\/\//),
    'Postgres, as postgres://user:password@host/database. Unset: embedded, in DATA_DIR.',
  ),
  DATA_DIR: {
    schema: text.default('./data'),
    doc: 'Where the embedded database and the keys drawn for you are kept. ./data unless set.',
  },
  SECRET: optional(
    list,
    'Master secret of at least 32 characters; a comma-separated list to rotate, newest first. Codes, page tokens and number hashes derive from it.',
  ),
  API_KEY: optional(
    list.pipe(z.array(z.string().regex(/^(?!pgt_)[\x21-\x7e]+$/))),
    "The first service's API key, of at least 24 characters without blanks; a list to rotate. Created at start if absent.",
  ),
  SERVICE_NAME: {
    schema: text.max(60).default('Answerback'),
    doc: 'The name that the person hears first. Answerback unless set.',
  },
  ORIGIN: optional(
    z.string().regex(/^[a-z0-9.-]+$/i),
    'Host name of the pages on which codes are typed: the last line of a message lets browsers fill them in.',
    'app.example.com',
  ),
  CARRIERS: optional(
    list.pipe(z.array(z.enum(CARRIERS))),
    `Carriers in order of preference, of ${CARRIERS.join(', ')}. Unset: all that have settings.`,
    'twilio,bandwidth',
  ),
  TWILIO_ACCOUNT_SID: optional(text, 'Twilio account SID.'),
  TWILIO_AUTH_TOKEN: optional(list, 'Twilio auth token; a list to rotate, newest first.'),
  TWILIO_FROM: optional(number, 'The number that Twilio calls come from, E.164.'),
  TWILIO_BASE_URL: { schema: origin.default('https://api.twilio.com'), doc: "Twilio's API, or a compatible one." },
  SIGNALWIRE_PROJECT_ID: optional(text, 'SignalWire project ID.'),
  SIGNALWIRE_API_TOKEN: optional(text, 'SignalWire API token with the voice and messaging scopes.'),
  SIGNALWIRE_SIGNING_KEY: optional(list, 'SignalWire signing key, not the token; a list to rotate, newest first.'),
  SIGNALWIRE_FROM: optional(number, 'The number that SignalWire calls come from, E.164.'),
  SIGNALWIRE_BASE_URL: optional(origin, "Your SignalWire space's origin.", 'https://SPACE.signalwire.com'),
  BANDWIDTH_ACCOUNT_ID: optional(text, 'Bandwidth account ID.'),
  BANDWIDTH_USERNAME: optional(text, 'Bandwidth API user.'),
  BANDWIDTH_PASSWORD: optional(text, 'Bandwidth API password.'),
  BANDWIDTH_VOICE_APPLICATION_ID: optional(text, 'Bandwidth voice application.'),
  BANDWIDTH_MESSAGING_APPLICATION_ID: optional(
    text,
    'Bandwidth messaging application; its callback URL is PUBLIC_URL/sms/bandwidth.',
  ),
  BANDWIDTH_FROM: optional(number, 'The number that Bandwidth calls come from, E.164.'),
  BANDWIDTH_CALLBACK_USERNAME: optional(text, 'User with which Bandwidth calls us back: your choice.'),
  BANDWIDTH_CALLBACK_PASSWORD: optional(text, 'Password with which Bandwidth calls us back: your choice.'),
  BANDWIDTH_VOICE_BASE_URL: {
    schema: origin.default('https://voice.bandwidth.com/api/v2'),
    doc: "Bandwidth's voice API.",
  },
  BANDWIDTH_MESSAGING_BASE_URL: {
    schema: origin.default('https://messaging.bandwidth.com/api/v2'),
    doc: "Bandwidth's messaging API.",
  },
  PLIVO_AUTH_ID: optional(text, 'Plivo auth ID.'),
  PLIVO_AUTH_TOKEN: optional(list, 'Plivo auth token; a list to rotate, newest first.'),
  PLIVO_FROM: optional(number, 'The number that Plivo calls come from, E.164.'),
  PLIVO_BASE_URL: { schema: origin.default('https://api.plivo.com'), doc: "Plivo's API." },
  EXCHANGE: {
    schema: z.enum(CARRIERS).default('twilio'),
    doc: 'With no carrier set, in development: the company that the exchange plays. twilio unless set.',
  },
  EXCHANGE_SPEED: {
    schema: z
      .string()
      .regex(/^\d{1,4}(\.\d)?$/)
      .prefault('1')
      .transform(Number)
      .refine((speed) => speed > 0),
    doc: 'How many times faster than life the exchange dials and speaks. 1 unless set.',
  },
  WEBHOOK_URL: optional(
    pushUrl,
    'The https URL to which outcomes are pushed, by Standard Webhooks. Unset: nowhere.',
    'https://app.example.com/webhooks/answerback',
  ),
  WEBHOOK_SECRET: optional(
    list.pipe(z.array(z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/))),
    'whsec_ and 24 to 64 random bytes in base64; a list to rotate, newest first.',
  ),
  WEBHOOK_PRIVATE: {
    schema: onOff.prefault('off'),
    doc: 'on: WEBHOOK_URL may lead to a private address, and be plain http, where your app is a neighbour of this server.',
  },
  ALLOWED_COUNTRIES: optional(
    countries,
    'Regions that may be called, by ISO code; * for all. Unset: the regions of the …_FROM numbers.',
    'US,GB',
  ),
  LIMIT_PER_NUMBER: {
    schema: rates.prefault('3/10m,5/h,10/d'),
    doc: 'Deliveries asked for to one number (a fallback belongs to the one before): 3/10m,5/h,10/d unless set; off for no limit.',
  },
  LIMIT_PER_PREFIX: {
    schema: rates.prefault('100/h,500/d'),
    doc: 'Deliveries to numbers that differ only in their last four digits: 100/h,500/d unless set; off for no limit.',
  },
  LIMIT_PER_IP: {
    schema: rates.prefault('10/10m,30/h'),
    doc: 'Deliveries started by one client_ip: 10/10m,30/h unless set; off for no limit.',
  },
  RESEND_COOLDOWN: {
    schema: duration.prefault('10s').transform((seconds) => seconds ?? 0),
    doc: 'Least time between two deliveries of one challenge: 10s unless set; off for none.',
  },
  RETENTION: {
    schema: duration.prefault('30d'),
    doc: 'How long an ended challenge keeps number, details, message and metadata: 30d unless set; 0s for not at all, off for ever.',
  },
  GATE: {
    schema: onOff.prefault('on'),
    doc: 'on: a code is spoken only after a key drawn for this call was pressed, so no voicemail records it.',
  },
  DETECT_VOICEMAIL: {
    schema: onOff.prefault('off'),
    doc: 'on: the carrier listens for answering machines, at extra cost. Only ever a hint.',
  },
  LOG_LEVEL: {
    schema: z.enum(LOG_LEVELS).default('info'),
    doc: `How much is logged, of ${LOG_LEVELS.join(', ')}. info unless set.`,
  },
  LOG_FORMAT: optional(
    z.enum(LOG_FORMATS),
    'How a log line is written: json or pretty. Unset: pretty at a terminal, json elsewhere.',
    'json',
  ),
  POLICY: {
    schema: z.enum(['standard', 'asvs', 'nist']).default('standard'),
    doc: 'Which flows and code lengths are allowed: standard, asvs (six digits or more) or nist (send_code of six digits or more).',
  },
} as const satisfies Record<string, Setting>

export type Values = { [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]['schema']> }
